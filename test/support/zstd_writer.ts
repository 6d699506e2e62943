/** Zstandard frames (RFC 8878) without a compressor: blocks that hold octets as they are, or one octet many times. */

import { concat } from "./capture_writer.js";

/** Most octets that one block may stand for. */
const LARGEST_BLOCK = 128 * 1024;

const RAW_BLOCK = 0;
const RLE_BLOCK = 1;

/** A frame of `octets`. Runs of one octet that fill a block become run-length blocks. */
export function zstdFrame(octets: Uint8Array): Uint8Array {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2fb528);
  header[4] = 0xa0; // a single segment, its size in 4 octets
  header.writeUInt32LE(octets.length, 5);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < octets.length || at === 0; at += LARGEST_BLOCK) {
    const piece = octets.subarray(at, at + LARGEST_BLOCK);
    const last = at + LARGEST_BLOCK >= octets.length ? 1 : 0;
    const run = piece.length > 1 && piece.every((octet) => octet === piece[0]);
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE((piece.length << 3) | ((run ? RLE_BLOCK : RAW_BLOCK) << 1) | last, 0, 3);
    blocks.push(blockHeader, run ? piece.subarray(0, 1) : piece);
  }
  return concat([header, ...blocks]);
}

/** A frame that decompressors pass over. */
export function zstdSkippableFrame(content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50);
  header.writeUInt32LE(content.length, 4);
  return concat([header, content]);
}
