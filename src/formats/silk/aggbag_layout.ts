/**
 * How aggregate bag files (format 0x09) hold their rows. Known of them is that the header's entry 8 lists the fields of
 * the key and those of the counter, and that a record has them in this order, big-endian whatever byte order the header names. Everything that is our choice
 * stands here: the octets of each field, record version 1, and the numbers of the four fields that bags do not have.
 */

/** Version of the header's entry and of the records. */
export const AGGBAG_VERSION = 1;

export type AggRole = "key" | "counter";

/** A field as files have it. Numbers are unsigned; times and durations are whole seconds. */
export interface StoredField {
  readonly name: string;
  readonly role: AggRole;
  /** Number in the header: that of bags, where they have it. */
  readonly id: number;
  readonly octets: 1 | 2 | 4 | 8 | 16;
}

function stored(role: AggRole, id: number, name: string, octets: StoredField["octets"]): StoredField {
  return { name, role, id, octets };
}

/** Beyond the numbers of bags, lest a file that means something else by one is misread. */
const ICMP_TYPE = 256;
const ICMP_CODE = 257;
/** Of keys and of counters: the header has them in different lists. */
const CUSTOM = 255;

/** All fields, keys first. */
export const STORED_FIELDS: readonly StoredField[] = [
  stored("key", 0, "sIPv4", 4),
  stored("key", 1, "dIPv4", 4),
  stored("key", 2, "sPort", 2),
  stored("key", 3, "dPort", 2),
  stored("key", 4, "protocol", 1),
  stored("key", 5, "packets", 8),
  stored("key", 6, "bytes", 8),
  stored("key", 7, "flags", 1),
  stored("key", 8, "sTime", 8),
  stored("key", 9, "duration", 4),
  stored("key", 10, "eTime", 8),
  stored("key", 11, "sensor", 2),
  stored("key", 12, "input", 4),
  stored("key", 13, "output", 4),
  stored("key", 14, "nhIPv4", 4),
  stored("key", 15, "initialFlags", 1),
  stored("key", 16, "sessionFlags", 1),
  stored("key", 17, "attributes", 1),
  stored("key", 18, "application", 2),
  stored("key", 19, "class", 1),
  stored("key", 20, "type", 1),
  stored("key", ICMP_TYPE, "icmpType", 1),
  stored("key", ICMP_CODE, "icmpCode", 1),
  stored("key", 25, "sIPv6", 16),
  stored("key", 26, "dIPv6", 16),
  stored("key", 27, "nhIPv6", 16),
  stored("key", 32, "any-IPv4", 4),
  stored("key", 33, "any-IPv6", 16),
  stored("key", 34, "any-port", 2),
  stored("key", 35, "any-snmp", 4),
  stored("key", 36, "any-time", 8),
  stored("key", 37, "scc", 2),
  stored("key", 38, "dcc", 2),
  stored("key", 39, "any-cc", 2),
  stored("key", CUSTOM, "custom-key", 8),
  stored("counter", 28, "records", 8),
  stored("counter", 29, "sum-packets", 8),
  stored("counter", 30, "sum-bytes", 8),
  stored("counter", 31, "sum-duration", 8),
  stored("counter", CUSTOM, "custom-counter", 8),
];

/** Name of a field in a header; undefined for a number that is not known. */
export function aggFieldName(role: AggRole, id: number): string | undefined {
  return STORED_FIELDS.find((each) => each.role === role && each.id === id)?.name;
}

/** Words of 32 bits, most significant first, that hold a field's value in memory. */
export function wordsOf({ octets }: StoredField): number {
  return Math.max(1, octets / 4);
}

/** Moves rows between records of files and words in memory. */
export class RecordLayout {
  /** Octets of a record. */
  readonly length: number;
  /** Words of a row. */
  readonly words: number;
  /** Octets of each word. */
  readonly #sizes: Uint8Array;

  constructor(fields: readonly StoredField[]) {
    this.#sizes = Uint8Array.from(fields.flatMap((each) => new Array(wordsOf(each)).fill(Math.min(4, each.octets))));
    this.words = this.#sizes.length;
    this.length = this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Reads the record at octet `from` into the words from `at` on. */
  unpack(view: DataView, from: number, words: Uint32Array, at: number): void {
    let octet = from;
    for (let k = 0; k < this.words; k++) {
      const size = this.#sizes[k]!;
      words[at + k] = size === 4 ? view.getUint32(octet) : size === 2 ? view.getUint16(octet) : view.getUint8(octet);
      octet += size;
    }
  }

  /** Writes the words from `at` on as the record at octet `to`. */
  pack(words: Uint32Array, at: number, view: DataView, to: number): void {
    let octet = to;
    for (let k = 0; k < this.words; k++) {
      const size = this.#sizes[k]!;
      const word = words[at + k]!;
      if (size === 4) view.setUint32(octet, word);
      else if (size === 2) view.setUint16(octet, word);
      else view.setUint8(octet, word);
      octet += size;
    }
  }
}
