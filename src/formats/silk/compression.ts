/** Compression methods of SiLK files: names, identifiers, and the codec of one block. */
import { constants, deflateSync, inflateSync } from "node:zlib";
import { UsageError } from "../../errors.js";
import { compressLzo1x, decompressLzo1x } from "./lzo1x.js";
import { compressSnappy, decompressSnappy } from "./snappy.js";

/** In the order of their identifiers in file headers. */
export const COMPRESSIONS = ["none", "zlib", "lzo1x", "snappy"] as const;

export type Compression = (typeof COMPRESSIONS)[number];

/** What turns blocks into smaller ones and back. */
export interface BlockCodec {
  compress(octets: Uint8Array): Uint8Array;
  /**
   * Fills `into`; returns the octets written, which are fewer than its length when the block holds less.
   *
   * @throws RangeError when the block is damaged or holds more than `into` has room for
   */
  decompress(block: Uint8Array, into: Uint8Array): number;
}

function inflate(block: Uint8Array, into: Uint8Array): number {
  // A stream that unfolds to more than the block's own header says is refused by zlib before it takes memory.
  let octets: Uint8Array;
  try {
    octets = inflateSync(block, { maxOutputLength: Math.max(1, into.length) });
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error));
  }
  if (octets.length > into.length) throw new RangeError("block is longer than its header says");
  into.set(octets);
  return octets.length;
}

const CODECS: Readonly<Record<Exclude<Compression, "none">, BlockCodec>> = {
  zlib: { compress: (octets) => deflateSync(octets, { level: constants.Z_DEFAULT_COMPRESSION }), decompress: inflate },
  lzo1x: { compress: compressLzo1x, decompress: decompressLzo1x },
  snappy: { compress: compressSnappy, decompress: decompressSnappy },
};

export function blockCodec(compression: Exclude<Compression, "none">): BlockCodec {
  return CODECS[compression];
}

/** Arguments of `--compression-method`, which may be shortened. */
const METHODS = [...COMPRESSIONS, "best", "default"] as const;

/**
 * The method of an output: the switch's argument, else SILK_COMPRESSION_METHOD, else none. `best` is lzo1x in files and
 * none on pipes.
 *
 * @throws UsageError when the argument is no method; a wrong value of the variable is ignored, as SiLK does
 */
export function chooseCompression(argument: string | undefined, output: "file" | "pipe"): Compression {
  if (argument !== undefined) return resolved(methodNamed(argument), output);
  const variable = process.env.SILK_COMPRESSION_METHOD ?? "";
  if (variable === "") return "none";
  try {
    return resolved(methodNamed(variable), output);
  } catch {
    return "none";
  }
}

function methodNamed(text: string): (typeof METHODS)[number] {
  const given = text.toLowerCase();
  const found = METHODS.find((each) => each === given) ?? METHODS.filter((each) => each.startsWith(given));
  if (typeof found === "string") return found;
  const [only] = found;
  if (given === "" || only === undefined || found.length > 1)
    throw new UsageError(`Invalid compression-method '${text}': Unrecognized value`);
  return only;
}

function resolved(method: (typeof METHODS)[number], output: "file" | "pipe"): Compression {
  if (method === "default") return "none";
  if (method === "best") return output === "file" ? "lzo1x" : "none";
  return method;
}
