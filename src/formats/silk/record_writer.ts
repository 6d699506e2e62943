/** Puts rows into SiLK's records. */
import { OutputError } from "../../errors.js";
import { type ColumnArrays, type FlowColumns, MAPPED_IPV4, ROW_ATTRIBUTE } from "../../record/columns.js";
import { SILK_FORMAT } from "./format.js";
import { TCP_STATE } from "./layouts/layout.js";

/** All columns that records hold. */
type Arrays = Required<ColumnArrays>;

/** Writes row `i` at octet `p`. */
export type WriteRecord = (rows: FlowColumns, i: number, view: DataView, p: number) => void;

/** A record that is written: format, version, length, and how. */
export interface WrittenRecord {
  readonly format: number;
  readonly recordVersion: number;
  readonly length: number;
  /** @param little byte order of the numbers */
  readonly writer: (little: boolean) => WriteRecord;
}

/** Bits of SiLK's TCP state of each value of `attributes`. */
const STATE_OF_ATTRIBUTES = Uint8Array.from({ length: 512 }, (_, attributes) => {
  let state = 0;
  if (attributes & ROW_ATTRIBUTE.flagsSeparate) state |= TCP_STATE.expanded;
  if (attributes & ROW_ATTRIBUTE.packetsAfterFin) state |= TCP_STATE.packetsAfterFin;
  if (attributes & ROW_ATTRIBUTE.uniformSize) state |= TCP_STATE.uniformSize;
  if (attributes & ROW_ATTRIBUTE.activeTimeout) state |= TCP_STATE.timeoutKilled;
  if (attributes & ROW_ATTRIBUTE.continuation) state |= TCP_STATE.timeoutStarted;
  return state;
});

/** Whether the row's addresses are not all IPv4; a next hop of zeros is of either version. */
export function isIpv6Row(rows: FlowColumns, i: number): boolean {
  const { sip_hi, sip_lo, dip_hi, dip_lo, nhip_hi, nhip_lo } = rows.arrays as Arrays;
  const j = 2 * i;
  if ((sip_hi[j]! | sip_hi[j + 1]! | dip_hi[j]! | dip_hi[j + 1]! | nhip_hi[j]! | nhip_hi[j + 1]!) !== 0) return true;
  if (sip_lo[j + 1] !== MAPPED_IPV4 || dip_lo[j + 1] !== MAPPED_IPV4) return true;
  return nhip_lo[j + 1] !== MAPPED_IPV4 && (nhip_lo[j]! | nhip_lo[j + 1]!) !== 0;
}

function tooLarge(what: string, value: number, most: string): never {
  throw new OutputError(`${what} of ${value} does not fit into the record: at most ${most}`);
}

/** The first 26 octets, which the formats share. */
function writeCommon(rows: FlowColumns, i: number, view: DataView, p: number, little: boolean, state: number): void {
  const { stime, etime, sport, dport, proto, flowtype, sensor, flags, initial_flags, session_flags, application } =
    rows.arrays as Arrays;
  const j = 2 * i;
  const start = Math.floor((stime[j]! + stime[j + 1]! * 4294967296) / 1000);
  const elapsed = Math.floor((etime[j]! + etime[j + 1]! * 4294967296) / 1000) - start;
  if (elapsed < 0 || elapsed > 0xffff_ffff) tooLarge("duration in milliseconds", elapsed, "4294967295");
  const high = Math.floor(start / 4294967296);
  view.setUint32(p, little ? start : high, little);
  view.setUint32(p + 4, little ? high : start, little);
  view.setUint32(p + 8, elapsed, little);
  view.setUint16(p + 12, sport[i]!, little);
  view.setUint16(p + 14, dport[i]!, little);
  view.setUint8(p + 16, proto[i]!);
  view.setUint8(p + 17, flowtype[i]!);
  view.setUint16(p + 18, sensor[i]!, little);
  view.setUint8(p + 20, flags[i]!);
  view.setUint8(p + 21, initial_flags[i]!);
  view.setUint8(p + 22, session_flags[i]!);
  view.setUint8(p + 23, state);
  view.setUint16(p + 24, application[i]!, little);
  view.setUint16(p + 26, 0);
}

/** Interfaces of 16 bits and counters of 32, from octet 28. */
function writeSmall(rows: FlowColumns, i: number, view: DataView, p: number, little: boolean): void {
  const { input, output, packets, bytes } = rows.arrays as Arrays;
  const j = 2 * i;
  if (packets[j + 1] !== 0) tooLarge("packets", packets[j]! + packets[j + 1]! * 4294967296, "4294967295");
  if (bytes[j + 1] !== 0) tooLarge("bytes", bytes[j]! + bytes[j + 1]! * 4294967296, "4294967295");
  if (input[j]! > 0xffff || input[j + 1] !== 0) tooLarge("input interface", input[j]!, "65535");
  if (output[j]! > 0xffff || output[j + 1] !== 0) tooLarge("output interface", output[j]!, "65535");
  view.setUint16(p + 28, input[j]!, little);
  view.setUint16(p + 30, output[j]!, little);
  view.setUint32(p + 32, packets[j]!, little);
  view.setUint32(p + 36, bytes[j]!, little);
}

function write128(hi: Uint32Array, lo: Uint32Array, j: number, view: DataView, p: number): void {
  view.setUint32(p, hi[j + 1]!);
  view.setUint32(p + 4, hi[j]!);
  view.setUint32(p + 8, lo[j + 1]!);
  view.setUint32(p + 12, lo[j]!);
}

/** Source, destination and next hop as 16 octets each. */
function writeAddresses(rows: FlowColumns, i: number, view: DataView, p: number, isIpv6: boolean): void {
  const { sip_hi, sip_lo, dip_hi, dip_lo, nhip_hi, nhip_lo } = rows.arrays as Arrays;
  const j = 2 * i;
  write128(sip_hi, sip_lo, j, view, p);
  write128(dip_hi, dip_lo, j, view, p + 16);
  write128(nhip_hi, nhip_lo, j, view, p + 32);
  if (!isIpv6) view.setUint32(p + 40, MAPPED_IPV4);
}

function stateOf(rows: FlowColumns, i: number, isIpv6: boolean): number {
  return STATE_OF_ATTRIBUTES[rows.arrays.attributes![i]! & 0x1ff]! | (isIpv6 ? TCP_STATE.ipv6 : 0);
}

/** What SiLK's tools write where nothing else is asked for. */
export const IPV6ROUTING_RECORD: WrittenRecord = {
  format: SILK_FORMAT.RWIPV6ROUTING,
  recordVersion: 1,
  length: 88,
  writer: (little) => (rows, i, view, p) => {
    const isIpv6 = isIpv6Row(rows, i);
    writeCommon(rows, i, view, p, little, stateOf(rows, i, isIpv6));
    writeSmall(rows, i, view, p, little);
    writeAddresses(rows, i, view, p + 40, isIpv6);
  },
};

/** Counters of 64 bits and interfaces of 32. */
export const WIDE_IPV6ROUTING_RECORD: WrittenRecord = {
  format: SILK_FORMAT.RWIPV6ROUTING,
  recordVersion: 3,
  length: 100,
  writer: (little) => (rows, i, view, p) => {
    const { input, output, packets, bytes } = rows.arrays as Arrays;
    const j = 2 * i;
    const isIpv6 = isIpv6Row(rows, i);
    writeCommon(rows, i, view, p, little, stateOf(rows, i, isIpv6));
    const low = little ? 0 : 4;
    view.setUint32(p + 28, input[j]!, little);
    view.setUint32(p + 32 + low, packets[j]!, little);
    view.setUint32(p + 36 - low, packets[j + 1]!, little);
    view.setUint32(p + 40 + low, bytes[j]!, little);
    view.setUint32(p + 44 - low, bytes[j + 1]!, little);
    writeAddresses(rows, i, view, p + 48, isIpv6);
    view.setUint32(p + 96, output[j]!, little);
  },
};

/** IPv4 only: callers leave out rows of which `isIpv6Row` is true. */
export const GENERIC_RECORD: WrittenRecord = {
  format: SILK_FORMAT.RWGENERIC,
  recordVersion: 5,
  length: 52,
  writer: (little) => (rows, i, view, p) => {
    const { sip_lo, dip_lo, nhip_lo } = rows.arrays as Arrays;
    writeCommon(rows, i, view, p, little, stateOf(rows, i, false));
    writeSmall(rows, i, view, p, little);
    view.setUint32(p + 40, sip_lo[2 * i]!, little);
    view.setUint32(p + 44, dip_lo[2 * i]!, little);
    view.setUint32(p + 48, nhip_lo[2 * i]!, little);
  },
};
