/** The native reader that makes a flow of each packet: native/flow/packet_flows.h. */
import type { SourceNotice } from "../meter/source_notice.js";
import type { ColumnName } from "../record/columns.js";

/** Which parts of fragmented datagrams become flows; the index is the native number. */
export const FRAGMENT_CHOICES = ["all", "first", "none"] as const;

export interface PacketFlowOptions {
  /** Path, or "-" for standard input. */
  readonly capture: string;
  /** Microseconds since 1970: the packets' times from the first to the one behind the last. */
  readonly from: number;
  readonly before: number;
  /** Index in FRAGMENT_CHOICES. */
  readonly fragments: number;
  readonly rejectIncomplete: boolean;
  readonly takeIpv6: boolean;
  /** Whether the octets of packets that became flows are wanted, and of those that did not. */
  readonly keepPassed: boolean;
  readonly keepRejected: boolean;
}

/** Columns that `read` fills, in the order in which it takes their arrays. */
export const READ_COLUMNS = [
  "stime",
  "sip_hi",
  "sip_lo",
  "dip_hi",
  "dip_lo",
  "nhip_lo",
  "bytes",
  "sport",
  "dport",
  "proto",
  "flags",
] as const satisfies readonly ColumnName[];

/** How a reading ended; the index is the native number. */
export const READ_STATES = ["more", "end", "mixed link types"] as const;

export interface PacketRows {
  readonly rows: number;
  /** Index in READ_STATES. */
  readonly state: number;
  /** Pieces of pcap files; at the end they are whole. */
  readonly passed: Uint8Array;
  readonly rejected: Uint8Array;
}

/** Why packets became no flows; the index is that of `rejected`. */
export const REJECTED = ["not IP", "IPv6", "malformed or cut off in the headers", "fragments", "incomplete"] as const;

/** `packets` is the sum of the others. */
export interface PacketFlowCounters {
  readonly packets: number;
  readonly flows: number;
  /** Packets outside of the time window. */
  readonly outside: number;
  readonly rejected: readonly number[];
}

export interface NativePacketFlows {
  /** @param capacity rows that the arrays have room for, 64 or more */
  read(arrays: readonly (Int16Array | Int32Array | Uint32Array)[], capacity: number): PacketRows;
  counters(): PacketFlowCounters;
  /** What the capture had to say since the last call. */
  notices(): SourceNotice[];
}

export type PacketFlowsConstructor = new (options: PacketFlowOptions) => NativePacketFlows;
