/** What both kinds of collector groups do alike: their members are outputs of their own, and they have the sums. */
import { setTimeout as pause } from "node:timers/promises";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type ExportCounters, type Exporter, type LossReason, type NetworkExporter, newCounters } from "./exporter.js";

/** Milliseconds that the start may take for the members' sake, and between two looks at them. */
const LONGEST_START = 1_000;
const LOOK_INTERVAL = 10;

/** A group; the subclass says which member gets what. */
export abstract class CollectorGroup implements Exporter {
  abstract readonly name: string;
  readonly members: readonly NetworkExporter[];

  constructor(members: readonly NetworkExporter[]) {
    this.members = members;
  }

  abstract write(batch: FlowBatch): void;

  /** Waits for a moment until it is known of every member whether it can be reached: a small capture is soon read. */
  async known(): Promise<void> {
    for (let left = LONGEST_START; left > 0; left -= LOOK_INTERVAL) {
      if (this.members.every(({ connected, trouble }) => connected || trouble !== undefined)) return;
      await pause(LOOK_INTERVAL);
    }
  }

  /** Sums over the members as of now. */
  get counters(): ExportCounters {
    const sums = newCounters();
    for (const { counters } of this.members) {
      for (const reason of Object.keys(sums.lost) as LossReason[]) sums.lost[reason] += counters.lost[reason];
      for (const name of COUNTED) sums[name] += counters[name];
    }
    return sums;
  }

  get connected(): boolean {
    return this.members.some((member) => member.connected);
  }

  get trouble(): string | undefined {
    return this.members.find((member) => !member.connected)?.trouble;
  }

  /** Members say the same of the sensor, each its own of itself: whoever has the counters calls them. */
  report(records: readonly OptionsRecord[]): void {
    for (const member of this.members) member.report(records);
  }

  flush(): void {
    for (const member of this.members) member.flush();
  }

  ready(): Promise<void> | undefined {
    const waits = this.members.map((member) => member.ready()).filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => {});
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()));
  }

  abort(): void {
    for (const member of this.members) member.abort();
  }
}

const COUNTED = [
  "exportedRecords",
  "exportedMessages",
  "exportedOctets",
  "refusedFlows",
  "saturatedCounters",
  "errors",
  "reconnects",
  "queuedRecords",
  "queuedOctets",
] as const satisfies readonly (keyof ExportCounters)[];
