/**
 * What nfdump's files begin with; all numbers are in the byte order of the host that wrote the file. Found by comparing
 * files with what nfdump 1.7.1 and 1.7.8 print of them (`nfdump -v`), and by having it print files made for that.
 *
 *   layout 1 (nfdump 1.6): | magic 2 | version 2 | flags 4 | blocks 4 | ident 128 | statistics 136 | block …
 *   layout 2 (nfdump 1.7): | magic 2 | version 2 | nfdump 4 | created 8 | compression 1 | encryption 1 |
 *                          | appendix blocks 2 | creator 4 | appendix offset 8 | block size 4 | blocks 4 | block …
 *
 *   block: | records 4 | octets 4 | type 2 | flags 2 | records, `octets` of them as they stand in the file |
 */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";

const MAGIC = 0xa50c;
const SWAPPED_MAGIC = 0x0ca5;

const LENGTH = { 1: 140 + 136, 2: 40 } as const;

export type NfdumpCompression = "none" | "lzo" | "bzip2" | "lz4" | "zstd";

/** By number in layout 2 (nfdump's manual, -J). */
const COMPRESSIONS: readonly NfdumpCompression[] = ["none", "lzo", "bzip2", "lz4", "zstd"];

/** Bits of `flags` in layout 1. */
const FLAGS: readonly (readonly [number, NfdumpCompression])[] = [
  [0x01, "lzo"],
  [0x08, "bzip2"],
  [0x10, "lz4"],
];

export interface NfdumpHeader {
  readonly version: 1 | 2;
  readonly compression: NfdumpCompression;
  /** Blocks with flows; undefined in a file that is still written, where they are counted at its end. */
  readonly blocks: number | undefined;
}

/** Whether the input begins as nfdump's files do, of either byte order. */
export function isNfdump(source: OctetSource): boolean {
  if (!source.need(4)) return false;
  const magic = source.view.getUint16(source.start, true);
  const version = source.view.getUint16(source.start + 2, magic === MAGIC);
  return (magic === MAGIC || magic === SWAPPED_MAGIC) && version < 256;
}

/**
 * Takes the header.
 *
 * @throws InputError when the file is cut off, or not one that can be read
 */
export function readNfdumpHeader(source: OctetSource): NfdumpHeader {
  const { name } = source;
  if (!isNfdump(source)) throw new InputError(`${name}: not a file of nfdump`);
  if (source.view.getUint16(source.start, true) !== MAGIC)
    throw new InputError(`${name}: nfdump file of a big-endian host, which is not read`);
  const version = source.view.getUint16(source.start + 2, true);
  if (version !== 1 && version !== 2) throw new InputError(`${name}: nfdump file of layout ${version}, not 1 or 2`);
  if (!source.need(LENGTH[version])) throw new InputError(`${name}: cut off within the header of an nfdump file`);
  const header = version === 1 ? firstLayout(source) : secondLayout(source);
  source.take(LENGTH[version]);
  return header;
}

function firstLayout({ view, start }: OctetSource): NfdumpHeader {
  const flags = view.getUint32(start + 4, true);
  const compression = FLAGS.find(([bit]) => (flags & bit) !== 0)?.[1] ?? "none";
  const blocks = view.getUint32(start + 8, true);
  return { version: 1, compression, blocks: blocks === 0 ? undefined : blocks };
}

function secondLayout({ view, start, name }: OctetSource): NfdumpHeader {
  const number = view.getUint8(start + 16);
  const compression = COMPRESSIONS[number];
  if (compression === undefined) throw new InputError(`${name}: nfdump file with unknown compression ${number}`);
  if (view.getUint8(start + 17) !== 0) throw new InputError(`${name}: nfdump file that is encrypted`);
  const blocks = view.getUint32(start + 36, true);
  const appendix = view.getUint32(start + 24, true) + view.getUint32(start + 28, true);
  return { version: 2, compression, blocks: blocks === 0 && appendix === 0 ? undefined : blocks };
}
