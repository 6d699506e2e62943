import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowSink } from "../meter/meter.js";
import type { FlowBatch } from "../record/batch.js";
import type { ExportCounters, Exporter } from "./exporter.js";

/** Gives every flow to every output. Outputs have queues of their own, so that one in trouble does not touch the others. */
export class Fanout implements FlowSink {
  readonly exporters: readonly Exporter[];

  constructor(exporters: readonly Exporter[]) {
    this.exporters = exporters;
  }

  write(batch: FlowBatch): void {
    for (const exporter of this.exporters) exporter.write(batch);
  }

  /** Lets every output say what `records` makes of its counters. */
  report(records: (counters: ExportCounters) => readonly OptionsRecord[]): void {
    for (const exporter of this.exporters) exporter.report(records(exporter.counters));
  }

  flush(): void {
    for (const exporter of this.exporters) exporter.flush();
  }

  ready(): Promise<void> | undefined {
    let waits: Promise<void>[] | undefined;
    for (const exporter of this.exporters) {
      const ready = exporter.ready();
      if (ready === undefined) continue;
      waits ??= [];
      waits.push(ready);
    }
    return waits === undefined ? undefined : Promise.all(waits).then(() => {});
  }

  /** Closes every output; the first error is thrown after all have been closed. */
  async close(): Promise<void> {
    const results = await Promise.allSettled(this.exporters.map((exporter) => exporter.close()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  abort(): void {
    for (const exporter of this.exporters) exporter.abort();
  }
}
