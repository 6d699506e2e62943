import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Metric, Sample } from "./metric.js";
import { type Snapshot, snapshotOf } from "./snapshot.js";
import type { MetricsSource } from "./source.js";
import { METRICS } from "./table.js";

/** Milliseconds between looks at the event loop's delay, native ones: the shortest delay that can be told. */
const DELAY_RESOLUTION = 20;

/** prom-client's gauges that promtool takes for counters by their names; each is also there by type. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** The metrics of the table and prom-client's of the process, filled when they are asked for and never between. */
export class MetricsRegistry {
  readonly #source: MetricsSource;
  readonly #registry = new Registry();
  /** What this scrape shows: taken once for all metrics. */
  #snapshot: Snapshot;

  constructor(source: MetricsSource) {
    this.#source = source;
    this.#snapshot = snapshotOf(source);
    for (const metric of Object.values(METRICS).flat()) this.#add(metric);
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: DELAY_RESOLUTION });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  text(): Promise<string> {
    this.#snapshot = snapshotOf(this.#source);
    // Every `collect` runs before this returns: scrapes at the same time do not see each other's snapshot.
    return this.#registry.metrics();
  }

  #add(metric: Metric): void {
    const configuration = {
      name: metric.name,
      help: metric.help,
      labelNames: [...metric.labels],
      registers: [this.#registry],
    };
    const samples = () => metric.read(this.#snapshot);
    // Values are whole counts from elsewhere, which prom-client's counters can only take as an increase from nothing.
    // A metric without labels is 0 after `reset`, which `remove` undoes: what does not exist has no value.
    if (metric.type === "counter")
      new Counter({
        ...configuration,
        collect() {
          this.reset();
          if (metric.labels.length === 0) this.remove();
          for (const sample of samples()) this.inc(labelsOf(metric, sample), sample[0]);
        },
      });
    else
      new Gauge({
        ...configuration,
        collect() {
          this.reset();
          if (metric.labels.length === 0) this.remove();
          for (const sample of samples()) this.set(labelsOf(metric, sample), sample[0]);
        },
      });
  }
}

function labelsOf(metric: Metric, [, ...values]: Sample): Record<string, string> {
  return Object.fromEntries(metric.labels.map((name, at) => [name, values[at] ?? ""]));
}
