/** Small databases in MaxMind's format, put together from its public description (MaxMind DB 2.0). */

import { blockBits, type Link, numberBits, PrefixTree } from "./prefix_tree.js";

/** What a record may hold here. */
export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

export interface DatabaseSpec {
  readonly ipVersion: 4 | 6;
  readonly recordSize: 24 | 28 | 32;
  /** CIDR block and its record; wider blocks first. */
  readonly entries: readonly (readonly [string, Value])[];
  /** The data section, for tests of damaged ones: records are then offsets into it. */
  readonly section?: Buffer;
}

const ZEROS = numberBits(0, 32);
const MARKER = Buffer.from("abcdef4d61784d696e642e636f6d", "hex");
const SEPARATOR = 16;

/** The octets of a database. */
export function mmdb({ ipVersion, recordSize, entries, section }: DatabaseSpec): Buffer {
  const tree = new PrefixTree<number>();
  const records: Buffer[] = [];
  let at = 0;
  for (const [block, record] of entries) {
    tree.add(
      blockBits(block, ipVersion === 6 ? [...ZEROS, ...ZEROS, ...ZEROS] : []),
      section === undefined ? at : Number(record),
    );
    const octets = encode(record);
    records.push(octets);
    at += octets.length;
  }
  const { length } = tree.nodes;
  const number = (link: Link<number>) =>
    link === undefined ? length : "node" in link ? link.node : length + SEPARATOR + link.leaf;
  const nodes = tree.nodes.map(([left, right]) => nodeOctets(number(left), number(right), recordSize));
  const metadata = encode({
    binary_format_major_version: 2,
    build_epoch: 1_700_000_000,
    database_type: "Test-Country",
    ip_version: ipVersion,
    node_count: length,
    record_size: recordSize,
  });
  return Buffer.concat([...nodes, Buffer.alloc(SEPARATOR), section ?? Buffer.concat(records), MARKER, metadata]);
}

function nodeOctets(left: number, right: number, recordSize: DatabaseSpec["recordSize"]): Buffer {
  const octets = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    octets.writeUInt32BE(left, 0);
    octets.writeUInt32BE(right, 4);
    return octets;
  }
  octets.writeUIntBE(left % 2 ** 24, 0, 3);
  octets.writeUIntBE(right % 2 ** 24, recordSize / 4 - 3, 3);
  if (recordSize === 28) octets[3] = Math.floor(left / 2 ** 24) * 16 + Math.floor(right / 2 ** 24);
  return octets;
}

const TYPE = { text: 2, map: 7, number: 6, array: 11, boolean: 14 } as const;

/** A value of the data section. */
export function encode(value: Value): Buffer {
  if (typeof value === "string")
    return Buffer.concat([control(TYPE.text, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "boolean") return control(TYPE.boolean, value ? 1 : 0);
  if (typeof value === "number") {
    const octets = Buffer.alloc(4);
    octets.writeUInt32BE(value);
    return Buffer.concat([control(TYPE.number, 4), octets]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(TYPE.array, value.length), ...value.map(encode)]);
  const members = Object.entries(value);
  return Buffer.concat([
    control(TYPE.map, members.length),
    ...members.flatMap(([name, each]) => [encode(name), encode(each)]),
  ]);
}

/** What begins a value: its type and size, the size below 29 here. */
export function control(type: number, size: number): Buffer {
  return type < 8 ? Buffer.of((type << 5) | size) : Buffer.of(size, type - 7);
}

/** A pointer to an offset of the data section below 2048. */
export function pointer(to: number): Buffer {
  return Buffer.of(0x20 | (to >> 8), to & 255);
}
