/**
 * Records of nfdump 1.7: elements by type and length, those that are not listed here are passed over. Offsets were
 * found by having nfdump print records with octets that count up.
 *
 *   | type 11, 2 | size 2 | elements 2 | engine type 1, id 1 | exporter 2 | flags 1 | NetFlow version 1 | element …
 *   element: | type 2 | length 2, these four octets included | value |
 */

import { readIpv4, readIpv6, readNumber, setNextHop } from "./octets.js";
import type { RecordValues } from "./record_rows.js";

export const ELEMENT_RECORD = 11;

/** Octets of the shortest record, which has no elements. */
export const LEAST_RECORD = 12;

const ELEMENT = {
  /** first, last, received: ms, 8 each | packets 8 | octets 8 | ports 2, 2 | protocol | flags | forwarding | TOS */
  flow: 1,
  /** source 4 | destination 4 */
  ipv4: 2,
  /** source 16 | destination 16 */
  ipv6: 3,
  /** interfaces 4, 4 | masks 1, 1 | direction | destination TOS | biflow direction | end reason, the last two not always */
  interfaces: 4,
  /** flows 8 | out packets 8 | out octets 8 */
  counters: 5,
  /** incoming tag 4 | outgoing tag 4 */
  vlan: 6,
  bgpNextHop4: 8,
  bgpNextHop6: 9,
  nextHop4: 10,
  nextHop6: 11,
} as const;

/** Octets of the values that are read, by element; shorter elements are damaged. */
const LEAST = new Uint8Array(12);
LEAST[ELEMENT.flow] = 48;
LEAST[ELEMENT.ipv4] = LEAST[ELEMENT.vlan] = 8;
LEAST[ELEMENT.ipv6] = 32;
LEAST[ELEMENT.interfaces] = 12;
LEAST[ELEMENT.counters] = 24;
LEAST[ELEMENT.bgpNextHop4] = LEAST[ELEMENT.nextHop4] = 4;
LEAST[ELEMENT.bgpNextHop6] = LEAST[ELEMENT.nextHop6] = 16;

/** Reads the record between `start` and `end`. Returns false when it contradicts itself. */
export function readElementRecord(view: DataView, start: number, end: number, values: RecordValues): boolean {
  if (end - start < LEAST_RECORD) return false;
  values.clear();
  let position = start + LEAST_RECORD;
  for (let left = view.getUint16(start + 4, true); left > 0; left--) {
    if (end - position < 4) return false;
    const type = view.getUint16(position, true);
    const length = view.getUint16(position + 2, true);
    if (length < 4 || length > end - position) return false;
    if (type < LEAST.length) {
      if (length - 4 < LEAST[type]!) return false;
      readElement(view, type, position + 4, length - 4, values);
    }
    position += length;
  }
  return true;
}

function readElement(view: DataView, type: number, at: number, length: number, values: RecordValues): void {
  switch (type) {
    case ELEMENT.flow:
      values.first = readNumber(view, at);
      values.last = readNumber(view, at + 8);
      values.packets = readNumber(view, at + 24);
      values.octets = readNumber(view, at + 32);
      values.sourcePort = view.getUint16(at + 40, true);
      values.destinationPort = view.getUint16(at + 42, true);
      values.protocol = view.getUint8(at + 44);
      values.flags = view.getUint8(at + 45);
      values.tos = view.getUint8(at + 47);
      break;
    case ELEMENT.ipv4:
      values.version = 4;
      readIpv4(view, at, values.addresses, 0);
      readIpv4(view, at + 4, values.addresses, 4);
      break;
    case ELEMENT.ipv6:
      values.version = 6;
      readIpv6(view, at, values.addresses, 0);
      readIpv6(view, at + 16, values.addresses, 4);
      break;
    case ELEMENT.interfaces:
      values.input = view.getUint32(at, true);
      values.output = view.getUint32(at + 4, true);
      values.destinationTos = view.getUint8(at + 11);
      if (length >= 14) {
        values.biflowDirection = view.getUint8(at + 12);
        values.endReason = view.getUint8(at + 13);
      }
      break;
    case ELEMENT.counters:
      values.outPackets = readNumber(view, at + 8);
      values.outOctets = readNumber(view, at + 16);
      break;
    case ELEMENT.vlan:
      values.vlan = view.getUint16(at, true) & 0xfff;
      break;
    case ELEMENT.bgpNextHop4:
    case ELEMENT.bgpNextHop6:
      // The next hop itself is better than that of BGP.
      if (values.nextHopVersion === 0) setNextHop(view, at, type === ELEMENT.bgpNextHop4 ? 4 : 6, values);
      break;
    case ELEMENT.nextHop4:
    case ELEMENT.nextHop6:
      setNextHop(view, at, type === ELEMENT.nextHop4 ? 4 : 6, values);
      break;
  }
}
