/** Aggregate bags beside the naive model of them: a Map from the texts of keys to counters. */
import fc from "fast-check";
import type { AggBag } from "../../src/aggbags/agg_bag.js";
import { AggBagBuilder } from "../../src/aggbags/agg_bag_builder.js";
import { AGG_FIELDS, type AggField } from "../../src/aggbags/agg_field.js";

/** A row: the numbers of its fields, keys first. */
export type ModelRow = readonly bigint[];

/** Rows by the numbers of their keys. */
export type AggModel = ReadonlyMap<string, ModelRow>;

export const HIGHEST_COUNTER = 2n ** 64n - 1n;

const KEYS = AGG_FIELDS.filter(({ role }) => role === "key");
const COUNTERS = AGG_FIELDS.filter(({ role }) => role === "counter");

/** Lists of some keys and some counters, in any order. */
export const someFields: fc.Arbitrary<readonly AggField[]> = fc
  .tuple(
    fc.shuffledSubarray(KEYS, { minLength: 1, maxLength: 5 }),
    fc.shuffledSubarray(COUNTERS, { minLength: 1, maxLength: 3 }),
  )
  .map(([keys, counters]) => [...keys, ...counters]);

function numberOf({ octets, role }: AggField): fc.Arbitrary<bigint> {
  const highest = 2n ** (8n * BigInt(octets)) - 1n;
  const any = fc.bigInt({ min: 0n, max: highest });
  // Few different keys, so that some are the same; counters at the ends of their range.
  if (role === "counter") return fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.constantFrom(highest, highest / 2n), any);
  return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0n, 1n, highest) }, any);
}

/** Rows with these fields. */
export function rowsOf(fields: readonly AggField[]): fc.Arbitrary<ModelRow[]> {
  return fc.array(fc.tuple(...fields.map(numberOf)), { maxLength: 40 });
}

/** The words of a row. */
export function rowWordsOf(fields: readonly AggField[], row: ModelRow): Uint32Array {
  return Uint32Array.from(
    fields.flatMap(({ octets }, k) => {
      const words = Math.max(1, octets / 4);
      return Array.from({ length: words }, (_, w) => Number((row[k]! >> BigInt(32 * (words - 1 - w))) & 0xffff_ffffn));
    }),
  );
}

/** The numbers of the row whose words begin at `at`. */
export function rowAt(fields: readonly AggField[], words: Uint32Array, at: number): ModelRow {
  let next = at;
  return fields.map(({ octets }) => {
    let value = 0n;
    for (let left = Math.max(1, octets / 4); left > 0; left--) value = (value << 32n) | BigInt(words[next++]!);
    return value;
  });
}

export function aggBagOf(fields: readonly AggField[], rows: readonly ModelRow[]): AggBag {
  const builder = new AggBagBuilder(fields);
  for (const row of rows) builder.add(rowWordsOf(fields, row), 0);
  return builder.build();
}

/** All rows in their order. */
export function aggRows({ fields, rows, stride, count }: AggBag): ModelRow[] {
  return Array.from({ length: count }, (_, i) => rowAt(fields, rows, i * stride));
}

export function keyCount(fields: readonly AggField[]): number {
  return fields.filter(({ role }) => role === "key").length;
}

function keyText(fields: readonly AggField[], row: ModelRow): string {
  return row.slice(0, keyCount(fields)).join(" ");
}

/** Sums of counters by key, none above the highest. */
export function modelOf(fields: readonly AggField[], rows: readonly ModelRow[]): AggModel {
  const model = new Map<string, ModelRow>();
  const keys = keyCount(fields);
  for (const row of rows) {
    const key = keyText(fields, row);
    const there = model.get(key);
    const sum = (k: number) => {
      const value = row[k]! + (there?.[k] ?? 0n);
      return value > HIGHEST_COUNTER ? HIGHEST_COUNTER : value;
    };
    model.set(
      key,
      row.map((value, k) => (k < keys ? value : sum(k))),
    );
  }
  return model;
}

/** A model's rows in the order of their keys. */
export function sortedRows(model: AggModel): ModelRow[] {
  return [...model.values()].sort((a, b) => {
    const k = a.findIndex((value, at) => value !== b[at]);
    return k < 0 ? 0 : a[k]! < b[k]! ? -1 : 1;
  });
}
