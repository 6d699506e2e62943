/**
 * Countries out of a database in MaxMind's format (MaxMind DB File Format Specification 2.0): a binary tree over the
 * bits of addresses, whose leaves point to records. The tree is walked here, on numbers; mmdb-lib decodes each record
 * once.
 */
import { createRequire } from "node:module";
import { InputError } from "../errors.js";
import { countryNumber, UNKNOWN_COUNTRY } from "./country_code.js";
import type { CountryDatabase } from "./country_database.js";

type MmdbLib = typeof import("mmdb-lib");
type Reader = InstanceType<MmdbLib["Reader"]>;

/** What begins the metadata, within the last 128 KiB of a file. */
const METADATA = Buffer.from("abcdef4d61784d696e642e636f6d", "hex");
const METADATA_SPAN = 128 * 1024;

const MAPPED = 0xffff;

export class MaxMindCountries implements CountryDatabase {
  readonly #name: string;
  readonly #octets: Buffer;
  readonly #reader: Reader;
  readonly #nodeCount: number;
  readonly #nodeOctets: number;
  readonly #ipv6: boolean;
  /** Where IPv4 addresses begin: in a tree of IPv6 addresses, behind 96 bits of zeros. */
  readonly #ipv4: number;
  /** Countries of the records seen so far, by what leads to them. */
  readonly #countries = new Map<number, number>();

  /** @throws InputError when `octets` is no such database or is damaged */
  constructor(octets: Buffer, name: string) {
    this.#name = name;
    this.#octets = octets;
    if (octets.subarray(Math.max(0, octets.length - METADATA_SPAN)).lastIndexOf(METADATA) < 0)
      throw new InputError(`${name}: neither a MaxMind database nor a SiLK prefix map`);
    this.#reader = this.#guard(() => openReader(octets));
    const { nodeCount, recordSize, ipVersion, searchTreeSize } = this.#reader.metadata;
    if (!Number.isSafeInteger(nodeCount) || nodeCount < 1 || !(searchTreeSize <= octets.length))
      throw this.#damaged("its tree is larger than the file");
    if (ipVersion !== 4 && ipVersion !== 6) throw this.#damaged(`its IP version is ${ipVersion}`);
    this.#nodeCount = nodeCount;
    this.#nodeOctets = recordSize / 4;
    this.#ipv6 = ipVersion === 6;
    this.#ipv4 = this.#ipv6 ? this.#descend(this.#descend(this.#descend(0, 0), 0), 0) : 0;
  }

  find(w0: number, w1: number, w2: number, w3: number): number {
    let record: number;
    if (w0 === 0 && w1 === 0 && w2 === MAPPED) record = this.#descend(this.#ipv4, w3);
    else if (!this.#ipv6) return UNKNOWN_COUNTRY;
    else record = this.#descend(this.#descend(this.#descend(this.#descend(0, w0), w1), w2), w3);
    if (record <= this.#nodeCount) return UNKNOWN_COUNTRY;
    const known = this.#countries.get(record);
    if (known !== undefined) return known;
    const country = countryOf(this.#guard(() => this.#reader.get(addressText(w0, w1, w2, w3))));
    this.#countries.set(record, country);
    return country;
  }

  /** What the 32 bits of `key` lead to from a record of the tree: a node, or a number not below the number of nodes. */
  #descend(from: number, key: number): number {
    let at = from;
    for (let bit = 31; bit >= 0 && at < this.#nodeCount; bit--) at = this.#link(at, (key >>> bit) & 1);
    return at;
  }

  #link(node: number, bit: number): number {
    const octets = this.#octets;
    const at = node * this.#nodeOctets;
    if (this.#nodeOctets === 6) return octets.readUIntBE(at + 3 * bit, 3);
    if (this.#nodeOctets === 8) return octets.readUInt32BE(at + 4 * bit);
    // Records of 28 bits: the upper four bits of both share the octet in the middle.
    const middle = octets[at + 3]!;
    const upper = bit === 0 ? middle >> 4 : middle & 15;
    return upper * 2 ** 24 + octets.readUIntBE(at + 4 * bit, 3);
  }

  /** The decoder throws all sorts of errors on damaged records, among them an overflown stack. */
  #guard<Result>(decode: () => Result): Result {
    try {
      return decode();
    } catch (error) {
      throw this.#damaged(error instanceof Error ? error.message : String(error));
    }
  }

  #damaged(reason: string): InputError {
    return new InputError(`${this.#name}: damaged MaxMind database: ${reason}`);
  }
}

/** Loaded when a database is opened: most queries need none. */
function openReader(octets: Buffer): Reader {
  const { Reader } = createRequire(import.meta.url)("mmdb-lib") as MmdbLib;
  // Records point into each other: without a memory, a small file can take for ever to decode.
  return new Reader(octets, { cache: new Map() });
}

function addressText(w0: number, w1: number, w2: number, w3: number): string {
  if (w0 === 0 && w1 === 0 && w2 === MAPPED)
    return [w3 >>> 24, (w3 >>> 16) & 255, (w3 >>> 8) & 255, w3 & 255].join(".");
  return [w0, w1, w2, w3].map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(":");
}

/** Where the address is, else where it is registered, else whom it represents; marks for proxies and satellites. */
function countryOf(record: unknown): number {
  for (const name of ["country", "registered_country", "represented_country"]) {
    const place = memberOf(record, name);
    const code = codeOf(memberOf(place, "iso_code")) ?? codeOf(place);
    if (code !== undefined) return code;
  }
  const code = codeOf(memberOf(record, "country_code"));
  if (code !== undefined) return code;
  const traits = memberOf(record, "traits");
  if (memberOf(traits, "is_anonymous_proxy") === true) return countryNumber("a1")!;
  if (memberOf(traits, "is_satellite_provider") === true) return countryNumber("a2")!;
  return UNKNOWN_COUNTRY;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function codeOf(value: unknown): number | undefined {
  return typeof value === "string" ? countryNumber(value) : undefined;
}
