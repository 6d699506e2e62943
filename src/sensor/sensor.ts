/** The life of a live sensor: open, drop privileges, meter, be told things, end in order. */
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Arguments } from "../cli/switches.js";
import { FlowtapError, reasonOf } from "../errors.js";
import type { Exporter } from "../export/exporter.js";
import { processReport } from "../export/process_report.js";
import { ServiceManager } from "../host/service_manager.js";
import { Signals } from "../host/signals.js";
import { becomeUser } from "../host/user.js";
import { keepWatchdog } from "../host/watchdog.js";
import { type Log, openLog } from "../log/log.js";
import { Meter } from "../meter/meter.js";
import { loadNative, type MeterStats, type SourceNotice } from "../meter/native.js";
import { reportLines } from "../meter/report.js";
import { deadReason } from "../metrics/health.js";
import type { MetricsServer } from "../metrics/server.js";
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
  const service = new ServiceCounters();
  const log = await openLog(settings.log, service);
  const meter = new Meter(settings.meter);
  try {
    openSources(meter);
    if (settings.user !== undefined) becomeUser(settings.user);
    const sensor = new Sensor(settings, meter, log, service, reread);
    return await sensor.run();
  } finally {
    meter.close();
  }
}

class Sensor {
  #settings: SensorSettings;
  readonly #meter: Meter;
  readonly #log: Log;
  readonly #service: ServiceCounters;
  readonly #reread: () => Promise<Arguments>;
  readonly #manager = new ServiceManager();
  readonly #rates = new Rates();
  readonly #started = Date.now();
  #outputs: OutputSet | undefined;
  #store: StoreExporter | undefined;
  #server: MetricsServer | undefined;
  #stopping: NodeJS.Timeout | undefined;
  #reloading: Promise<void> = Promise.resolve();

  constructor(
    settings: SensorSettings,
    meter: Meter,
    log: Log,
    service: ServiceCounters,
    reread: () => Promise<Arguments>,
  ) {
    this.#settings = settings;
    this.#meter = meter;
    this.#log = log;
    this.#service = service;
    this.#reread = reread;
  }

  async run(): Promise<number> {
    const signals = new Signals({
      stop: () => this.#stop(),
      reload: () => this.#reload(),
      status: () => process.stderr.write(this.#status()),
      giveUp: () => this.#outputs?.abort(),
    });
    try {
      const opening = this.#open();
      this.#reloading = opening.then(
        () => {},
        () => {},
      );
      const outputs = await opening;
      return await this.#meterInto(outputs);
    } catch (error) {
      this.#outputs?.abort();
      throw error;
    } finally {
      signals.end();
      clearTimeout(this.#stopping);
      await this.#server?.close();
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
      if (metrics !== undefined) {
        const { MetricsServer } = await import("../metrics/server.js");
        this.#server = await MetricsServer.open(metrics, this.#metricsSource());
      }
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
    const endWatchdog = keepWatchdog(this.#manager, () => deadReason(this.#metricsSource(), Date.now()) === undefined);
    try {
      this.#report(outputs); // which interface is which
      const metering = this.#meter.run(outputs, (notices) => this.#hear(notices));
      await Promise.race([metering, nextTurn()]); // where a thread could not start there is nothing to be ready for
      this.#manager.ready();
      this.#log.info(
        { interfaces: this.#settings.meter.live.interfaces, threads: this.#settings.meter.live.threads },
        "metering",
      );
      const stats = await metering;
      await this.#reloading;
      this.#report(outputs);
      await this.#closeOutputs(outputs);
      return this.#conclude(stats, outputs);
    } finally {
      for (const timer of timers) clearInterval(timer);
      endWatchdog();
    }
  }

  /** Outputs have until the shutdown's bound; then what they hold is counted as lost, or stays in the journal. */
  async #closeOutputs(outputs: OutputSet): Promise<void> {
    const { shutdownTimeout } = this.#settings;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), shutdownTimeout);
    });
    const closed = outputs.close().then(() => "closed" as const);
    try {
      if ((await Promise.race([closed, bound])) === "closed") return;
    } finally {
      clearTimeout(timer);
    }
    closed.catch(() => {}); // what it has to say comes too late
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
    const sensor = { domain: this.#settings.outputs.observationDomain, started: this.#started };
    outputs.report((counters) => processReport(this.#meter.stats(), counters, sensor));
  }

  #hear(notices: readonly SourceNotice[]): void {
    for (const { source, text } of notices) this.#log.warn({ source }, source === "" ? text : `${source}: ${text}`);
  }

  // ---- what signals ask for

  #stop(): void {
    this.#manager.stopping();
    this.#log.info({}, "stopping: the flows in the table are exported");
    this.#meter.stop();
    // If the way out is blocked the meter's own end would be waited for without bound.
    this.#stopping = setTimeout(() => {
      this.#outputs?.abort();
      this.#meter.close();
    }, 2 * this.#settings.shutdownTimeout);
    this.#stopping.unref();
  }

  /** Reloads follow one another, the first one follows the opening. */
  #reload(): void {
    this.#reloading = this.#reloading.then(() => this.#takeNewSettings());
  }

  /** All of it or nothing. */
  async #takeNewSettings(): Promise<void> {
    if (this.#stopping !== undefined) return;
    const before = this.#settings;
    this.#manager.reloading();
    try {
      const read = sensorSettings(await this.#reread());
      const settings = reloadedSettings(before, read);
      await this.#outputs?.replace(settings.outputs);
      this.#meter.change(settings.meter);
      this.#settings = settings;
      for (const name of changedAtStart(before, read))
        this.#log.warn({ switch: name }, `--${name} has changed: it takes effect with the next start`);
      this.#service.reloaded("success");
      this.#log.info({}, "the configuration was read again");
    } catch (error) {
      this.#service.reloaded("failure");
      const lines = error instanceof FlowtapError ? error.lines : [reasonOf(error)];
      for (const line of lines) this.#log.error({}, `the configuration was not taken, the old one stays: ${line}`);
    } finally {
      if (this.#stopping === undefined) this.#manager.ready();
    }
  }

  #status(): string {
    const { meter } = this.#settings;
    return statusText({
      uptime: (Date.now() - this.#started) / 1000,
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
      service: this.#service,
      libpcap: loadNative().libpcapVersion(),
    };
  }
}
