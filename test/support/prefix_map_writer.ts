/** Small SiLK prefix maps, put together from the description of the format. */

import { SILK_FORMAT } from "../../src/formats/silk/format.js";
import { type ByteOrder, writeSilkHeader } from "../../src/formats/silk/header.js";
import { blockBits, numberBits, PrefixTree } from "./prefix_tree.js";
import { MemorySink } from "./silk_files.js";

const LEAF = 0x8000_0000;
const NOTHING = 0xffff_ffff;
const MAPPED = [...numberBits(0, 32), ...numberBits(0, 32), ...numberBits(0xffff, 32)];

export interface PrefixMapSpec {
  readonly version: 1 | 2 | 3 | 4 | 5;
  readonly byteOrder?: ByteOrder;
  readonly name?: string;
  /** CIDR block, or `PROTOCOL` or `PROTOCOL/PORT`, and what it stands for; wider blocks first. */
  readonly entries: readonly (readonly [string, string])[];
}

/** The octets of a map. */
export function prefixMap({ version, byteOrder = "little", name, entries }: PrefixMapSpec): Buffer {
  const labels: string[] = [];
  const tree = new PrefixTree<number>();
  for (const [key, text] of entries)
    tree.add(keyBits(key, version), version === 1 || version === 5 ? letters(text) : label(text, labels));
  const sink = new MemorySink();
  writeSilkHeader(sink, {
    byteOrder,
    format: SILK_FORMAT.PREFIXMAP,
    compression: "none",
    recordLength: 1,
    recordVersion: version,
    entries: name === undefined ? [] : [{ kind: "prefixmap", version: 1, name }],
  });
  const words = [tree.nodes.length];
  for (const node of tree.nodes)
    for (const link of node) words.push(link === undefined ? NOTHING : "node" in link ? link.node : LEAF + link.leaf);
  const dictionary = Buffer.from(labels.map((each) => `${each}\0`).join(""));
  if (labels.length > 0) words.push(dictionary.length);
  const body = Buffer.alloc(4 * words.length);
  words.forEach((word, k) => {
    if (byteOrder === "little") body.writeUInt32LE(word, 4 * k);
    else body.writeUInt32BE(word, 4 * k);
  });
  return Buffer.concat([sink.octets, body, dictionary]);
}

function keyBits(key: string, version: PrefixMapSpec["version"]): number[] {
  if (version === 3) {
    const [protocol, port] = key.split("/");
    return [...numberBits(Number(protocol), 8), ...(port === undefined ? [] : numberBits(Number(port), 16))];
  }
  return blockBits(key, version >= 4 ? MAPPED : []);
}

function letters(code: string): number {
  return code.charCodeAt(0) * 256 + code.charCodeAt(1);
}

function label(text: string, labels: string[]): number {
  if (!labels.includes(text)) labels.push(text);
  return labels.indexOf(text);
}
