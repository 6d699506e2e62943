import test from "ava";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { UsageError } from "../../src/errors.js";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { parseAddress } from "../../src/text/parse_address.js";
import { parseAttributes, parseHighMask, parseTcpFlags } from "../../src/text/parse_flags.js";
import { parseSilkTime } from "../../src/text/parse_time.js";

test("times of every precision are read, and what was given is told", (t) => {
  const noon = Date.UTC(2009, 1, 12, 12, 0, 0) * 1000;
  for (const [text, microseconds, precision] of [
    ["2009/02/12", noon - 12 * 3600e6, "day"],
    ["2009/02/12:12", noon, "hour"],
    ["2009/02/12T12:30", noon + 1800e6, "minute"],
    ["2009/2/12 12:30:05", noon + 1805e6, "second"],
    ["2009/02/12T12:30:05.25", noon + 1805.25e6, "fraction"],
    ["2009-02-12T12:30:05.1234567Z", noon + 1805e6 + 123456, "fraction"],
    ["2009-02-12T14:30:05+02:00", noon + 1805e6, "second"],
    ["1234440000", noon, "second"],
    ["1234440000.5", noon + 0.5e6, "fraction"],
  ] as const)
    t.deepEqual(parseSilkTime(text), { microseconds, precision }, text);
});

test("times that do not exist and other texts are refused with the reason", (t) => {
  for (const [text, message] of [
    ["2009/02/30", "Day 30 is not within 1-28"],
    ["2009/13/01", "Month 13 is not within 1-12"],
    ["2009/01/01:24", "Hour 24 is not within 0-23"],
    ["2009/01/01T10:60", "Minute 60 is not within 0-59"],
    ["2009/01/01T10:00:61", "Second 61 is not within 0-59"],
    ["2009/01/01T10:00:00x", "Unexpected 'x' behind the time"],
    ["", "Empty time"],
    ["yesterday", "Not of the form YYYY/MM/DD[:HH[:MM[:SS]]]"],
  ] as const)
    t.throws(() => parseSilkTime(text), { instanceOf: UsageError, message }, text);
});

test("flags are read in any order, case and with rwcut's blanks", (t) => {
  t.is(parseTcpFlags("FS PA   "), 0x1b);
  t.is(parseTcpFlags("cafe".replace("f", "F")), 0xd1);
  t.is(parseTcpFlags(""), 0);
  t.throws(() => parseTcpFlags("SX"), { instanceOf: UsageError, message: "Unknown TCP flag 'X'" });
  t.is(parseAttributes("tC"), ROW_ATTRIBUTE.activeTimeout | ROW_ATTRIBUTE.continuation);
});

test("high bits must be within the mask", (t) => {
  t.deepEqual(parseHighMask("S/SA", parseTcpFlags), { high: 2, mask: 0x12 });
  t.deepEqual(parseHighMask("/F", parseTcpFlags), { high: 0, mask: 1 });
  t.deepEqual(parseHighMask("S", parseTcpFlags), { high: 2, mask: 2 });
  t.throws(() => parseHighMask("SF/SA", parseTcpFlags), { instanceOf: UsageError });
});

function words(octets: readonly number[]): number[] {
  const padded = octets.length === 4 ? [...new Array(10).fill(0), 255, 255, ...octets] : octets;
  const view = new DataView(Uint8Array.from(padded).buffer);
  return [0, 4, 8, 12].map((at) => view.getUint32(at));
}

test("addresses are what ipaddr.js reads", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      // ipaddr.js takes IPv4-compatible addresses for IPv4-mapped ones; RFC 4291 section 2.5.5.1 tells them apart.
      fc.pre(!/^::\d+\./.test(text));
      t.deepEqual([...parseAddress(text)], words(ipaddr.parse(text).toByteArray()), text);
    }),
  );
});

test("an IPv4 address may be a number and have leading zeros", (t) => {
  t.deepEqual([...parseAddress("3232235777")], words([192, 168, 1, 1]));
  t.deepEqual([...parseAddress(" 010.001.002.003")], words([10, 1, 2, 3]));
  t.deepEqual([...parseAddress("::ffff:10.1.2.3")], words([10, 1, 2, 3]));
});

test("an IPv4-compatible IPv6 address has 96 bits of zero before the IPv4 address", (t) => {
  t.deepEqual([...parseAddress("::250.1.146.222")], [0, 0, 0, 0xfa0192de]);
});

test("what is no address is refused", (t) => {
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.256",
    "4294967296",
    "::1::",
    "1:2",
    "12345::",
    "1.2.3.4::",
    ":1",
    "g::",
    ":::",
  ])
    t.throws(() => parseAddress(text), { instanceOf: UsageError }, text);
});
