/**
 * The header that begins every SiLK file: 16 octets, then entries, the last of which pads it to a multiple of the record
 * length. All of it is big-endian, whatever the byte order of the records.
 */
import { InputError } from "../../errors.js";
import type { OctetSink } from "../../files/octet_sink.js";
import type { OctetSource } from "../../files/octet_source.js";
import { COMPRESSIONS, type Compression } from "./compression.js";
import { ENTRY_ID, entryOctets, type HeaderEntry, parseEntry } from "./header_entry.js";

/** The first four octets. */
export const SILK_MAGIC = 0xdeadbeef;

/** The SiLK release whose files we write, as headers hold it: 3.19.1. */
const WRITTEN_SILK_VERSION = 3_019_001;
const HEADER_VERSION = 16;
const FIXED_LENGTH = 16;
const ENTRY_LENGTH = 8;
/** Octets of all entries together that are accepted; command lines of long pipelines take some ten thousand. */
const LONGEST_HEADER = 1 << 24;

export type ByteOrder = "big" | "little";

export interface SilkHeader {
  readonly byteOrder: ByteOrder;
  /** One of SILK_FORMAT, or a number that we do not know. */
  readonly format: number;
  /** Version of the header's own layout. */
  readonly headerVersion: number;
  readonly compression: Compression;
  /** major * 1000000 + minor * 1000 + patch; 0 when it was not written. */
  readonly silkVersion: number;
  readonly recordLength: number;
  readonly recordVersion: number;
  readonly entries: readonly HeaderEntry[];
  readonly headerLength: number;
}

/** Whether what `source` starts with is SiLK's magic. */
export function isSilk(source: OctetSource): boolean {
  return source.need(4) && source.view.getUint32(source.start) === SILK_MAGIC;
}

/**
 * Takes the header from the start of `source`.
 *
 * @throws InputError when it is no SiLK file, is cut off or damaged, or has a header of before SiLK 1.0
 */
export function readSilkHeader(source: OctetSource): SilkHeader {
  const { name } = source;
  if (!isSilk(source)) throw new InputError(`${name}: not a SiLK file`);
  if (!source.need(FIXED_LENGTH)) throw new InputError(`${name}: file ends within its header`);
  const { view, start } = source;
  const headerVersion = view.getUint8(start + 6);
  if (headerVersion !== HEADER_VERSION)
    throw new InputError(`${name}: header version ${headerVersion} of SiLK files is not supported, only 16`);
  const compression = COMPRESSIONS[view.getUint8(start + 7)];
  if (compression === undefined)
    throw new InputError(`${name}: unknown compression method ${view.getUint8(start + 7)} in header`);
  const fixed = {
    byteOrder: (view.getUint8(start + 4) & 1) === 1 ? ("big" as const) : ("little" as const),
    format: view.getUint8(start + 5),
    headerVersion,
    compression,
    silkVersion: view.getUint32(start + 8),
    recordLength: view.getUint16(start + 12),
    recordVersion: view.getUint16(start + 14),
  };
  source.take(FIXED_LENGTH);
  const entries: HeaderEntry[] = [];
  const headerLength = FIXED_LENGTH + readEntries(source, entries);
  return { ...fixed, entries, headerLength };
}

/** Takes all entries; returns the octets they take. */
function readEntries(source: OctetSource, entries: HeaderEntry[]): number {
  const cutOff = () => new InputError(`${source.name}: file ends within its header`);
  for (let total = 0; ; ) {
    if (!source.need(ENTRY_LENGTH)) throw cutOff();
    const id = source.view.getUint32(source.start);
    const length = source.view.getUint32(source.start + 4);
    total += length;
    if (length < ENTRY_LENGTH || total > LONGEST_HEADER)
      throw new InputError(`${source.name}: header entry ${id} has the impossible length ${length}`);
    if (!source.need(length)) throw cutOff();
    const payload = source.buffer.subarray(source.start + ENTRY_LENGTH, source.start + length);
    if (id !== ENTRY_ID.end) entries.push(parseEntry(id, payload));
    source.take(length);
    if (id === ENTRY_ID.end) return total;
  }
}

/** What a header is written from. */
export interface SilkHeaderSpec {
  readonly byteOrder: ByteOrder;
  readonly format: number;
  readonly compression: Compression;
  readonly recordLength: number;
  readonly recordVersion: number;
  readonly entries: readonly HeaderEntry[];
}

/** Writes a header, padded to a multiple of the record length. Its SiLK version is 0 if SILK_HEADER_NOVERSION is set. */
export function writeSilkHeader(sink: OctetSink, spec: SilkHeaderSpec): void {
  sink.write(silkHeaderOctets(spec));
}

function silkHeaderOctets(spec: SilkHeaderSpec): Uint8Array {
  const entries = spec.entries.map(entryOctets);
  const used = entries.reduce((sum, { octets }) => sum + ENTRY_LENGTH + octets.length, FIXED_LENGTH) + ENTRY_LENGTH;
  const length = Math.ceil(used / spec.recordLength) * spec.recordLength;
  const header = new Uint8Array(length);
  const view = new DataView(header.buffer);
  view.setUint32(0, SILK_MAGIC);
  view.setUint8(4, spec.byteOrder === "big" ? 1 : 0);
  view.setUint8(5, spec.format);
  view.setUint8(6, HEADER_VERSION);
  view.setUint8(7, COMPRESSIONS.indexOf(spec.compression));
  view.setUint32(8, (process.env.SILK_HEADER_NOVERSION ?? "") === "" ? WRITTEN_SILK_VERSION : 0);
  view.setUint16(12, spec.recordLength);
  view.setUint16(14, spec.recordVersion);
  let at = FIXED_LENGTH;
  for (const { id, octets } of entries) {
    view.setUint32(at, id);
    view.setUint32(at + 4, ENTRY_LENGTH + octets.length);
    header.set(octets, at + ENTRY_LENGTH);
    at += ENTRY_LENGTH + octets.length;
  }
  view.setUint32(at + 4, length - at);
  return header;
}
