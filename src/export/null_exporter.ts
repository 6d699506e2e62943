import type { FlowBatch } from "../record/batch.js";
import { type Exporter, newCounters } from "./exporter.js";

/** Counts flows and forgets them: for measuring the meter, and for its counters alone. */
export class NullExporter implements Exporter {
  readonly name = "null";
  readonly counters = newCounters();
  readonly connected = true;
  readonly trouble = undefined;

  write(batch: FlowBatch): void {
    this.counters.exportedRecords += batch.count;
  }

  report(): void {}

  flush(): void {}

  ready(): undefined {
    return undefined;
  }

  async close(): Promise<void> {}

  abort(): void {}
}
