/** The flow that is looked at: one object whose values change from row to row. */

import { number64, type ResultArray, type ResultType } from "../query/engine.js";
import { ROW_ATTRIBUTE } from "../record/columns.js";

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;

/** Expressions over flows, with their types, in the order in which `ScanFlow` takes them. */
export const SCAN_PARTS: readonly { readonly sql: string; readonly type: ResultType }[] = [
  { sql: "sip_lo", type: "UBIGINT" },
  { sql: "dip_lo", type: "UBIGINT" },
  { sql: "proto", type: "SMALLINT" },
  { sql: "sport", type: "INTEGER" },
  { sql: "dport", type: "INTEGER" },
  { sql: "packets", type: "BIGINT" },
  { sql: "bytes", type: "BIGINT" },
  { sql: "flags", type: "SMALLINT" },
  { sql: "initial_flags", type: "SMALLINT" },
  { sql: "attributes", type: "SMALLINT" },
  { sql: "stime", type: "TIMESTAMPTZ" },
  { sql: "etime", type: "TIMESTAMPTZ" },
];

/** An IPv4 flow. */
export class ScanFlow {
  /** Addresses as 32-bit numbers. */
  source = 0;
  destination = 0;
  proto = 0;
  sport = 0;
  /** Of ICMP 256 times the type plus the code. */
  dport = 0;
  packets = 0;
  bytes = 0;
  /** TCP flags of all packets, or-ed. */
  flags = 0;
  /** TCP flags of the first packet; undefined when they were not measured apart. */
  initialFlags: number | undefined;
  /** Microseconds since 1970 UTC. */
  start = 0;
  end = 0;

  /** Becomes row `i` of a result of SCAN_PARTS. */
  become(arrays: readonly ResultArray[], i: number): void {
    this.source = arrays[0]![2 * i]!;
    this.destination = arrays[1]![2 * i]!;
    this.proto = arrays[2]![i]!;
    this.sport = arrays[3]![i]!;
    this.dport = arrays[4]![i]!;
    this.packets = number64(arrays[5]!, i);
    this.bytes = number64(arrays[6]!, i);
    this.flags = arrays[7]![i]!;
    this.initialFlags = (arrays[9]![i]! & ROW_ATTRIBUTE.flagsSeparate) !== 0 ? arrays[8]![i]! : undefined;
    this.start = number64(arrays[10]!, i);
    this.end = number64(arrays[11]!, i);
  }
}
