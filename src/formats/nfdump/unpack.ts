/** Blocks of nfdump's files as they were before they were compressed. */
import { loadNative } from "../../meter/native.js";
import { decompressLzo1x } from "../silk/lzo1x.js";
import type { NfdumpCompression } from "./header.js";
import { decompressLz4 } from "./lz4.js";

/**
 * Fills `into` with a block and returns the octets written. bzip2 and zstd need the host's library.
 *
 * @throws Error with one line when the block is damaged, does not fit, or the library is missing
 */
export type Unpack = (block: Uint8Array, into: Uint8Array) => number;

/** Numbers of the native codecs. */
const BZIP2 = 0;
const ZSTD = 1;

export const UNPACK: Readonly<Record<Exclude<NfdumpCompression, "none">, Unpack>> = {
  lzo: decompressLzo1x,
  lz4: decompressLz4,
  bzip2: (block, into) => loadNative().unpackBlock(BZIP2, block, into),
  zstd: (block, into) => loadNative().unpackBlock(ZSTD, block, into),
};
