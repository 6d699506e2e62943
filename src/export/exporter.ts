import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";

/**
 * What an output did. Every record that an encoder made is exported, lost with a reason, or still queued; flows that a
 * format cannot carry are refused before they become records.
 */
export interface ExportCounters {
  /** Data records handed to the file or the kernel. */
  exportedRecords: number;
  exportedMessages: number;
  exportedOctets: number;
  /** Records that did not get out, by reason. */
  readonly lost: Record<LossReason, number>;
  /** Flows that the format cannot carry (IPv6 in NetFlow v5). */
  refusedFlows: number;
  /** Counters beyond what the format can hold, written as its largest number (32 bits in NetFlow v5). */
  saturatedCounters: number;
  /** Failed sends and broken connections. */
  errors: number;
  /** Connections made after the first. */
  reconnects: number;
  /** Records waiting in the queue. */
  queuedRecords: number;
  queuedOctets: number;
}

/**
 * `queueFull`: the collector is too slow or away; `sendFailed`: the kernel refused; `closed`: left at the end;
 * `unwritable`: the store's disk is full or cannot be written.
 */
export type LossReason = "queueFull" | "sendFailed" | "closed" | "unwritable";

export function newCounters(): ExportCounters {
  return {
    exportedRecords: 0,
    exportedMessages: 0,
    exportedOctets: 0,
    lost: { queueFull: 0, sendFailed: 0, closed: 0, unwritable: 0 },
    refusedFlows: 0,
    saturatedCounters: 0,
    errors: 0,
    reconnects: 0,
    queuedRecords: 0,
    queuedOctets: 0,
  };
}

/** Sum of records lost for any reason. */
export function lostRecords(counters: ExportCounters): number {
  const { queueFull, sendFailed, closed, unwritable } = counters.lost;
  return queueFull + sendFailed + closed + unwritable;
}

/** One output of the exporting process. */
export interface Exporter {
  /** As the user named it. */
  readonly name: string;
  readonly counters: ExportCounters;
  /** Whether records get out now: a session stands, datagrams are not refused, a file can be written. */
  readonly connected: boolean;
  /** The trouble there is now, or the last one, in one line: for the log and the report at the end. */
  readonly trouble: string | undefined;
  /** The outputs that a group shares flows among: they have names and counters, the group has their sums. */
  readonly members?: readonly NetworkExporter[];
  /** Encodes the batch and sends or queues it. Never waits. @throws OutputError when the output is a file and fails. */
  write(batch: FlowBatch): void;
  /** Sends what the sensor says of itself, where the format has a place for it. */
  report(records: readonly OptionsRecord[]): void;
  /** Sends what is encoded but not yet full messages. */
  flush(): void;
  /**
   * A promise while the output would lose records if given more, else undefined. It always resolves: a collector that
   * makes no progress counts as dead after a bounded time and no longer holds anybody up.
   */
  ready(): Promise<void> | undefined;
  /** Sends what is left within a bounded time and releases everything. @throws OutputError */
  close(): Promise<void>;
  /** Gives up: an unfinished file disappears. */
  abort(): void;
}

/** An output that goes to a collector. */
export interface NetworkExporter extends Exporter {
  /** @param chosen indices in the batch's buffer of the records to send; all of the batch when left out */
  write(batch: FlowBatch, chosen?: Uint32Array): void;
  /** Sends the templates once more, now or as soon as the collector is there. */
  announce(): void;
}
