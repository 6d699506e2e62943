import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { type Bag, HIGHEST_COUNTER } from "../../src/bags/bag.js";
import { loadBag } from "../../src/bags/bag_file.js";
import { FIELD_TYPES } from "../../src/bags/field_type.js";
import { InputError } from "../../src/errors.js";
import { type BagSpec, BagWriter } from "../../src/formats/silk/bag_writer.js";
import { COMPRESSIONS } from "../../src/formats/silk/compression.js";
import { bagEntries, bagOf, entriesOf, MAPPED, modelledBag } from "../support/bags.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { Scratch } from "../support/scratch.js";
import { MemorySink } from "../support/silk_files.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const withFixtures = testWithFixtures(test);
const REAL = join(FIXTURES, "silk", "sip-bytes-v4.bag");

function written(bag: Bag, spec: Partial<BagSpec> = {}): Buffer {
  const sink = new MemorySink();
  const writer = new BagWriter(sink, { type: bag.type, width: bag.width, compression: "none", entries: [], ...spec });
  writer.addBag(bag);
  writer.end();
  return sink.octets;
}

function read(octets: Uint8Array): Bag {
  return loadBag(scratch.write("some.bag", octets)).bag;
}

test("bags of both widths come back from files of both byte orders and every compression", (t) => {
  const type = fc.constantFrom(...FIELD_TYPES);
  fc.assert(
    fc.property(
      modelledBag,
      fc.constantFrom("big" as const, "little" as const),
      fc.constantFrom(...COMPRESSIONS),
      type,
      type,
      ({ bag }, byteOrder, compression, key, counter) => {
        const back = read(written(bag, { byteOrder, compression, type: { key, counter } }));
        t.deepEqual(entriesOf(back), entriesOf(bag));
        t.deepEqual([back.type.key.name, back.type.counter.name, back.width], [key.name, counter.name, bag.width]);
      },
    ),
    { numRuns: 150 },
  );
});

test("keys added in any order and more than once are sorted and summed up", (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(1 as const, 4 as const).chain((width) => fc.tuple(fc.constant(width), bagEntries(width))),
      ([width, entries]) => {
        const sums = new Map<bigint, bigint>();
        for (const [key, counter] of entries) {
          const sum = (sums.get(key) ?? 0n) + counter;
          sums.set(key, sum > HIGHEST_COUNTER ? HIGHEST_COUNTER : sum);
        }
        const expected = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
        t.deepEqual(entriesOf(bagOf(entries, width)), expected);
      },
    ),
  );
});

test("a file whose keys are not in order, or come twice, is read", (t) => {
  const bag = bagOf(
    [
      [MAPPED + 5n, 1n],
      [MAPPED + 7n, 2n],
      [MAPPED + 9n, 4n],
    ],
    1,
  );
  const octets = written(bag);
  const end = octets.length;
  octets.writeUInt32LE(9, end - 36);
  t.deepEqual(entriesOf(read(octets)), [
    [MAPPED + 7n, 2n],
    [MAPPED + 9n, 5n],
  ]);
});

test("records of version 1 have counters of four octets, those of version 4 keys of the header's length", (t) => {
  const octets = written(bagOf([[MAPPED + 5n, 6n]], 1));
  const old = octets.subarray(0, octets.length - 4);
  old.writeUInt16BE(8, 12);
  old.writeUInt16BE(1, 14);
  t.deepEqual(entriesOf(read(old)), [[MAPPED + 5n, 6n]]);
  const entry = octets.indexOf(Buffer.from([0, 0, 0, 6, 0, 0, 0, 16]));
  const short = Buffer.concat([octets.subarray(0, octets.length - 4), Buffer.alloc(2)]);
  short.writeUInt16BE(2, entry + 10);
  short.writeUInt16BE(10, 12);
  short.writeUInt16BE(4, 14);
  short.writeUInt16LE(443, short.length - 10);
  short.writeBigUInt64LE(77n, short.length - 8);
  t.deepEqual(entriesOf(read(short)), [[MAPPED + 443n, 77n]]);
});

withFixtures("SiLK's own bag is read, with its types, and written as SiLK wrote it", (t) => {
  const { bag, header } = loadBag(REAL);
  t.deepEqual([bag.type.key.name, bag.type.counter.name, bag.count], ["sIPv4", "sum-bytes", 3237]);
  t.deepEqual(entriesOf(bag)[0], [MAPPED + 0x0a421ec2n, 41139n]); // 10.66.30.194 is the first that rwbagcat prints
  const entries = header.entries.filter(({ kind }) => kind !== "bag");
  t.deepEqual(written(bag, { entries }), readFileSync(REAL));
});

test("a bag file that is cut off or damaged anywhere is read in part or refused in one line", (t) => {
  const octets = written(
    bagOf(
      Array.from({ length: 300 }, (_, k) => [BigInt(k * k) << 70n, 1n + BigInt(k)]),
      4,
    ),
    {
      compression: "zlib",
    },
  );
  const plain = written(
    bagOf(
      Array.from({ length: 300 }, (_, k) => [MAPPED + BigInt(k), 3n]),
      1,
    ),
  );
  const path = join(scratch.path, "damaged.bag");
  const tries = (damaged: Uint8Array) => {
    writeFileSync(path, damaged);
    try {
      loadBag(path);
      return true;
    } catch (error) {
      return error instanceof InputError && !error.message.includes("\n");
    }
  };
  for (const whole of [octets, plain])
    for (let length = 0; length < whole.length; length += 37) t.true(tries(whole.subarray(0, length)));
  fc.assert(
    fc.property(fc.constantFrom(octets, plain), fc.nat(), fc.nat({ max: 255 }), (whole, at, value) => {
      const damaged = Buffer.from(whole);
      damaged[at % damaged.length] = value;
      return tries(damaged);
    }),
    { numRuns: 200 },
  );
});

test("a bag that ends within a record is refused", (t) => {
  const octets = written(
    bagOf(
      [
        [MAPPED, 1n],
        [MAPPED + 1n, 1n],
      ],
      1,
    ),
  );
  t.throws(() => read(octets.subarray(0, octets.length - 3)), {
    instanceOf: InputError,
    message: /ends within a record/,
  });
});
