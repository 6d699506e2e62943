import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { InputError } from "../../../src/errors.js";
import { BodyWriter } from "../../../src/formats/silk/body.js";
import { COMPRESSIONS } from "../../../src/formats/silk/compression.js";
import { writeSilkHeader } from "../../../src/formats/silk/header.js";
import type { HeaderEntry } from "../../../src/formats/silk/header_entry.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";
import { Scratch } from "../../support/scratch.js";
import { MemorySink, readSilkFile } from "../../support/silk_files.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const ENTRIES: readonly HeaderEntry[] = [
  { kind: "packed-file", startTime: 1234396800000, flowtype: 2, sensor: 65535 },
  { kind: "invocation", command: "rwcat --output-path=a b" },
  { kind: "annotation", text: "two\nlines, and ü" },
  { kind: "probename", name: "P0" },
  { kind: "prefixmap", version: 1, name: "service" },
  { kind: "bag", keyType: 0, keyLength: 4, counterType: 30, counterLength: 8 },
  { kind: "ipset", childrenPerNode: 16, leafCount: 5, leafSize: 8, nodeCount: 3, nodeSize: 96, root: 1 },
  { kind: "aggbag", version: 1, keys: [0, 2], counters: [28] },
  { kind: "other", id: 77, octets: Uint8Array.of(1, 2, 3) },
];

function written(recordLength: number, entries: readonly HeaderEntry[]): Buffer {
  const sink = new MemorySink();
  const spec = { byteOrder: "big", format: 0x16, compression: "none", recordLength, recordVersion: 5 } as const;
  writeSilkHeader(sink, { ...spec, entries });
  return sink.octets;
}

test("every entry of a header comes back as it was written", (t) => {
  const { header } = readSilkFile(scratch.write("entries", written(52, ENTRIES)));
  t.deepEqual(header.entries, ENTRIES);
  t.is(header.byteOrder, "big");
  t.is(header.silkVersion, 3019001);
  t.is(header.headerLength % 52, 0);
});

test("a header is padded to the record length, whatever it is", (t) => {
  for (let recordLength = 1; recordLength < 120; recordLength++) {
    const octets = written(recordLength, ENTRIES.slice(0, 2));
    t.is(octets.length % recordLength, 0);
    t.is(readSilkFile(scratch.write("padded", octets)).header.headerLength, octets.length);
  }
});

test("a header that is cut off or damaged anywhere is one clear error or another header", (t) => {
  const octets = written(52, ENTRIES);
  fc.assert(
    fc.property(fc.nat(octets.length - 1), fc.nat(octets.length - 1), fc.nat(255), (cut, place, value) => {
      const damaged = Buffer.from(octets.subarray(0, cut));
      if (place < cut) damaged[place] = value;
      const path = scratch.write("damaged", damaged);
      try {
        t.true(readSilkFile(path).header.headerLength <= cut);
      } catch (error) {
        t.true(error instanceof InputError && error.message.startsWith(path), String(error));
      }
    }),
  );
});

test("headers of another version and unknown compression are refused by name", (t) => {
  for (const [place, value, message] of [
    [6, 5, "header version 5 of SiLK files is not supported, only 16"],
    [7, 9, "unknown compression method 9 in header"],
    [0, 0, "not a SiLK file"],
  ] as const) {
    const octets = written(52, []);
    octets[place] = value;
    const path = scratch.write("refused", octets);
    t.throws(() => readSilkFile(path), { instanceOf: InputError, message: `${path}: ${message}` });
  }
});

test("bodies come back through every compression, in blocks of whole records", (t) => {
  const body = Buffer.from(Array.from({ length: 88 * 3000 }, (_, k) => (k * k) >> 7));
  for (const compression of COMPRESSIONS) {
    const sink = new MemorySink();
    const shape = { byteOrder: "little", format: 0x0c, compression, recordLength: 88, recordVersion: 1 } as const;
    writeSilkHeader(sink, { ...shape, entries: [] });
    const writer = new BodyWriter(sink, compression, 88);
    t.is(writer.buffer.length % 88, 0);
    writer.write(body);
    writer.flush();
    t.true(readSilkFile(scratch.write("body", sink.octets)).body.equals(body));
  }
});

test("a compressed body that is cut off or damaged is one clear error or other octets", (t) => {
  for (const compression of COMPRESSIONS.slice(1)) {
    const sink = new MemorySink();
    const shape = { byteOrder: "little", format: 0x0c, compression, recordLength: 1, recordVersion: 1 } as const;
    writeSilkHeader(sink, { ...shape, entries: [] });
    const { length } = sink.octets;
    const writer = new BodyWriter(sink, compression, 1);
    writer.write(Buffer.from(Array.from({ length: 3000 }, (_, k) => (k * k) >> 7)));
    writer.flush();
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(255), (cut, place, value) => {
        const octets = sink.octets;
        octets[length + (place % (octets.length - length))] = value;
        const path = scratch.write("cut", octets.subarray(0, length + (cut % (octets.length - length))));
        try {
          t.true(readSilkFile(path).body.length <= 1 << 20);
        } catch (error) {
          t.true(error instanceof InputError && error.message.startsWith(path), String(error));
        }
      }),
    );
  }
});

testWithFixtures(test)("compressed files of SiLK hold the same octets as the plain one", (t) => {
  for (const format of ["RWIPV6ROUTING-v1", "FLOWCAP-v5", "RWAUGWEB-v4"]) {
    const at = (method: number) => readSilkFile(join(FIXTURES, "silk", "formats", `${format}-c${method}-L.dat`));
    const plain = at(0).body;
    t.true(plain.length > 500);
    for (const method of [1, 2, 3]) t.true(at(method).body.equals(plain), `${format} method ${method}`);
  }
});
