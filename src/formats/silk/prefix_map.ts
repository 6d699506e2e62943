/**
 * SiLK's prefix maps (format 0x25): a binary tree over the bits of a key, whose leaves hold a country or the number of a
 * label. The body is the number of nodes, for each node the words for a 0 and for a 1 bit, and for maps of labels the
 * octets and text of a dictionary. A word with its top bit set is a leaf, any other is the number of a node.
 */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import { openBody } from "./body.js";
import { SILK_FORMAT } from "./format.js";
import { readSilkHeader } from "./header.js";

/** What the map is looked up by. */
export type PrefixMapKey = "ipv4" | "ipv6" | "proto-port";

/** Record versions. */
const VERSIONS: Readonly<Record<number, readonly [PrefixMapKey, "countries" | "labels"]>> = {
  1: ["ipv4", "countries"],
  2: ["ipv4", "labels"],
  3: ["proto-port", "labels"],
  4: ["ipv6", "labels"],
  5: ["ipv6", "countries"],
};

/** What maps of a record version hold; undefined for one that is not known. */
export function prefixMapKind(
  recordVersion: number,
): { readonly key: PrefixMapKey; readonly values: "countries" | "labels" } | undefined {
  const kind = VERSIONS[recordVersion];
  return kind && { key: kind[0], values: kind[1] };
}

/** Value of keys for which the map has none. */
export const NO_PREFIX_VALUE = 0x7fff_ffff;

/** Label of keys for which the map has none, as SiLK prints it. */
export const NO_LABEL = "UNKNOWN";

const MAPPED = 0xffff;
/** Nodes that are read at once, and at most: an IPv6 map of the whole routing table has some million. */
const PIECE = 1 << 16;
const MOST_NODES = 1 << 27;
const LARGEST_DICTIONARY = 1 << 26;

interface PrefixMapContent {
  readonly key: PrefixMapKey;
  readonly values: "countries" | "labels";
  readonly name: string;
  readonly nodes: Int32Array;
  readonly labels: readonly string[];
}

/** Bits of a key; protocol and port are one number of 24 bits. */
export const KEY_BITS: Readonly<Record<PrefixMapKey, 24 | 32 | 128>> = { ipv4: 32, ipv6: 128, "proto-port": 24 };

export class PrefixMap {
  readonly key: PrefixMapKey;
  readonly values: "countries" | "labels";
  /** The map's own name; empty when it has none. */
  readonly name: string;
  /** Labels by value; none in maps of countries. */
  readonly labels: readonly string[];
  readonly #nodes: Int32Array;
  /** Where IPv4 addresses begin: the word behind ::ffff:0:0/96, or the root of a map of IPv4 addresses. */
  readonly #ipv4: number;

  constructor({ key, values, name, nodes, labels }: PrefixMapContent) {
    this.key = key;
    this.values = values;
    this.name = name;
    this.labels = labels;
    this.#nodes = nodes;
    this.#ipv4 = key === "ipv6" ? this.#descend(this.#descend(this.#descend(0, 0, 32), 0, 32), MAPPED, 32) : 0;
  }

  /** Value of an address of four words, IPv4 as ::ffff:a.b.c.d; NO_PREFIX_VALUE for none. */
  findAddress(w0: number, w1: number, w2: number, w3: number): number {
    if (w0 === 0 && w1 === 0 && w2 === MAPPED) return leafValue(this.#descend(this.#ipv4, w3, 32));
    if (this.key !== "ipv6") return NO_PREFIX_VALUE;
    let at = this.#descend(0, w0, 32);
    if (at >= 0) at = this.#descend(at, w1, 32);
    if (at >= 0) at = this.#descend(at, w2, 32);
    return leafValue(this.#descend(at, w3, 32));
  }

  /** Value of a protocol and port; NO_PREFIX_VALUE for none. */
  findProtocolPort(protocol: number, port: number): number {
    return leafValue(this.#descend(0, protocol * 65536 + port, 24));
  }

  /** Nodes of the tree, the first of which is its root. */
  get nodeCount(): number {
    return this.#nodes.length / 2;
  }

  /** What a node leads to for a bit: the number of a node, or a leaf, which is negative. */
  link(node: number, bit: number): number {
    return this.#nodes[2 * node + bit]!;
  }

  /** Text of a value. */
  label(value: number): string {
    return this.labels[value] ?? NO_LABEL;
  }

  /** The word that the lowest `bits` of `key` lead to from a word; leaves stay what they are. */
  #descend(from: number, key: number, bits: number): number {
    const nodes = this.#nodes;
    let at = from;
    for (let bit = bits - 1; bit >= 0 && at >= 0; bit--) at = nodes[2 * at + ((key >>> bit) & 1)]!;
    return at;
  }
}

/** Value of a leaf. A node below the last bit means nothing. */
export function leafValue(word: number): number {
  return word < 0 ? word & NO_PREFIX_VALUE : NO_PREFIX_VALUE;
}

/**
 * Reads a prefix map from its header on.
 *
 * @throws InputError when it is none, is cut off or damaged
 */
export function readPrefixMap(source: OctetSource): PrefixMap {
  const header = readSilkHeader(source);
  if (header.format !== SILK_FORMAT.PREFIXMAP) throw new InputError(`${source.name}: not a prefix map`);
  const kind = prefixMapKind(header.recordVersion);
  if (kind === undefined)
    throw new InputError(`${source.name}: prefix maps of record version ${header.recordVersion} are not supported`);
  const { key, values } = kind;
  const entry = header.entries.find((each) => each.kind === "prefixmap");
  const body = openBody(source, header.compression);
  const word = (what: string) => {
    if (!body.need(4)) throw new InputError(`${source.name}: prefix map ends within its ${what}`);
    const value = body.view.getUint32(body.start, header.byteOrder === "little");
    body.take(4);
    return value;
  };
  const nodes = readNodes(source.name, word);
  const labels = values === "labels" ? readLabels(body, source.name, word("dictionary")) : [];
  return new PrefixMap({ key, values, name: entry?.name ?? "", nodes, labels });
}

function readNodes(name: string, word: (what: string) => number): Int32Array {
  const count = word("nodes");
  if (count === 0 || count > MOST_NODES) throw new InputError(`${name}: prefix map of ${count} nodes`);
  // Grown as octets come: the number alone may be a lie.
  let nodes = new Int32Array(2 * Math.min(count, PIECE));
  for (let at = 0; at < 2 * count; at++) {
    if (at === nodes.length) {
      const larger = new Int32Array(Math.min(2 * count, 2 * nodes.length));
      larger.set(nodes);
      nodes = larger;
    }
    const link = word("nodes") | 0;
    if (link >= count) throw new InputError(`${name}: prefix map leads to node ${link} of ${count}`);
    nodes[at] = link;
  }
  return nodes;
}

function readLabels(body: ReturnType<typeof openBody>, name: string, octets: number): readonly string[] {
  if (octets > LARGEST_DICTIONARY) throw new InputError(`${name}: prefix map with a dictionary of ${octets} octets`);
  if (!body.need(octets)) throw new InputError(`${name}: prefix map ends within its dictionary`);
  const text = new TextDecoder().decode(body.buffer.subarray(body.start, body.start + octets));
  return text.replace(/\0$/, "").split("\0");
}
