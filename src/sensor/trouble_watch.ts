import { type Exporter, lostRecords } from "../export/exporter.js";
import type { Log } from "../log/log.js";
import type { MeterStats } from "../meter/native.js";

/** What was last said of an output. */
interface Known {
  connected: boolean;
  trouble: string | undefined;
  lost: number;
}

/** Says in the log what changes for the worse or better: outputs that go and come, packets and records that are lost. */
export class TroubleWatch {
  readonly #log: Log;
  #outputs = new Map<Exporter, Known>();
  #dropped = new Map<string, number>();
  #lostPackets = 0;
  #clockSteps = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Compares with the look before; called about every second. */
  look(stats: MeterStats, outputs: readonly Exporter[]): void {
    const known = new Map<Exporter, Known>();
    for (const output of outputs) known.set(output, this.#lookAt(output));
    this.#outputs = known;
    for (const { name, droppedByKernel } of stats.live) {
      const before = this.#dropped.get(name) ?? 0;
      if (droppedByKernel > before)
        this.#log.warn(
          { source: name, dropped: droppedByKernel - before, total: droppedByKernel },
          `${name}: the kernel dropped packets, because the capture buffer was full`,
        );
      this.#dropped.set(name, droppedByKernel);
    }
    if (stats.table.lostPackets > this.#lostPackets)
      this.#log.warn(
        { packets: stats.table.lostPackets - this.#lostPackets },
        "packets found no room: the flow table is full and outputs are too slow",
      );
    this.#lostPackets = stats.table.lostPackets;
    if (stats.table.clockSteps > this.#clockSteps)
      this.#log.warn({ times: stats.table.clockSteps }, "the clock was set back: the flows of before have ended");
    this.#clockSteps = stats.table.clockSteps;
  }

  #lookAt(output: Exporter): Known {
    const { name, connected, trouble, counters } = output;
    const before = this.#outputs.get(output) ?? { connected: true, trouble: undefined, lost: 0 };
    const now = { connected, trouble, lost: lostRecords(counters) };
    const fields = { output: name };
    if (before.connected && !connected)
      this.#log.warn(fields, `${name}: ${trouble ?? "the collector cannot be reached"}`);
    else if (!before.connected && connected) this.#log.info(fields, `${name}: records get out again`);
    else if (trouble !== undefined && trouble !== before.trouble) this.#log.warn(fields, `${name}: ${trouble}`);
    if (now.lost > before.lost)
      this.#log.warn({ ...fields, records: now.lost - before.lost, total: now.lost }, `${name}: records are lost`);
    return now;
  }
}
