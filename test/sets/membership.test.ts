import test from "ava";
import fc from "fast-check";
import { MAPPED_IPV4 } from "../../src/record/columns.js";
import { Membership } from "../../src/sets/membership.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";

/** Addresses where edges of ranges and of the index meet, and any others. */
const ipv4 = fc.oneof(
  fc.constantFrom(0, 1, 0xffff, 0x10000, 0x1ffff, 0x20000, 0x7fffffff, 0x80000000, 0xfffeffff, 0xffff0000, 0xffffffff),
  fc.integer({ min: 0, max: 0x30000 }),
  fc.integer({ min: 0, max: 0xffffffff }),
);
const ipv6 = fc.tuple(fc.constantFrom(0, 0x20010db8), fc.nat(2), fc.constantFrom(0, MAPPED_IPV4), fc.nat(3));

test("marks what the set has, whatever lies in between", (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(ipv4, ipv4)),
      fc.array(ipv4),
      fc.array(ipv6),
      fc.array(fc.oneof(ipv4, ipv6), { minLength: 1 }),
      (ranges, singles, six, asked) => {
        const builder = new AddressSetBuilder();
        for (const [a, b] of ranges) builder.addIpv4Range(Math.min(a, b), Math.max(a, b));
        for (const address of singles) builder.addIpv4(address);
        for (const words of six) builder.add(Uint32Array.from(words));
        const set = builder.build();
        const all = [...asked, ...singles, ...six, ...ranges.flat()];
        const words = all.map((each) => (typeof each === "number" ? [0, 0, MAPPED_IPV4, each] : each));
        const hi = Uint32Array.from(words.flatMap(([w0, w1]) => [w1!, w0!]));
        const lo = Uint32Array.from(words.flatMap(([, , w2, w3]) => [w3!, w2!]));
        const result = new Int32Array(all.length).fill(-1);
        new Membership(set).mark(hi, lo, all.length, result);
        t.deepEqual(
          [...result],
          words.map((each) => (set.has(Uint32Array.from(each)) ? 1 : 0)),
        );
      },
    ),
  );
});
