/**
 * The thread that uncompresses a file for `GzipOctets`: Node has no inflater that works in place and piece by piece, and
 * the thread that reads must not give up its own.
 */
import { createReadStream, open, read } from "node:fs";
import { pipeline } from "node:stream/promises";
import { workerData } from "node:worker_threads";
import { createGunzip } from "node:zlib";
import { systemReason } from "../errors.js";
import { PIECE, RingWriter, type SharedRing } from "./gunzip_ring.js";

const { fd, ring } = workerData as { readonly fd: number; readonly ring: SharedRing };
const writer = new RingWriter(ring);
// A stream that is given up closes its descriptor, which is the other thread's.
const keepOpen = { open, read, close: (_fd: number, done?: (error?: Error | null) => void) => done?.(null) };
const file = createReadStream("", { fd, fs: keepOpen, highWaterMark: PIECE });

try {
  await pipeline(file, createGunzip({ chunkSize: PIECE }), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      writer.progress(file.bytesRead);
      writer.write(piece);
    }
  });
  writer.end();
} catch (error) {
  writer.fail(systemReason(error));
}
