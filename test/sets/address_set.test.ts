import test from "ava";
import fc from "fast-check";
import { type AddressSet, wide } from "../../src/sets/address_set.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";

/** Places where runs may go wrong: the ends of the number spaces, of ::ffff:0:0/96, and ordinary ones. */
const BASES = [
  0n,
  0xffff_0000_0000n - 20n,
  0xffff_0000_0000n,
  0xffff_ffff_ffffn - 40n,
  0x1_0000_0000_0000n,
  2n ** 64n,
].concat([0x20010db8n << 96n, 2n ** 128n - 64n]);

const address = fc.tuple(fc.constantFrom(...BASES), fc.integer({ min: 0, max: 63 })).map(([base, more]) => {
  return base + BigInt(more);
});
const run = fc.tuple(address, fc.integer({ min: 0, max: 24 })).map(([first, more]) => {
  const last = first + BigInt(more);
  return [first, last < 2n ** 128n ? last : 2n ** 128n - 1n] as const;
});
const runs = fc.array(run, { maxLength: 24 });
type Runs = readonly (readonly [bigint, bigint])[];

function wordsOf(...values: bigint[]): Uint32Array {
  return Uint32Array.from(
    values.flatMap((value) => [96n, 64n, 32n, 0n].map((by) => Number((value >> by) & 0xffffffffn))),
  );
}

function setOf(all: Runs): AddressSet {
  const builder = new AddressSetBuilder();
  for (const [first, last] of all) {
    if (first === last) builder.add(wordsOf(first));
    else builder.addRange(wordsOf(first, last));
  }
  return builder.build();
}

function modelOf(all: Runs): Set<bigint> {
  const members = new Set<bigint>();
  for (const [first, last] of all) for (let each = first; each <= last; each++) members.add(each);
  return members;
}

function membersOf(set: AddressSet): Set<bigint> {
  const members = new Set<bigint>();
  set.forEachRange((range) => {
    for (let each = wide(range, 0), last = wide(range, 4); each <= last; each++) members.add(each);
  });
  return members;
}

const same = (set: AddressSet, model: Set<bigint>) =>
  set.cardinality() === BigInt(model.size) && differing(membersOf(set), model) === 0;

/** Members of one of two sets only. */
function differing(a: Set<bigint>, b: Set<bigint>): number {
  return [...a].filter((each) => !b.has(each)).length + [...b].filter((each) => !a.has(each)).length;
}

test("a set has the addresses that were added, once", (t) => {
  fc.assert(
    fc.property(runs, address, (all, probe) => {
      const set = setOf(all);
      const model = modelOf(all);
      return same(set, model) && set.has(wordsOf(probe)) === model.has(probe);
    }),
  );
  t.pass();
});

test("the algebra is that of sets", (t) => {
  fc.assert(
    fc.property(runs, runs, (left, right) => {
      const [a, b, x, y] = [setOf(left), setOf(right), modelOf(left), modelOf(right)];
      return (
        same(a.union(b), new Set([...x, ...y])) &&
        same(a.intersection(b), new Set([...x].filter((each) => y.has(each)))) &&
        same(a.difference(b), new Set([...x].filter((each) => !y.has(each)))) &&
        same(a.symmetricDifference(b), new Set([...x, ...y].filter((each) => x.has(each) !== y.has(each))))
      );
    }),
  );
  t.pass();
});

test("blocks are aligned, ascending, and make up the set", (t) => {
  fc.assert(
    fc.property(runs, (all) => {
      const members = new Set<bigint>();
      let before = -1n;
      setOf(all).forEachBlock((words, prefix) => {
        const size = 2n ** BigInt(128 - prefix);
        const first = wide(words, 0);
        if (first % size !== 0n || first <= before) throw new Error(`block ${first}/${prefix}`);
        for (let each = first; each < first + size; each++) members.add(each);
        before = first + size - 1n;
      });
      return differing(members, modelOf(all)) === 0;
    }),
  );
  t.pass();
});

test("masking keeps the first address of each block, filling the whole block", (t) => {
  const prefix = fc.integer({ min: 122, max: 128 });
  fc.assert(
    fc.property(runs, prefix, (all, length) => {
      const set = setOf([...all, [0n, 0n]]);
      const size = 2n ** BigInt(128 - length);
      const firsts = new Set([...modelOf(all), 0n].map((each) => each - (each % size)));
      const whole = new Set<bigint>();
      for (const first of firsts) for (let each = first; each < first + size; each++) whole.add(each);
      return same(set.mask(length), firsts) && same(set.fillBlocks(length), whole);
    }),
  );
  t.pass();
});

test("prefixes of sets with only IPv4 addresses are those of IPv4", (t) => {
  const builder = new AddressSetBuilder();
  builder.addIpv4(0x0a000105);
  builder.addIpv4(0x0a000120);
  builder.addIpv4Range(0x0a000200, 0x0a0003ff);
  const set = builder.build();
  t.deepEqual(
    [...membersOf(set.mask(24))].map((each) => (each & 0xffffffffn).toString(16)),
    ["a000100", "a000200", "a000300"],
  );
  t.is(set.fillBlocks(24).cardinality(), 768n);
  t.is(set.fillBlocks(32).cardinality(), set.cardinality());
});

test("bounds for joins are 64-bit halves of the runs", (t) => {
  fc.assert(
    fc.property(runs, (all) => {
      const { count, firstHi, firstLo, lastHi, lastLo } = setOf(all).ranges();
      const members = new Set<bigint>();
      for (let k = 0; k < count; k++) {
        const last = (lastHi[k]! << 64n) | lastLo[k]!;
        for (let each = (firstHi[k]! << 64n) | firstLo[k]!; each <= last; each++) members.add(each);
      }
      return differing(members, modelOf(all)) === 0;
    }),
  );
  t.pass();
});

test("everything is 2^128 addresses, one run and one block", (t) => {
  const all = setOf([[0n, 2n ** 128n - 1n]]);
  t.is(all.cardinality(), 2n ** 128n);
  t.is(all.ranges().count, 1);
  t.true(all.hasIpv4(0xffffffff));
  const prefixes: number[] = [];
  all.forEachBlock((_words, prefix) => prefixes.push(prefix));
  t.deepEqual(prefixes, [0]);
  t.true(all.difference(all).isEmpty);
});

test("many random addresses, also repeated ones, are counted like a Set counts them", (t) => {
  const builder = new AddressSetBuilder();
  const model = new Set<number>();
  let state = 12345;
  for (let k = 0; k < 200_000; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = state % 150_000;
    builder.addIpv4(value);
    model.add(value);
  }
  t.is(builder.build().cardinality(), BigInt(model.size));
});

test("columns of records go into the set in bulk", (t) => {
  const builder = new AddressSetBuilder();
  const hi = Uint32Array.of(0, 0, 1, 0x20010db8, 0, 0);
  const lo = Uint32Array.of(0x0a000001, 0xffff, 5, 6, 7, 0);
  builder.addColumns(hi, lo, 3);
  const set = builder.build();
  t.true(set.hasIpv4(0x0a000001));
  t.true(set.has(Uint32Array.of(0x20010db8, 1, 6, 5)));
  t.true(set.has(Uint32Array.of(0, 0, 0, 7)));
  t.is(set.cardinality(), 3n);
});
