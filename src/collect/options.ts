/** How a collecting process is set up. */
import type { RowRules } from "../formats/ipfix/row_context.js";
import type { Scale } from "../record/scale.js";
import type { RowTarget } from "./message.js";
import type { Session } from "./session.js";

/** Bounds of what exporters can make us keep. */
export interface CollectorLimits {
  /** Sessions; beyond, the one heard of the longest ago is forgotten. */
  readonly exporters: number;
  readonly templatesPerExporter: number;
  /** Octets of the templates of all exporters as they were sent; beyond, exporters are forgotten as above. */
  readonly templateOctets: number;
  /** Octets of data sets that wait for their template, of all exporters. */
  readonly waitingOctets: number;
  /** Seconds that a data set waits. */
  readonly waitingSeconds: number;
  /** Seconds that templates over UDP hold when they are not sent again; of other transports they hold for ever. */
  readonly templateSeconds: number;
}

export const DEFAULT_LIMITS: CollectorLimits = {
  exporters: 4096,
  templatesPerExporter: 1024,
  templateOctets: 4 << 20,
  waitingOctets: 8 << 20,
  waitingSeconds: 60,
  // Some devices send them again once an hour; RFC 7011 section 8.4 wants at least three times that.
  templateSeconds: 86_400,
};

/** How an exporter differs from what the standards say. */
export interface ExporterHabits extends Omit<RowRules, "sampling"> {
  /** Unit of sysUpTime in the header of NetFlow 9; times of flows are milliseconds in any case. */
  readonly uptime: "milliseconds" | "seconds";
  /** One packet in so many is metered, whatever the exporter says about it; undefined takes its word. */
  readonly samplingInterval?: number | undefined;
}

export const DEFAULT_HABITS: ExporterHabits = {
  addressless: "skip",
  idle: "skip",
  post: "same direction",
  interfaces: "snmp",
  denied: "unmarked",
  uptime: "milliseconds",
};

/** Start times of flows that are believed: seconds around the message's arrival. */
export interface AllowedTimes {
  readonly past: number;
  readonly future: number;
}

export interface CollectingProcessOptions {
  /** Where the rows of a session go; asked once, before its first rows. */
  readonly target: (session: Session) => RowTarget;
  readonly limits?: Partial<CollectorLimits>;
  /** Default `exported`. */
  readonly scale?: Scale;
  /** Flows outside are moved to the message's arrival and counted. Default all times are believed. */
  readonly allowedTimes?: AllowedTimes | undefined;
  /** Asked once a session. Default DEFAULT_HABITS. */
  readonly habits?: (session: Session) => ExporterHabits;
}
