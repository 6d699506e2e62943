import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import type { AggBag } from "../../../src/aggbags/agg_bag.js";
import { withAggBag } from "../../../src/aggbags/agg_bag_file.js";
import { type AggField, aggField, aggFieldOf } from "../../../src/aggbags/agg_field.js";
import { InputError } from "../../../src/errors.js";
import { AggBagWriter } from "../../../src/formats/silk/aggbag_writer.js";
import { COMPRESSIONS, type Compression } from "../../../src/formats/silk/compression.js";
import { SILK_FORMAT } from "../../../src/formats/silk/format.js";
import { writeSilkHeader } from "../../../src/formats/silk/header.js";
import { aggBagOf, aggRows, type ModelRow, rowAt, rowsOf, someFields } from "../../support/agg_bags.js";
import { Scratch } from "../../support/scratch.js";
import { MemorySink } from "../../support/silk_files.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

function written({ fields, rows, stride }: AggBag, compression: Compression = "none"): Buffer {
  const sink = new MemorySink();
  const writer = new AggBagWriter(sink, { fields, compression, entries: [] });
  for (let at = 0; at < rows.length; at += stride) writer.add(rows, at);
  writer.end();
  return sink.octets;
}

function read(octets: Uint8Array): { readonly fields: readonly AggField[]; readonly rows: ModelRow[] } {
  return withAggBag(scratch.write("some.aggbag", octets), (file) => {
    const fields = file.fields.map(aggField);
    const rows: ModelRow[] = [];
    file.forEachRow((words) => rows.push(rowAt(fields, words, 0)));
    return { fields, rows };
  });
}

test("aggregate bags of any fields come back from files of every compression", (t) => {
  fc.assert(
    fc.property(
      someFields.chain((fields) => fc.tuple(fc.constant(fields), rowsOf(fields))),
      fc.constantFrom(...COMPRESSIONS),
      ([fields, rows], compression) => {
        const bag = aggBagOf(fields, rows);
        const back = read(written(bag, compression));
        t.deepEqual(back.fields, fields);
        t.deepEqual(back.rows, aggRows(bag));
      },
    ),
    { numRuns: 150 },
  );
});

const FIELDS = ["sIPv4", "dPort", "protocol", "sum-bytes"].map(aggFieldOf);

test("a record has its fields in the order of the header, big-endian and without gaps", (t) => {
  const octets = written(aggBagOf(FIELDS, [[0x0a010203n, 443n, 6n, 0x0102030405060708n]]));
  // 4 + 2 + 1 + 8 octets; the entry is version 1, three keys, one counter, and their numbers.
  t.is(octets.subarray(-15).toString("hex"), "0a01020301bb060102030405060708");
  t.true(octets.includes(Buffer.from("00000008000000180000000100030001000000030004001e", "hex")));
  t.is(octets.readUInt16BE(12), 15);
  // Records are big-endian whatever the header says of the byte order.
  t.is(octets[4], 1);
  octets[4] = 0;
  t.deepEqual(read(octets).rows, [[0x0a010203n, 443n, 6n, 0x0102030405060708n]]);
});

interface Header {
  readonly format?: number;
  readonly recordLength?: number;
  readonly recordVersion?: number;
  readonly version?: number;
  readonly keys?: readonly number[];
  readonly counters?: readonly number[];
}

function headed({ format, recordLength, recordVersion, version, keys, counters }: Header): Buffer {
  const sink = new MemorySink();
  writeSilkHeader(sink, {
    byteOrder: "big",
    format: format ?? SILK_FORMAT.AGGREGATEBAG,
    compression: "none",
    recordLength: recordLength ?? 10,
    recordVersion: recordVersion ?? 1,
    entries:
      keys === undefined && version === undefined && counters === undefined
        ? []
        : [{ kind: "aggbag", version: version ?? 1, keys: keys ?? [3], counters: counters ?? [30] }],
  });
  return sink.octets;
}

test("a file that does not fit the layout is refused with what does not", (t) => {
  const cases: readonly [Header, RegExp][] = [
    [{ format: SILK_FORMAT.RWBAG, keys: [3] }, /not an aggregate bag but a SiLK file of format FT_RWBAG/],
    [{}, /without its fields/],
    [{ version: 2 }, /version 2 with records of version 1 is not supported/],
    [{ recordVersion: 5, keys: [3] }, /version 1 with records of version 5 is not supported/],
    [{ keys: [] }, /without key fields/],
    [{ counters: [] }, /without counter fields/],
    [{ keys: [3, 3], recordLength: 12 }, /field dPort twice/],
    [{ keys: [99] }, /key field of unknown type 99/],
    [{ keys: [30] }, /key field of unknown type 30/],
    [{ counters: [3] }, /counter field of unknown type 3/],
    [{ keys: [3], recordLength: 12 }, /records of 12 octets, where its fields take 10/],
  ];
  for (const [header, expected] of cases)
    t.throws(() => read(headed(header)), { instanceOf: InputError, message: expected });
  t.deepEqual(read(headed({ keys: [3] })).rows, []);
});

test("a file that ends within a record is refused", (t) => {
  const octets = written(aggBagOf(FIELDS, [[1n, 2n, 3n, 4n]]));
  t.throws(() => read(octets.subarray(0, -1)), { instanceOf: InputError, message: /ends within a record/ });
});

test("a file that is cut off or damaged anywhere is read in part or refused in one line", (t) => {
  const rows = Array.from({ length: 300 }, (_, k): ModelRow => [BigInt(k * k), BigInt(k), 6n, BigInt(k) << 40n]);
  const bag = aggBagOf(FIELDS, rows);
  const path = join(scratch.path, "damaged.aggbag");
  const tries = (damaged: Uint8Array) => {
    writeFileSync(path, damaged);
    try {
      withAggBag(path, (file) => file.forEachRow(() => {}));
      return true;
    } catch (error) {
      return error instanceof InputError && !error.message.includes("\n");
    }
  };
  const files = [written(bag), written(bag, "zlib")];
  for (const whole of files)
    for (let length = 0; length < whole.length; length += 41) t.true(tries(whole.subarray(0, length)));
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.nat(), fc.nat({ max: 255 }), (whole, at, value) => {
      const damaged = Buffer.from(whole);
      damaged[at % damaged.length] = value;
      return tries(damaged);
    }),
    { numRuns: 200 },
  );
});
