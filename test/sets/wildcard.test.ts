import test from "ava";
import fc from "fast-check";
import { UsageError } from "../../src/errors.js";
import { wide } from "../../src/sets/address_set.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";
import { parseWildcard } from "../../src/sets/wildcard.js";
import { parseAddress } from "../../src/text/parse_address.js";

const matches = (wildcard: string, address: string) =>
  parseWildcard(wildcard).matches(Uint32Array.from(parseAddress(address)));

function rangesOf(text: string): string[] {
  const ranges: string[] = [];
  parseWildcard(text).forEachRange((range) => {
    ranges.push(`${wide(range, 0).toString(16)}-${wide(range, 4).toString(16)}`);
  });
  return ranges;
}

test("octets may be free, ranges and lists", (t) => {
  t.true(matches("10.x.1-3,9.0-127", "10.200.2.127"));
  t.true(matches("10.x.1-3,9.0-127", "10.0.9.0"));
  t.false(matches("10.x.1-3,9.0-127", "10.0.4.0"));
  t.false(matches("10.x.1-3,9.0-127", "10.0.9.128"));
  t.false(matches("10.x.1-3,9.0-127", "2001:db8::1"));
});

test("groups of IPv6 addresses may be free, ranges and lists in hexadecimal", (t) => {
  t.true(matches("2001:db8::x", "2001:db8::ffff"));
  t.false(matches("2001:db8::x", "2001:db8::1:0"));
  t.true(matches("2001:db8:a-1f,ffff::", "2001:db8:1f::"));
  t.false(matches("2001:db8:a-1f,ffff::", "2001:db8:20::"));
  t.true(matches("::ffff:10.x.0.1", "10.77.0.1"));
});

test("a CIDR block ignores the bits behind its prefix", (t) => {
  t.deepEqual(rangesOf("10.1.2.3/20"), ["ffff0a010000-ffff0a010fff"]);
  t.deepEqual(rangesOf("0.0.0.0/0"), ["ffff00000000-ffffffffffff"]);
  t.deepEqual(rangesOf("2001:db8::5/126"), ["20010db8000000000000000000000004-20010db8000000000000000000000007"]);
  t.deepEqual(rangesOf("::/0"), [`0-${"f".repeat(32)}`]);
});

test("a number is an IPv4 address", (t) => {
  t.deepEqual(rangesOf("167772161"), ["ffff0a000001-ffff0a000001"]);
});

test("free ends make few ranges", (t) => {
  t.is(parseWildcard("10.0-127.x.x").rangeCount, 1);
  t.is(parseWildcard("10.1,3.x.x").rangeCount, 2);
  t.is(parseWildcard("x.x.x.1").rangeCount, 2 ** 24);
});

test("what is no wildcard is refused with the reason", (t) => {
  for (const wrong of ["", "10.1.2", "10.1.2.3.4", "10.1.2.256", "10.5-1.0.0", "10.x.0.0/16", "1.2.3.4/33", "a.b.c.d"])
    t.throws(() => parseWildcard(wrong), { instanceOf: UsageError }, wrong);
  for (const wrong of ["1::2::3", "1:2:3", "1:2:3:4:5:6:7:8:9", "::12345", "::/129", "x,1::", "4294967296", "1,.2.3.4"])
    t.throws(() => parseWildcard(wrong), { instanceOf: UsageError }, wrong);
});

test("ranges, matching and counting agree", (t) => {
  const octet = fc.oneof(
    fc.constant("x"),
    fc.integer({ min: 0, max: 3 }).map(String),
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })).map(([a, b]) => `${a},${a}-${a + b},7`),
  );
  const last = fc.constantFrom("x", "1", "0-3,250-255", "1,3,5");
  fc.assert(
    fc.property(
      fc.constantFrom("1", "1,3"),
      octet,
      octet,
      last,
      fc.integer({ min: 0, max: 2 ** 20 }),
      (a, b, c, d, probe) => {
        const wildcard = parseWildcard(`${a}.${b}.${c}.${d}`);
        const builder = new AddressSetBuilder();
        wildcard.forEachRange((range) => builder.addRange(range));
        const set = builder.build();
        const words = Uint32Array.of(0, 0, 0xffff, 0x01000000 + probe);
        const counted = wildcard.countBelow(1n << 128n);
        const below = new AddressSetBuilder();
        below.addIpv4Range(0, 0x01000000 + probe);
        const upTo = set.intersection(below.build()).cardinality();
        return (
          counted === set.cardinality() &&
          wildcard.matches(words) === set.has(words) &&
          wildcard.countBelow(wide(words, 0) + 1n) === upTo
        );
      },
    ),
    { numRuns: 60 },
  );
  t.pass();
});
