import { FlowtapError } from "../errors.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowSink } from "../meter/meter.js";
import type { FlowBatch } from "../record/batch.js";
import type { ExportCounters, Exporter } from "./exporter.js";

/**
 * Gives every flow to every output. Outputs have queues of their own, and one that fails (a full disk, a closed pipe)
 * is given up alone: what it should have got counts as lost. The error of the last one left is thrown.
 */
export class Fanout implements FlowSink {
  /** Outputs that have names and counters: members in place of their groups. */
  readonly exporters: readonly Exporter[];
  readonly #outputs: readonly Exporter[];
  readonly #onFailure: (error: FlowtapError) => void;
  readonly #failed = new Set<Exporter>();

  /** @param onFailure hears of an output that failed while others go on */
  constructor(exporters: readonly Exporter[], onFailure: (error: FlowtapError) => void) {
    this.#outputs = exporters;
    this.exporters = exporters.flatMap<Exporter>((exporter) => exporter.members ?? [exporter]);
    this.#onFailure = onFailure;
  }

  write(batch: FlowBatch): void {
    for (const exporter of this.#outputs) {
      if (this.#failed.has(exporter)) {
        exporter.counters.lost.sendFailed += batch.count;
        continue;
      }
      try {
        exporter.write(batch);
      } catch (error) {
        this.#giveUp(exporter, error);
      }
    }
  }

  /** Lets every output say what `records` makes of its counters. */
  report(records: (counters: ExportCounters) => readonly OptionsRecord[]): void {
    for (const exporter of this.exporters) {
      if (this.#failed.has(exporter)) continue;
      try {
        exporter.report(records(exporter.counters));
      } catch (error) {
        this.#giveUp(exporter, error);
      }
    }
  }

  flush(): void {
    for (const exporter of this.#outputs) {
      if (this.#failed.has(exporter)) continue;
      try {
        exporter.flush();
      } catch (error) {
        this.#giveUp(exporter, error);
      }
    }
  }

  ready(): Promise<void> | undefined {
    let waits: Promise<void>[] | undefined;
    for (const exporter of this.#outputs) {
      const ready = exporter.ready();
      if (ready === undefined) continue;
      waits ??= [];
      waits.push(ready);
    }
    return waits === undefined ? undefined : Promise.all(waits).then(() => {});
  }

  /** Closes every output, all at the same time. */
  async close(): Promise<void> {
    const open = this.#outputs.filter((exporter) => !this.#failed.has(exporter));
    const results = await Promise.allSettled(open.map((exporter) => exporter.close()));
    for (const [at, result] of results.entries())
      if (result.status === "rejected") this.#giveUp(open[at]!, result.reason);
  }

  abort(): void {
    for (const exporter of this.#outputs) exporter.abort();
  }

  /** Whether an output has failed, which has been said. */
  hasFailed(exporter: Exporter): boolean {
    return this.#failed.has(exporter);
  }

  #giveUp(exporter: Exporter, error: unknown): void {
    if (!(error instanceof FlowtapError)) throw error;
    exporter.abort();
    this.#failed.add(exporter);
    if (this.#failed.size === this.#outputs.length) throw error;
    this.#onFailure(error);
  }
}
