import test from "ava";
import fc from "fast-check";
import type { AddressSet } from "../../src/sets/address_set.js";
import { Random } from "../../src/sets/random.js";
import { sampleRatio, sampleSize } from "../../src/sets/sample.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";

function setOf(...runs: (readonly [number, number])[]): AddressSet {
  const builder = new AddressSetBuilder();
  for (const [first, last] of runs) builder.addIpv4Range(first, last);
  return builder.build();
}

const everywhere = (() => {
  const builder = new AddressSetBuilder();
  builder.addRange(Uint32Array.of(0, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff));
  return builder.build();
})();

test("a sample has the size asked for and is part of the set", (t) => {
  const set = setOf([5, 900], [70_000, 70_003], [0xfffffff0, 0xffffffff]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1200 }), fc.nat(), (size, seed) => {
      const sample = sampleSize(set, BigInt(size), new Random(seed));
      const expected = BigInt(size) < set.cardinality() ? BigInt(size) : set.cardinality();
      return sample.cardinality() === expected && sample.difference(set).isEmpty;
    }),
  );
  t.pass();
});

test("the same seed chooses the same addresses, another one others", (t) => {
  const set = setOf([0, 1_000_000]);
  for (const choose of [
    (random: Random) => sampleSize(set, 500n, random),
    (random: Random) => sampleRatio(set, 0.001, random),
  ]) {
    t.true(choose(new Random(7)).symmetricDifference(choose(new Random(7))).isEmpty);
    t.false(choose(new Random(7)).symmetricDifference(choose(new Random(8))).isEmpty);
  }
});

test("every address is as likely as the others", (t) => {
  const set = setOf([100, 103], [200, 203]);
  const random = new Random(1);
  const counts = new Map<number, number>();
  for (let round = 0; round < 8000; round++) {
    sampleSize(set, 2n, random).forEachRange((range) => {
      for (let each = range[3]!; each <= range[7]!; each++) counts.set(each, (counts.get(each) ?? 0) + 1);
    });
  }
  // 2000 each with a standard deviation of 39: five of them.
  for (const count of counts.values()) t.true(Math.abs(count - 2000) < 200, String(count));
  t.is(counts.size, 8);
});

test("a ratio gives about that share", (t) => {
  const set = setOf([0, 999_999]);
  for (const ratio of [0.001, 0.3, 0.9, 1]) {
    const share = Number(sampleRatio(set, ratio, new Random(3)).cardinality()) / 1e6;
    t.true(Math.abs(share - ratio) < 0.005, `${ratio}: ${share}`);
  }
});

test("samples of all of IPv6 are possible when they are small", (t) => {
  t.is(sampleSize(everywhere, 1000n, new Random(9)).cardinality(), 1000n);
  t.throws(() => sampleSize(everywhere, 2n ** 40n, new Random(9)), { message: /too large/ });
  t.throws(() => sampleRatio(everywhere, 0.1, new Random(9)), { message: /too large/ });
  t.true(sampleRatio(everywhere, 1e-320, new Random(9)).isEmpty);
});
