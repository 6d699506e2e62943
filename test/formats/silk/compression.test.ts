import test from "ava";
import fc from "fast-check";
import { UsageError } from "../../../src/errors.js";
import { blockCodec, COMPRESSIONS, chooseCompression } from "../../../src/formats/silk/compression.js";

const METHODS = COMPRESSIONS.filter((each) => each !== "none");

/** Octets with repetitions near and far, as records have them. */
const REPETITIVE = fc
  .array(
    fc.tuple(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 1, max: 30 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(0, 0, 0, 2000, 17_000),
    ),
    { maxLength: 20 },
  )
  .map((parts) =>
    Buffer.concat(parts.flatMap(([piece, times, between, gap]) => [...Array(times).fill(piece), between, noise(gap)])),
  );

/** Octets without repetitions, so that matches beyond them are far. */
function noise(octets: number): Buffer {
  const out = Buffer.alloc(octets);
  let state = 12345;
  for (let k = 0; k < octets; k++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    out[k] = state >>> 24;
  }
  return out;
}

for (const method of METHODS) {
  const codec = blockCodec(method);

  test(`${method}: what was compressed comes back`, (t) => {
    fc.assert(
      fc.property(REPETITIVE, (octets) => {
        const into = new Uint8Array(octets.length);
        t.is(codec.decompress(codec.compress(octets), into), octets.length);
        t.true(Buffer.from(into).equals(octets));
      }),
    );
  });

  test(`${method}: damaged blocks are refused or give some octets, never more than there is room for`, (t) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(600), (block, room) => {
        const into = new Uint8Array(room);
        try {
          t.true(codec.decompress(block, into) <= room);
        } catch (error) {
          t.true(error instanceof RangeError);
        }
      }),
    );
  });

  test(`${method}: a compressed block with one octet changed never overruns`, (t) => {
    fc.assert(
      fc.property(REPETITIVE, fc.nat(), fc.integer({ min: 1, max: 255 }), (octets, place, change) => {
        const block = Uint8Array.from(codec.compress(octets));
        block[place % block.length]! ^= change;
        try {
          t.true(codec.decompress(block, new Uint8Array(octets.length)) <= octets.length);
        } catch (error) {
          t.true(error instanceof RangeError);
        }
      }),
    );
  });

  test(`${method}: zeros shrink to a small part`, (t) => {
    t.true(codec.compress(new Uint8Array(65536)).length < (method === "snappy" ? 3300 : 655));
  });
}

test("a method may be shortened, and best compresses files only", (t) => {
  t.is(chooseCompression("z", "pipe"), "zlib");
  t.is(chooseCompression("best", "file"), "lzo1x");
  t.is(chooseCompression("best", "pipe"), "none");
  t.is(chooseCompression("default", "file"), "none");
  const error = t.throws(() => chooseCompression("gzip", "file"), { instanceOf: UsageError });
  t.is(error.message, "Invalid compression-method 'gzip': Unrecognized value");
});
