import { spawnSync } from "node:child_process";
import test from "ava";
import fc from "fast-check";
import { decompressLz4 } from "../../../src/formats/nfdump/lz4.js";
import { UNPACK } from "../../../src/formats/nfdump/unpack.js";
import { haveTools } from "../../support/tools.js";

const ROOM = 4096;

test("lz4: literals, matches that overlap, and long lengths", (t) => {
  const into = new Uint8Array(1000);
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[0x30, 97, 98, 99], "abc"],
    [[0x12, 97, 1, 0, 0x10, 98], "aaaaaaab"],
    [[0x1f, 97, 1, 0, 255, 1, 0x10, 98], `${"a".repeat(1 + 15 + 255 + 1 + 4)}b`],
    [[0xf0, 2, ...Array.from({ length: 17 }, () => 99)], "c".repeat(17)],
  ];
  for (const [block, expected] of cases) {
    const octets = decompressLz4(Uint8Array.from(block), into);
    t.is(Buffer.from(into.subarray(0, octets)).toString(), expected);
  }
});

test("lz4: damaged blocks are refused and nothing is written behind the room", (t) => {
  const damaged = [
    [0xf0],
    [0xf0, 255],
    [0x50, 1, 2],
    [0x10, 1, 0],
    [0x10, 1, 0, 0, 0],
    [0x10, 1, 2, 0, 0],
    [0x1f, 1, 1, 0, 255, 255],
  ];
  for (const block of damaged)
    t.throws(
      () => decompressLz4(Uint8Array.from(block), new Uint8Array(ROOM)),
      { instanceOf: RangeError },
      String(block),
    );
  t.throws(() => decompressLz4(Uint8Array.from([0x1f, 97, 1, 0, 255, 1, 0]), new Uint8Array(100)));
  t.throws(() => decompressLz4(Uint8Array.from([0x30, 1, 2, 3]), new Uint8Array(2)));
});

test("no codec gets out of the room or hangs, whatever the block", (t) => {
  const octets = fc.uint8Array({ maxLength: 300 });
  for (const [name, unpack] of Object.entries(UNPACK)) {
    const property = fc.property(octets, (block) => {
      try {
        return unpack(block, new Uint8Array(ROOM)) <= ROOM;
      } catch (error) {
        return error instanceof Error;
      }
    });
    t.notThrows(() => fc.assert(property, { numRuns: 500 }), name);
  }
});

test("bzip2 and zstd are unpacked by the host's libraries, within the room", (t) => {
  if (!haveTools(t, "bzip2", "zstd")) return;
  const plain = Buffer.from("flows ".repeat(500));
  for (const [codec, command] of [
    ["bzip2", "bzip2"],
    ["zstd", "zstd"],
  ] as const) {
    const packed = spawnSync(command, ["-c"], { input: plain }).stdout;
    const into = new Uint8Array(ROOM);
    t.is(UNPACK[codec](packed, into), plain.length);
    t.deepEqual(Buffer.from(into.subarray(0, plain.length)), plain);
    t.throws(() => UNPACK[codec](packed, new Uint8Array(100)), { instanceOf: Error });
    t.throws(() => UNPACK[codec](packed.subarray(0, 20), into), { message: /damaged/ });
  }
});
