/** A collector that a test switches on and off, in memory. */
import { type NetworkExporter, newCounters } from "../../src/export/exporter.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { BASE } from "../../src/record/layout.js";

/** Keeps the number (the source port) of each record it is given. */
export class NetworkRecorder implements NetworkExporter {
  readonly counters = newCounters();
  trouble: string | undefined;
  connected = true;
  announced = 0;
  ports: number[] = [];

  constructor(readonly name: string) {}

  write(batch: FlowBatch, chosen?: Uint32Array): void {
    const all = Uint32Array.from({ length: batch.count }, (_, at) => batch.first + at);
    for (const index of chosen ?? all)
      this.ports.push(batch.u16[(index * batch.stride + BASE.sourceTransportPort) >> 1]!);
    this.counters.exportedRecords += (chosen ?? all).length;
  }

  announce(): void {
    this.announced++;
  }

  report(): void {}

  flush(): void {}

  ready(): undefined {
    return undefined;
  }

  async close(): Promise<void> {}

  abort(): void {}
}
