import test from "ava";
import fc from "fast-check";
import { AggBagBuilder } from "../../src/aggbags/agg_bag_builder.js";
import { type AggField, aggFieldOf, inRecordOrder } from "../../src/aggbags/agg_field.js";
import { subtract } from "../../src/aggbags/algebra.js";
import { toAddressSet, toBag } from "../../src/aggbags/conversion.js";
import { type FieldChange, rowChanger } from "../../src/aggbags/field_change.js";
import { InputError } from "../../src/errors.js";
import {
  aggBagOf,
  aggRows,
  HIGHEST_COUNTER,
  keyCount,
  type ModelRow,
  modelOf,
  rowsOf,
  rowWordsOf,
  someFields,
  sortedRows,
} from "../support/agg_bags.js";
import { entriesOf, MAPPED } from "../support/bags.js";

const fieldsAndRows = someFields.chain((fields) => fc.tuple(fc.constant(fields), rowsOf(fields), rowsOf(fields)));

test("rows added in any order and more than once are sorted and summed up", (t) => {
  fc.assert(
    fc.property(fieldsAndRows, ([fields, rows]) => {
      t.deepEqual(aggRows(aggBagOf(fields, rows)), sortedRows(modelOf(fields, rows)));
    }),
    { numRuns: 200 },
  );
});

test("many rows of few keys are joined before there is no room for them", (t) => {
  const fields = ["dPort", "records"].map(aggFieldOf);
  const rows = Array.from({ length: 50_000 }, (_, k): ModelRow => [BigInt((k * 7919) % 100), 1n]);
  t.deepEqual(aggRows(aggBagOf(fields, rows)), sortedRows(modelOf(fields, rows)));
  const distinct = Array.from({ length: 50_000 }, (_, k): ModelRow => [BigInt((k * 7919) % 65_536), 1n]);
  t.deepEqual(aggRows(aggBagOf(fields, distinct)), sortedRows(modelOf(fields, distinct)));
});

test("a difference keeps keys of the first, counters stop at zero, and keys without any counter go", (t) => {
  fc.assert(
    fc.property(fieldsAndRows, ([fields, first, second]) => {
      const keys = keyCount(fields);
      const [a, b] = [modelOf(fields, first), modelOf(fields, second)];
      const expected = new Map<string, ModelRow>();
      for (const [key, row] of a) {
        const other = b.get(key);
        const left = row.map((value, k) => {
          if (k < keys || other === undefined) return value;
          return value > other[k]! ? value - other[k]! : 0n;
        });
        if (other === undefined || left.slice(keys).some((value) => value > 0n)) expected.set(key, left);
      }
      t.deepEqual(aggRows(subtract(aggBagOf(fields, first), aggBagOf(fields, second))), sortedRows(expected));
    }),
    { numRuns: 200 },
  );
});

function changed(fields: readonly AggField[], rows: readonly ModelRow[], change: FieldChange) {
  const changer = rowChanger("some file", fields, change);
  const builder = new AggBagBuilder(changer.fields);
  for (const row of rows) builder.add(changer.change(rowWordsOf(fields, row)), 0);
  return builder.build();
}

test("rows without some fields are those of the model without them, summed up", (t) => {
  fc.assert(
    fc.property(fieldsAndRows, fc.infiniteStream(fc.boolean()), ([fields, rows], choices) => {
      // The first key and the first counter stay.
      const counter = keyCount(fields);
      const kept = fields.filter((_field, k) => k === 0 || k === counter || choices.next().value);
      const without = fields.filter((each) => !kept.includes(each));
      const places = kept.map((each) => fields.indexOf(each));
      const expected = sortedRows(
        modelOf(
          kept,
          rows.map((row) => places.map((k) => row[k]!)),
        ),
      );
      t.deepEqual(aggRows(changed(fields, rows, { keep: { kind: "only", fields: kept }, insert: [] })), expected);
      t.deepEqual(aggRows(changed(fields, rows, { keep: { kind: "without", fields: without }, insert: [] })), expected);
    }),
    { numRuns: 100 },
  );
});

test("an inserted field is set where the input has none, or where it was removed", (t) => {
  const [source, port, records] = ["sIPv4", "dPort", "records"].map(aggFieldOf) as [AggField, AggField, AggField];
  const insert = [{ field: port, words: Uint32Array.of(53) }];
  const rows: readonly ModelRow[] = [
    [1n, 80n, 5n],
    [1n, 443n, 7n],
  ];
  const all = { kind: "all" } as const;
  t.deepEqual(aggRows(changed([source, port, records], rows, { keep: all, insert })), rows);
  const removed: FieldChange = { keep: { kind: "without", fields: [port] }, insert };
  t.deepEqual(aggRows(changed([source, port, records], rows, removed)), [[1n, 53n, 12n]]);
  const without = changed([source, records], [[1n, 5n]], { keep: all, insert });
  t.deepEqual(without.fields, inRecordOrder([source, port, records]));
  t.deepEqual(aggRows(without), [[1n, 53n, 5n]]);
});

test("fields in another order are put into that of the first file, other fields are refused", (t) => {
  const [source, port, records] = ["sIPv4", "dPort", "records"].map(aggFieldOf) as [AggField, AggField, AggField];
  const change: FieldChange = { keep: { kind: "all" }, insert: [] };
  const changer = rowChanger("b", [port, source, records], change, [source, port, records]);
  const row = changer.change(rowWordsOf([port, source, records], [80n, 7n, 3n]));
  t.deepEqual([...row], [7, 80, 0, 3]);
  t.throws(() => rowChanger("b", [source, records], change, [source, port, records]), {
    instanceOf: InputError,
    message: "b: has the fields sIPv4,records, others have sIPv4,dPort,records",
  });
  t.throws(() => rowChanger("b", [source, records], { keep: { kind: "only", fields: [records] }, insert: [] }), {
    instanceOf: InputError,
    message: "b: no key field would be left",
  });
});

test("a bag of an aggregate bag has the sums of one counter by one key", (t) => {
  const fields = ["sIPv6", "packets", "sIPv4", "records", "sum-bytes"].map(aggFieldOf);
  fc.assert(
    fc.property(rowsOf(fields), (rows) => {
      const bag = aggBagOf(fields, rows);
      const sums = (k: number, of: (value: bigint) => bigint) => {
        const expected = new Map<bigint, bigint>();
        for (const row of aggRows(bag)) {
          const key = of(row[k]!);
          const sum = (expected.get(key) ?? 0n) + row[4]!;
          if (sum > 0n) expected.set(key, sum > HIGHEST_COUNTER ? HIGHEST_COUNTER : sum);
        }
        return [...expected].sort(([a], [b]) => (a < b ? -1 : 1));
      };
      const made = (k: number) => toBag(bag, fields[k]!, fields[4]!);
      t.deepEqual(
        entriesOf(made(0)),
        sums(0, (value) => value),
      );
      // Keys of bags have 32 bits: larger numbers are counted as the largest.
      t.deepEqual(
        entriesOf(made(1)),
        sums(1, (value) => MAPPED + (value > 0xffff_ffffn ? 0xffff_ffffn : value)),
      );
      t.deepEqual(
        entriesOf(made(2)),
        sums(2, (value) => MAPPED + value),
      );
      t.deepEqual([made(0).type.key.name, made(2).type.counter.name], ["sIPv6", "sum-bytes"]);
    }),
    { numRuns: 100 },
  );
});

test("a set of an aggregate bag has the addresses of one field", (t) => {
  const fields = ["sIPv6", "dIPv4", "records"].map(aggFieldOf);
  fc.assert(
    fc.property(rowsOf(fields), (rows) => {
      const bag = aggBagOf(fields, rows);
      t.is(toAddressSet(bag, fields[0]!).cardinality(), BigInt(new Set(rows.map(([source]) => source)).size));
      const set = toAddressSet(bag, fields[1]!);
      t.is(set.cardinality(), BigInt(new Set(rows.map((row) => row[1])).size));
      for (const row of rows) t.true(set.hasIpv4(Number(row[1])));
    }),
    { numRuns: 50 },
  );
});
