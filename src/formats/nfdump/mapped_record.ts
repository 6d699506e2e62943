/**
 * Records of nfdump 1.6: fixed fields, then what an extension map lists. The layout was found by having nfdump 1.7.1
 * print records made for that.
 *
 *   map:    | type 2, 2 | size 2 | map id 2 | octets of the extensions 2 | extension 2 … | 0 |
 *   record: | type 10, 2 | size 2 | flags 2 | map id 2 | ms of first, last 2, 2 | first, last: s 4, 4 | forwarding |
 *           | TCP flags | protocol | TOS | ports 2, 2 | exporter 2 | biflow direction | end reason | addresses 8 or 32 |
 *           | packets 4 or 8 | octets 4 or 8 | extension …
 */

import { readIpv4, readIpv6, readNumber, setNextHop } from "./octets.js";
import type { RecordValues } from "./record_rows.js";

export const EXTENSION_MAP = 2;
export const MAPPED_RECORD = 10;

/** The same of nfdump before 1.6.7, which nfdump itself does not read any more. */
export const OLD_RECORD = 1;

const HEADER = 32;

/** Bits of a record's flags. */
const FLAG = { ipv6: 0x01, packets64: 0x02, octets64: 0x04 } as const;

/** Octets of the extensions by number; those from 4 on may stand in maps. */
const LENGTHS: readonly number[] = [
  0, 0, 0, 0, 4, 8, 4, 8, 4, 4, 16, 4, 16, 4, 4, 8, 4, 8, 4, 8, 16, 16, 40, 4, 16, 4, 8, 8,
];

const EXTENSION = {
  interfaces16: 4,
  interfaces32: 5,
  /** destination TOS | direction | masks */
  routing: 8,
  nextHop4: 9,
  nextHop6: 10,
  bgpNextHop4: 11,
  bgpNextHop6: 12,
  vlan: 13,
  outPackets32: 14,
  outPackets64: 15,
  outOctets32: 16,
  outOctets64: 17,
} as const;

/** Maps of one file by their numbers, which a later map may take over. */
export class ExtensionMaps {
  readonly #maps = new Map<number, readonly number[]>();

  /** Takes the map between `start` and `end`. Returns false when it contradicts itself. */
  take(view: DataView, start: number, end: number): boolean {
    if (end - start < 8) return false;
    const extensions: number[] = [];
    for (let at = start + 8; at + 2 <= end; at += 2) {
      const extension = view.getUint16(at, true);
      if (extension === 0) break;
      extensions.push(extension);
    }
    // The number has 16 bits: that bounds the maps.
    this.#maps.set(view.getUint16(start + 4, true), extensions);
    return true;
  }

  find(id: number): readonly number[] | undefined {
    return this.#maps.get(id);
  }
}

/** Reads the record between `start` and `end`. Returns what is wrong with it, if anything. */
export function readMappedRecord(
  view: DataView,
  start: number,
  end: number,
  maps: ExtensionMaps,
  values: RecordValues,
): string | undefined {
  if (end - start < HEADER) return CUT_OFF;
  values.clear();
  const flags = view.getUint16(start + 4, true);
  const extensions = maps.find(view.getUint16(start + 6, true));
  if (extensions === undefined) return "has no extension map";
  values.first = view.getUint32(start + 12, true) * 1000 + view.getUint16(start + 8, true);
  values.last = view.getUint32(start + 16, true) * 1000 + view.getUint16(start + 10, true);
  values.flags = view.getUint8(start + 21);
  values.protocol = view.getUint8(start + 22);
  values.tos = view.getUint8(start + 23);
  values.sourcePort = view.getUint16(start + 24, true);
  values.destinationPort = view.getUint16(start + 26, true);
  values.biflowDirection = view.getUint8(start + 30);
  values.endReason = view.getUint8(start + 31);
  const isIpv6 = (flags & FLAG.ipv6) !== 0;
  const packetOctets = (flags & FLAG.packets64) === 0 ? 4 : 8;
  const counterOctets = (flags & FLAG.octets64) === 0 ? 4 : 8;
  const packetsAt = start + HEADER + (isIpv6 ? 32 : 8);
  const octetsAt = packetsAt + packetOctets;
  const extensionsAt = octetsAt + counterOctets;
  if (extensionsAt > end) return CUT_OFF;
  values.version = isIpv6 ? 6 : 4;
  const address = isIpv6 ? readIpv6 : readIpv4;
  address(view, start + HEADER, values.addresses, 0);
  address(view, start + HEADER + (isIpv6 ? 16 : 4), values.addresses, 4);
  values.packets = readCounter(view, packetsAt, packetOctets);
  values.octets = readCounter(view, octetsAt, counterOctets);
  return readExtensions(view, extensionsAt, end, extensions, values) ? undefined : CUT_OFF;
}

const CUT_OFF = "is shorter than its fields";

function readCounter(view: DataView, at: number, octets: 4 | 8): number {
  return octets === 4 ? view.getUint32(at, true) : readNumber(view, at);
}

/** Returns false when an extension reaches past the record. */
function readExtensions(
  view: DataView,
  from: number,
  end: number,
  extensions: readonly number[],
  values: RecordValues,
): boolean {
  let at = from;
  for (const extension of extensions) {
    const length = LENGTHS[extension];
    // Behind one whose length is not known (those of firewalls) no other can be found.
    if (length === undefined) return true;
    if (length > end - at) return false;
    readExtension(view, extension, at, values);
    at += length;
  }
  return true;
}

function readExtension(view: DataView, extension: number, at: number, values: RecordValues): void {
  switch (extension) {
    case EXTENSION.interfaces16:
      values.input = view.getUint16(at, true);
      values.output = view.getUint16(at + 2, true);
      break;
    case EXTENSION.interfaces32:
      values.input = view.getUint32(at, true);
      values.output = view.getUint32(at + 4, true);
      break;
    case EXTENSION.routing:
      values.destinationTos = view.getUint8(at);
      break;
    case EXTENSION.nextHop4:
    case EXTENSION.nextHop6:
      setNextHop(view, at, extension === EXTENSION.nextHop4 ? 4 : 6, values);
      break;
    case EXTENSION.bgpNextHop4:
    case EXTENSION.bgpNextHop6:
      // The next hop itself, which stands before it, is better than that of BGP.
      if (values.nextHopVersion === 0) setNextHop(view, at, extension === EXTENSION.bgpNextHop4 ? 4 : 6, values);
      break;
    case EXTENSION.vlan:
      values.vlan = view.getUint16(at, true) & 0xfff;
      break;
    case EXTENSION.outPackets32:
    case EXTENSION.outPackets64:
      values.outPackets = readCounter(view, at, extension === EXTENSION.outPackets32 ? 4 : 8);
      break;
    case EXTENSION.outOctets32:
    case EXTENSION.outOctets64:
      values.outOctets = readCounter(view, at, extension === EXTENSION.outOctets32 ? 4 : 8);
      break;
  }
}
