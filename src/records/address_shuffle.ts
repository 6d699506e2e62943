/** Octet tables that replace addresses consistently: equal prefixes of whole octets stay equal. */
import { InputError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { NATIVE_BYTE_ORDER } from "../formats/silk/flow_writer.js";
import { SILK_FORMAT } from "../formats/silk/format.js";
import { readSilkHeader, writeSilkHeader } from "../formats/silk/header.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import type { Random } from "../sets/random.js";

/** Tables of the octets of an IPv4 address, then of those of an IPv6 address. */
const TABLES = 4 + 16;
const IPV6_TABLES = 4;
const OCTETS = 256;

/** Version of our table files; SiLK's hold tables for IPv4 only. */
const RECORD_VERSION = 2;

/** A permutation of octets for each octet of an address. */
export class AddressShuffle {
  readonly #tables: Uint8Array;

  private constructor(tables: Uint8Array) {
    this.#tables = tables;
  }

  static random(random: Random): AddressShuffle {
    const tables = new Uint8Array(TABLES * OCTETS);
    for (let table = 0; table < TABLES; table++) {
      const octets = tables.subarray(table * OCTETS, (table + 1) * OCTETS);
      for (let octet = 0; octet < OCTETS; octet++) octets[octet] = octet;
      // Fisher and Yates.
      for (let last = OCTETS - 1; last > 0; last--) {
        const other = Number(random.below(BigInt(last + 1)));
        [octets[last], octets[other]] = [octets[other]!, octets[last]!];
      }
    }
    return new AddressShuffle(tables);
  }

  /** @throws InputError when the file holds no such tables */
  static load(path: string): AddressShuffle {
    const source = new OctetSource(path);
    try {
      const { format, recordVersion, compression } = readSilkHeader(source);
      const octets = TABLES * OCTETS;
      if (format !== SILK_FORMAT.SHUFFLE || recordVersion !== RECORD_VERSION || compression !== "none")
        throw new InputError(`${source.name}: not a table of --save-table`);
      if (!source.need(octets)) throw new InputError(`${source.name}: file ends within its tables`);
      const tables = source.buffer.slice(source.start, source.start + octets);
      for (let at = 0; at < octets; at += OCTETS)
        if (new Set(tables.subarray(at, at + OCTETS)).size !== OCTETS)
          throw new InputError(`${source.name}: table ${at / OCTETS} has an octet twice`);
      return new AddressShuffle(tables);
    } finally {
      source.close();
    }
  }

  save(path: string, entries: readonly HeaderEntry[]): void {
    const sink = openSink(path, "binary");
    try {
      const spec = { format: SILK_FORMAT.SHUFFLE, recordVersion: RECORD_VERSION, recordLength: 1 };
      writeSilkHeader(sink, { ...spec, byteOrder: NATIVE_BYTE_ORDER, compression: "none", entries });
      sink.write(this.#tables);
    } catch (error) {
      sink.abort();
      throw error;
    }
    sink.close();
  }

  ipv4(address: number): number {
    return this.#word(address, 0);
  }

  /** Word `k` of an IPv6 address, the first one 0. */
  ipv6(word: number, k: number): number {
    return this.#word(word, IPV6_TABLES + 4 * k);
  }

  #word(word: number, table: number): number {
    const tables = this.#tables;
    const at = table * OCTETS;
    const high = (tables[at + (word >>> 24)]! << 24) | (tables[at + OCTETS + ((word >>> 16) & 0xff)]! << 16);
    const low = (tables[at + 2 * OCTETS + ((word >>> 8) & 0xff)]! << 8) | tables[at + 3 * OCTETS + (word & 0xff)]!;
    return (high | low) >>> 0;
  }
}
