/** What compiled readers of rows are given beside the octets, and what they give back beside the rows. */

import type { FindTemplate } from "./listed_flags.js";

/** What the records of one message have in common. */
export interface RowContext {
  /** Export time, microseconds since 1970. */
  exported: number;
  /**
   * Milliseconds that the exporter was up at the export time, modulo 2^32: what flowStartSysUpTime and flowEndSysUpTime
   * are compared with; -1 unknown.
   */
  uptime: number;
  /** Sensor of records that do not name theirs. */
  sensor: number;
  /**
   * Gets a number for each row of the call: the sampler or the sampling interval of its record, whichever `sampling` of
   * the reader says. Only readers compiled with `sampling` use it.
   */
  samplers: Float64Array;
  /** Templates of the stream, for lists within records. */
  find: FindTemplate;
}

/** Elements of the array of results: the position and row reached, then records by what became of them. */
export const RESULT = { position: 0, row: 1, flows: 2, noAddresses: 3, noTraffic: 4, events: 5, length: 6 } as const;

/** How records of devices are taken. Readers of files have no rules: there every record becomes a row. */
export interface RowRules {
  /** Records without IP addresses: frames of other protocols, or tables that are no flows. */
  readonly addressless: "skip" | "keep";
  /** Records that count neither packets nor octets; kept, they count as one packet. */
  readonly idle: "skip" | "one packet";
  /** What postOctetDeltaCount and postPacketDeltaCount count; `same` uses them where nothing else is counted. */
  readonly post: "same direction" | "reverse direction";
  /** What `input` and `output` are: interfaces, or the VLANs that packets came in and left by. */
  readonly interfaces: "snmp" | "vlan";
  /** Whether flows that a firewall refused are marked as such, or are like those of every other probe. */
  readonly denied: "unmarked" | "marked";
  /** Whether `samplers` is written. */
  readonly sampling: "ignored" | "noted";
}

/** The number that a reader writes into `samplers`. */
export type SamplingColumn = "none" | "sampler" | "interval";
