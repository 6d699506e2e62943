import test from "ava";
import fc from "fast-check";
import {
  add,
  BagArithmeticError,
  COMPARISONS,
  type Comparison,
  compare,
  divide,
  invert,
  maximize,
  minimize,
  multiply,
  subtract,
} from "../../src/bags/algebra.js";
import { type Bag, HIGHEST_COUNTER } from "../../src/bags/bag.js";
import { coverset } from "../../src/bags/coverset.js";
import { fieldType, mergedType } from "../../src/bags/field_type.js";
import { limited, masked } from "../../src/bags/limits.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";
import { type BagModel, bagOf, entriesOf, MAPPED, modelledBag, sortedEntries, wordsOf } from "../support/bags.js";

/** What an operation makes of the counters of a key, undefined for a key that a bag lacks; undefined drops the key. */
type OnCounters = (a: bigint | undefined, b: bigint | undefined) => bigint | undefined;

function combined(a: BagModel, b: BagModel, of: OnCounters): BagModel {
  const result = new Map<bigint, bigint>();
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const value = of(a.get(key), b.get(key));
    if (value !== undefined && value > 0n) result.set(key, value);
  }
  return result;
}

const both = (of: (a: bigint, b: bigint) => bigint | undefined): OnCounters => {
  return (a, b) => (a === undefined || b === undefined ? undefined : of(a, b));
};

/** Math.min and Math.max take no bigints. */
const ordered = (a: bigint, b: bigint) => [a, b].sort((x, y) => (x < y ? -1 : 1)) as [bigint, bigint];

const OPERATIONS: readonly [string, (a: Bag, b: Bag) => Bag, OnCounters][] = [
  ["added", add, (a = 0n, b = 0n) => a + b],
  ["subtracted", subtract, (a = 0n, b = 0n) => (a > b ? a - b : undefined)],
  ["minimized", minimize, both((a, b) => ordered(a, b)[0])],
  ["maximized", maximize, (a = 0n, b = 0n) => ordered(a, b)[1]],
];

for (const [name, operation, model] of OPERATIONS)
  test(`bags of IPv4 and IPv6 keys ${name} are what the model says`, (t) => {
    fc.assert(
      fc.property(modelledBag, modelledBag, (a, b) => {
        t.deepEqual(entriesOf(operation(a.bag, b.bag)), sortedEntries(combined(a.model, b.model, model)));
      }),
    );
  });

const HOLDS: Readonly<Record<Comparison, (a: bigint, b: bigint) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  eq: (a, b) => a === b,
  ge: (a, b) => a >= b,
  gt: (a, b) => a > b,
};

test("a comparison leaves the keys for which it holds, each with the counter 1", (t) => {
  fc.assert(
    fc.property(modelledBag, modelledBag, fc.constantFrom(...COMPARISONS), (a, b, how) => {
      const expected = combined(
        a.model,
        b.model,
        both((x, y) => (HOLDS[how](x, y) ? 1n : undefined)),
      );
      t.deepEqual(entriesOf(compare(a.bag, b.bag, how)), sortedEntries(expected));
    }),
  );
});

test("quotients are rounded to the nearest number, halves up, and zeros go", (t) => {
  const divisor = bagOf(
    [1n, 2n, 3n, 4n].map((key) => [MAPPED + key, 4n]),
    1,
  );
  const dividend = bagOf(
    [
      [MAPPED + 1n, 1n],
      [MAPPED + 2n, 2n],
      [MAPPED + 3n, 13n],
      [MAPPED + 4n, 14n],
    ],
    1,
  );
  t.deepEqual(entriesOf(divide(dividend, divisor)), [
    [MAPPED + 2n, 1n],
    [MAPPED + 3n, 3n],
    [MAPPED + 4n, 4n],
  ]);
});

test("a dividend's key that the divisor lacks is an error, not the other way round", (t) => {
  const [one, two] = [
    bagOf([[MAPPED, 8n]], 1),
    bagOf(
      [
        [MAPPED, 2n],
        [MAPPED + 1n, 1n],
      ],
      1,
    ),
  ];
  t.deepEqual(entriesOf(divide(one, two)), [[MAPPED, 4n]]);
  t.throws(() => divide(two, one), { instanceOf: BagArithmeticError });
});

test("a sum or product above 2^64 - 1 is an error", (t) => {
  const full = bagOf([[MAPPED, HIGHEST_COUNTER]], 1);
  t.throws(() => add(full, bagOf([[MAPPED, 1n]], 1)), { instanceOf: BagArithmeticError });
  t.throws(() => multiply(full, 2n), { instanceOf: BagArithmeticError });
  t.deepEqual(entriesOf(add(full, bagOf([[MAPPED + 1n, 1n]], 1)))[0], [MAPPED, HIGHEST_COUNTER]);
  t.deepEqual(entriesOf(multiply(bagOf([[MAPPED, 2n ** 33n]], 1), 3n)), [[MAPPED, 3n * 2n ** 33n]]);
});

test("an inverted bag counts the keys of each counter, those above 2^32 - 1 as that", (t) => {
  fc.assert(
    fc.property(modelledBag, ({ bag, model }) => {
      const expected = new Map<bigint, bigint>();
      for (const counter of model.values()) {
        const key = MAPPED + (counter > 0xffff_ffffn ? 0xffff_ffffn : counter);
        expected.set(key, (expected.get(key) ?? 0n) + 1n);
      }
      t.deepEqual(entriesOf(invert(bag)), sortedEntries(expected));
    }),
  );
});

test("limits and sets choose keys as the model does", (t) => {
  const bounds = fc.tuple(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 20n, max: HIGHEST_COUNTER }));
  fc.assert(
    fc.property(modelledBag, modelledBag, bounds, ({ bag, model }, other, [minCounter, maxCounter]) => {
      const keys = [...other.model.keys()].sort((a, b) => (a < b ? -1 : 1));
      const [low = 0n, high = 2n ** 128n - 1n] = [keys[0], keys.at(-1)];
      const chosen = limited(bag, { minKey: wordsOf(low), maxKey: wordsOf(high), minCounter, maxCounter });
      const within = sortedEntries(model).filter(
        ([key, counter]) => key >= low && key <= high && counter >= minCounter && counter <= maxCounter,
      );
      t.deepEqual(entriesOf(chosen), within);
      const builder = new AddressSetBuilder();
      for (const key of keys) builder.add(wordsOf(key));
      const set = builder.build();
      const member = ([key]: readonly [bigint, bigint]) => other.model.has(key);
      t.deepEqual(entriesOf(masked(bag, set, "members")), sortedEntries(model).filter(member));
      t.deepEqual(
        entriesOf(masked(bag, set, "others")),
        sortedEntries(model).filter((each) => !member(each)),
      );
      t.is(coverset(bag).cardinality(), BigInt(model.size));
    }),
  );
});

test("bags keep the IPv4 keys when they are narrowed, and all when they are widened", (t) => {
  fc.assert(
    fc.property(modelledBag, ({ bag, model }) => {
      const isIpv4 = (key: bigint) => key >> 32n === 0xffffn;
      t.is(bag.isNarrow, [...model.keys()].every(isIpv4));
      t.deepEqual(
        entriesOf(bag.narrowed()),
        sortedEntries(model).filter(([key]) => isIpv4(key)),
      );
      t.deepEqual(entriesOf(bag.widened()), sortedEntries(model));
    }),
  );
});

test("types of two bags become the type that stands for both", (t) => {
  const merged = (a: string, b: string) => mergedType(fieldType(a), fieldType(b)).name;
  t.is(merged("sIPv4", "sIPv4"), "sIPv4");
  t.is(merged("sIPv4", "dIPv4"), "any-IPv4");
  t.is(merged("sIPv4", "sIPv6"), "sIPv6");
  t.is(merged("dIPv6", "nhIPv4"), "any-IPv6");
  t.is(merged("sPort", "dPort"), "any-port");
  t.is(merged("any-port", "dPort"), "any-port");
  t.is(merged("sTime", "eTime"), "any-time");
  t.is(merged("sPort", "protocol"), "custom");
  t.is(merged("sum-bytes", "records"), "custom");
});
