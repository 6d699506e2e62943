/**
 * Bag files (format 0x21): keys with counters, sorted by key. Records of version 3 are a key of four octets and a
 * counter of eight; in version 4 the header's entry has the key's length, 16 octets for IPv6 in network order; versions
 * 1 and 2 have counters of four octets.
 */
import { type Bag, type BagType, CUSTOM_BAG } from "../../bags/bag.js";
import { BagBuilder } from "../../bags/bag_builder.js";
import { fieldTypeNumbered } from "../../bags/field_type.js";
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import type { Width } from "../../sets/edges.js";
import { type Octets, openBody } from "./body.js";
import { formatName, SILK_FORMAT } from "./format.js";
import { readSilkHeader, type SilkHeader } from "./header.js";

/** A bag and the header of its file. */
export interface BagFile {
  readonly bag: Bag;
  readonly header: SilkHeader;
}

/** Octets of key and counter in a record. */
interface RecordShape {
  readonly key: number;
  readonly counter: 4 | 8;
}

/** Keys that are made room for before they are read: the file's size may be a lie. */
const MOST_EXPECTED = 1 << 20;

/**
 * Reads a bag file from its start.
 *
 * @throws InputError naming the file: no bag, cut off, damaged
 */
export function readBag(source: OctetSource): BagFile {
  const header = readSilkHeader(source);
  if (header.format !== SILK_FORMAT.RWBAG) {
    const format = formatName(header.format) ?? `0x${header.format.toString(16)}`;
    throw new InputError(`${source.name}: not a bag but a SiLK file of format ${format}`);
  }
  const entry = header.entries.find((each) => each.kind === "bag");
  const type: BagType =
    entry === undefined
      ? CUSTOM_BAG
      : { key: fieldTypeNumbered(entry.keyType), counter: fieldTypeNumbered(entry.counterType) };
  const shape = recordShape(source.name, header, entry?.keyLength);
  const width: Width = shape.key === 16 ? 4 : 1;
  const expected = source.size === undefined ? 0 : Math.floor(source.size / (shape.key + shape.counter));
  const builder = new BagBuilder(width, Math.max(64, Math.min(expected, MOST_EXPECTED)));
  const body = openBody(source, header.compression);
  readRecords(body, shape, header.byteOrder === "little", builder);
  return { bag: builder.build(type), header };
}

function recordShape(name: string, header: SilkHeader, keyLength: number | undefined): RecordShape {
  const { recordVersion, recordLength } = header;
  const counter = recordVersion <= 2 ? 4 : 8;
  const key = recordVersion === 4 ? (keyLength ?? recordLength - counter) : 4;
  if (recordVersion < 1 || recordVersion > 4)
    throw new InputError(`${name}: record version ${recordVersion} of bags is not supported`);
  if (![1, 2, 4, 16].includes(key)) throw new InputError(`${name}: bag with keys of ${key} octets is not supported`);
  if (recordLength > 1 && recordLength !== key + counter)
    throw new InputError(`${name}: bag with records of ${recordLength} octets instead of ${key + counter}`);
  return { key, counter };
}

function readRecords(body: Octets, { key, counter }: RecordShape, little: boolean, builder: BagBuilder): void {
  const length = key + counter;
  const words = new Uint32Array(4);
  while (body.need(length)) {
    const { view, start, end } = body;
    let at = start;
    for (; at + length <= end; at += length) {
      const to = at + key;
      const first = view.getUint32(to, little);
      const second = counter === 8 ? view.getUint32(to + 4, little) : 0;
      const low = counter === 8 && !little ? second : first;
      const high = counter === 8 && !little ? first : second;
      if (key === 16) {
        for (let k = 0; k < 4; k++) words[k] = view.getUint32(at + 4 * k);
        builder.add(words, 0, low, high);
      } else {
        builder.addNumber(keyAt(view, at, key, little), low, high);
      }
    }
    body.take(at - start);
  }
  if (body.available > 0) throw new InputError(`${body.name}: bag ends within a record`);
}

function keyAt(view: DataView, at: number, octets: number, little: boolean): number {
  if (octets === 4) return view.getUint32(at, little);
  return octets === 2 ? view.getUint16(at, little) : view.getUint8(at);
}
