/** The frame of a service: what signals ask for, what the service manager hears, reloads, and an end within its bound. */
import { FlowtapError, reasonOf } from "../errors.js";
import type { Log } from "../log/log.js";
import type { ListenAddress } from "../metrics/listen.js";
import type { MetricsServer } from "../metrics/server.js";
import type { ServiceCounters } from "../metrics/service_counters.js";
import type { MetricsSource } from "../metrics/source.js";
import { ServiceManager } from "./service_manager.js";
import { Signals } from "./signals.js";
import { keepWatchdog } from "./watchdog.js";

/** What a service does when it is told to. */
export interface Duties {
  /** Begins to end. Called once. */
  stop(): void;
  /**
   * Reads the settings again and takes all of them or none; returns the switches that have changed, but take effect with
   * the next start only.
   */
  reload(): Promise<readonly string[]>;
  /** A page for people. */
  status(): string;
  /** Before the process is ended by a second signal. */
  giveUp(): void;
}

export class Service {
  readonly #log: Log;
  readonly #counters: ServiceCounters;
  readonly #duties: Duties;
  readonly #manager = new ServiceManager();
  readonly #signals: Signals;
  /** Milliseconds since 1970. */
  readonly started = Date.now();
  #server: MetricsServer | undefined;
  #endWatchdog = () => {};
  #stopping = false;
  #reloading: Promise<void> = Promise.resolve();

  /** Listens to signals until `end`. */
  constructor(log: Log, counters: ServiceCounters, duties: Duties) {
    this.#log = log;
    this.#counters = counters;
    this.#duties = duties;
    this.#signals = new Signals({
      stop: () => this.#stop(),
      reload: () => this.#reload(),
      status: () => process.stderr.write(duties.status()),
      giveUp: () => duties.giveUp(),
    });
  }

  /** Seconds since the start. */
  get uptime(): number {
    return (Date.now() - this.started) / 1000;
  }

  /** Opens what the service works with; reloads wait for it. */
  async opened<Opened>(opening: Promise<Opened>): Promise<Opened> {
    this.#reloading = opening.then(
      () => {},
      () => {},
    );
    return await opening;
  }

  /** Serves metrics until the end. @throws OutputError when the address cannot be had */
  async serveMetrics(address: ListenAddress, source: MetricsSource): Promise<void> {
    const { MetricsServer } = await import("../metrics/server.js");
    this.#server = await MetricsServer.open(address, source);
  }

  /** Shows the service manager that we live, for as long as `lives` says so. */
  keepWatchdog(lives: () => boolean): void {
    this.#endWatchdog = keepWatchdog(this.#manager, lives);
  }

  /** Tells the service manager that the start is over. */
  ready(): void {
    this.#manager.ready();
  }

  /** Resolves when the reloads that were asked for are over. */
  reloaded(): Promise<void> {
    return this.#reloading;
  }

  /** Whether the last work is done within so many milliseconds; what it has to say later is not heard. */
  async endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    try {
      const inTime = await Promise.race([work.then(() => true), bound]);
      if (!inTime) work.catch(() => {});
      return inTime;
    } finally {
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    this.#endWatchdog();
    this.#signals.end();
    await this.#server?.close();
  }

  #stop(): void {
    this.#stopping = true;
    this.#manager.stopping();
    this.#duties.stop();
  }

  /** Reloads follow one another. */
  #reload(): void {
    this.#reloading = this.#reloading.then(() => this.#takeNewSettings());
  }

  async #takeNewSettings(): Promise<void> {
    if (this.#stopping) return;
    this.#manager.reloading();
    try {
      for (const name of await this.#duties.reload())
        this.#log.warn({ switch: name }, `--${name} has changed: it takes effect with the next start`);
      this.#counters.reloaded("success");
      this.#log.info({}, "the configuration was read again");
    } catch (error) {
      this.#counters.reloaded("failure");
      const lines = error instanceof FlowtapError ? error.lines : [reasonOf(error)];
      for (const line of lines) this.#log.error({}, `the configuration was not taken, the old one stays: ${line}`);
    } finally {
      if (!this.#stopping) this.#manager.ready();
    }
  }
}
