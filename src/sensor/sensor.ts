/** The life of a live sensor: open, drop privileges, meter, be told things, end in order. */
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Arguments } from "../cli/switches.js";
import type { Exporter } from "../export/exporter.js";
import { processReport } from "../export/process_report.js";
import { Service } from "../host/service.js";
import { becomeUser } from "../host/user.js";
import { type Log, openLog } from "../log/log.js";
import { Meter } from "../meter/meter.js";
import { loadNative, type MeterStats, type SourceNotice } from "../meter/native.js";
import { reportLines } from "../meter/report.js";
import { deadReason } from "../metrics/health.js";
import { ServiceCounters } from "../metrics/service_counters.js";
import type { MetricsSource } from "../metrics/source.js";
import type { StoreExporter } from "../store/store_exporter.js";
import { OutputSet } from "./output_set.js";
import { openSources } from "./privileges.js";
import { Rates } from "./rates.js";
import { changedAtStart, reloadedSettings, type SensorSettings, sensorSettings } from "./settings.js";
import { statusText } from "./status_text.js";
import { TroubleWatch } from "./trouble_watch.js";

/** Milliseconds between looks at counters and outputs. */
const LOOK_INTERVAL = 1000;
/** Milliseconds between statistics records in IPFIX outputs, as YAF's. */
const REPORT_INTERVAL = 300_000;

const OK = 0;
const FAILED = 1;

/**
 * Meters live interfaces until a signal says to stop, and returns the exit status.
 *
 * @param args switches, those of environment and configuration file among them
 * @param reread reads them again
 * @throws FlowtapError when a switch is wrong, or an interface, output, store or address cannot be opened
 */
export async function runSensor(args: Arguments, reread: () => Promise<Arguments>): Promise<number> {
  const settings = sensorSettings(args);
  const counters = new ServiceCounters();
  const log = await openLog(settings.log, counters);
  const meter = new Meter(settings.meter);
  try {
    openSources(meter);
    if (settings.user !== undefined) becomeUser(settings.user);
    return await new Sensor(settings, meter, log, counters, reread).run();
  } finally {
    meter.close();
  }
}

class Sensor {
  #settings: SensorSettings;
  readonly #meter: Meter;
  readonly #log: Log;
  readonly #counters: ServiceCounters;
  readonly #reread: () => Promise<Arguments>;
  readonly #rates = new Rates();
  readonly #service: Service;
  #outputs: OutputSet | undefined;
  #store: StoreExporter | undefined;
  #lastResort: NodeJS.Timeout | undefined;

  constructor(
    settings: SensorSettings,
    meter: Meter,
    log: Log,
    counters: ServiceCounters,
    reread: () => Promise<Arguments>,
  ) {
    this.#settings = settings;
    this.#meter = meter;
    this.#log = log;
    this.#counters = counters;
    this.#reread = reread;
    this.#service = new Service(log, counters, {
      stop: () => this.#stop(),
      reload: () => this.#takeNewSettings(),
      status: () => this.#status(),
      giveUp: () => this.#outputs?.abort(),
    });
  }

  async run(): Promise<number> {
    try {
      return await this.#meterInto(await this.#service.opened(this.#open()));
    } catch (error) {
      this.#outputs?.abort();
      throw error;
    } finally {
      clearTimeout(this.#lastResort);
      await this.#service.end();
    }
  }

  /** Store, outputs and the endpoint for metrics: all of them or none. */
  async #open(): Promise<OutputSet> {
    const { args, outputs, metrics } = this.#settings;
    if (args.value("store") !== undefined) {
      const { StoreExporter } = await import("../store/store_exporter.js");
      this.#store = await StoreExporter.open(args, outputs.observationDomain, "resume");
    }
    try {
      const names: string[] = [];
      const interfaceName = (slot: number) => (names[slot] ??= this.#meter.stats().interfaces[slot]?.name ?? "");
      this.#outputs = await OutputSet.open(outputs, this.#store, interfaceName, (error) =>
        this.#log.error({}, error.message),
      );
      if (metrics !== undefined) await this.#service.serveMetrics(metrics, this.#metricsSource());
      return this.#outputs;
    } catch (error) {
      this.#outputs?.abort();
      this.#store?.abort();
      throw error;
    }
  }

  async #meterInto(outputs: OutputSet): Promise<number> {
    const watch = new TroubleWatch(this.#log);
    const look = () => {
      const stats = this.#meter.stats();
      // Of packets that were left out by sampling in the kernel nobody knows the length.
      const sampled = this.#settings.outputs.sampling !== undefined;
      const [packets, octets] = sampled ? [stats.meteredPackets, stats.meteredOctets] : [stats.packets, stats.octets];
      this.#rates.read(performance.now(), packets, octets, stats.table.flows);
      watch.look(stats, outputs.exporters);
    };
    const timers = [setInterval(look, LOOK_INTERVAL), setInterval(() => this.#report(outputs), REPORT_INTERVAL)];
    this.#service.keepWatchdog(() => deadReason(this.#metricsSource(), Date.now()) === undefined);
    try {
      this.#report(outputs); // which interface is which
      const metering = this.#meter.run(outputs, (notices) => this.#hear(notices));
      await Promise.race([metering, nextTurn()]); // where a thread could not start there is nothing to be ready for
      this.#service.ready();
      this.#log.info(
        { interfaces: this.#settings.meter.live.interfaces, threads: this.#settings.meter.live.threads },
        "metering",
      );
      const stats = await metering;
      await this.#service.reloaded();
      this.#report(outputs);
      await this.#closeOutputs(outputs);
      return this.#conclude(stats, outputs);
    } finally {
      for (const timer of timers) clearInterval(timer);
    }
  }

  /** Outputs have until the shutdown's bound; then what they hold is counted as lost, or stays in the journal. */
  async #closeOutputs(outputs: OutputSet): Promise<void> {
    const { shutdownTimeout } = this.#settings;
    if (await this.#service.endsWithin(shutdownTimeout, outputs.close())) return;
    this.#log.warn({ seconds: shutdownTimeout / 1000 }, "outputs did not take everything in time");
    outputs.abort();
  }

  #conclude(stats: MeterStats, outputs: OutputSet): number {
    if (!this.#settings.args.flag("quiet"))
      for (const line of reportLines(stats, outputs.exporters)) this.#log.info({}, line);
    const failed = outputs.exporters.some((exporter) => outputs.hasFailed(exporter));
    return failed ? FAILED : OK;
  }

  #report(outputs: OutputSet): void {
    const sensor = { domain: this.#settings.outputs.observationDomain, started: this.#service.started };
    outputs.report((counters) => processReport(this.#meter.stats(), counters, sensor));
  }

  #hear(notices: readonly SourceNotice[]): void {
    for (const { source, text } of notices) this.#log.warn({ source }, source === "" ? text : `${source}: ${text}`);
  }

  // ---- what signals ask for

  #stop(): void {
    this.#log.info({}, "stopping: the flows in the table are exported");
    this.#meter.stop();
    // If the way out is blocked the meter's own end would be waited for without bound.
    this.#lastResort = setTimeout(() => {
      this.#outputs?.abort();
      this.#meter.close();
    }, 2 * this.#settings.shutdownTimeout);
    this.#lastResort.unref();
  }

  async #takeNewSettings(): Promise<readonly string[]> {
    const before = this.#settings;
    const read = sensorSettings(await this.#reread());
    const settings = reloadedSettings(before, read);
    await this.#outputs?.replace(settings.outputs);
    this.#meter.change(settings.meter);
    this.#settings = settings;
    return changedAtStart(before, read);
  }

  #status(): string {
    const { meter } = this.#settings;
    return statusText({
      uptime: this.#service.uptime,
      threads: this.#meter.threadStats(),
      total: this.#meter.stats(),
      rates: this.#rates,
      maxFlows: meter.maxFlows,
      activeTimeout: meter.activeTimeout / 1e6,
      idleTimeout: (meter.idleTimeouts[0] ?? 0) / 1e6,
      outputs: this.#outputs?.exporters ?? [],
    });
  }

  #metricsSource(): MetricsSource {
    const meter = this.#meter;
    const outputs = (): readonly Exporter[] => this.#outputs?.exporters ?? [];
    const store = () => this.#store?.status();
    const { live, maxFlows } = this.#settings.meter;
    return {
      get meters() {
        return meter.threadStats().map((stats, thread) => ({ thread, stats }));
      },
      maxFlows: Math.ceil(maxFlows / live.threads),
      sampling: this.#settings.outputs.sampling,
      get outputs() {
        return outputs();
      },
      get store() {
        return store();
      },
      service: this.#counters,
      libpcap: loadNative().libpcapVersion(),
    };
  }
}
