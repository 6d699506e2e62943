/** The life of a collector: listen, drop privileges, collect, be told things, end in order. */

import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { Service } from "../host/service.js";
import { becomeUser } from "../host/user.js";
import { type Log, openLog } from "../log/log.js";
import { ServiceCounters } from "../metrics/service_counters.js";
import type { MetricsSource } from "../metrics/source.js";
import { RowStore } from "../store/row_store.js";
import { Collection } from "./collection.js";
import { CollectionWatch } from "./collection_watch.js";
import { CollectorObservation } from "./collector_state.js";
import type { IncomingFolder } from "./incoming_folder.js";
import { incomingFolders } from "./incoming_folders.js";
import { Listeners } from "./listeners.js";
import { type CollectorPlan, collectorPlan } from "./plan.js";
import { collectionLines } from "./report.js";
import { type CollectorSettings, changedAtStart, collectorSettings, NOTHING, tlsSettings } from "./settings.js";
import { statusText } from "./status_text.js";
import { storedSensors } from "./stored_sensors.js";
import { TemplateFiles } from "./template_files.js";

/** Milliseconds for which rows are gathered at most: handing them on costs the same for one and for a thousand. */
const FLUSH_INTERVAL = 250;
/** Milliseconds between looks at counters. */
const LOOK_INTERVAL = 1000;
/** Milliseconds between two times that templates are written down. */
const SAVE_INTERVAL = 60_000;

const OK = 0;
const FAILED = 1;

/**
 * Collects until a signal says to stop, and returns the exit status.
 *
 * @param args switches, those of environment and configuration file among them
 * @param reread reads them again
 * @throws FlowtapError when a switch is wrong, or a socket or the store cannot be opened
 */
export async function runCollector(args: Arguments, reread: () => Promise<Arguments>): Promise<number> {
  const settings = collectorSettings(args);
  if (settings.output !== undefined && settings.output !== NOTHING)
    throw new UsageError("-o FILE is for -r: what is collected live goes into a store, or to null:");
  const plan = collectorPlan(settings);
  if (plan.listeners.length === 0 && plan.folders.length === 0)
    throw new UsageError("where do flows come from? Give --listen URL, --sensor-config FILE with probes, or -r FILE");
  const tls = tlsSettings(args);
  const counters = new ServiceCounters();
  const log = await openLog(settings.log, counters);
  const listeners = await Listeners.open(plan, { receive: settings.receive, tls, log });
  try {
    if (settings.user !== undefined) becomeUser(settings.user);
    return await new Collector(settings, plan, listeners, log, counters, reread).run();
  } finally {
    listeners.close();
  }
}

class Collector {
  #settings: CollectorSettings;
  readonly #plan: CollectorPlan;
  readonly #listeners: Listeners;
  readonly #log: Log;
  readonly #counters: ServiceCounters;
  readonly #reread: () => Promise<Arguments>;
  readonly #service: Service;
  readonly #stopped: Promise<void>;
  #store: RowStore | undefined;
  #folders: readonly IncomingFolder[] = [];
  #observation: CollectorObservation | undefined;
  #templates: TemplateFiles | undefined;

  constructor(
    settings: CollectorSettings,
    plan: CollectorPlan,
    listeners: Listeners,
    log: Log,
    counters: ServiceCounters,
    reread: () => Promise<Arguments>,
  ) {
    this.#settings = settings;
    this.#plan = plan;
    this.#listeners = listeners;
    this.#log = log;
    this.#counters = counters;
    this.#reread = reread;
    let stop = () => {};
    this.#stopped = new Promise((resolve) => {
      stop = resolve;
    });
    this.#service = new Service(log, counters, {
      stop: () => {
        log.info({}, "stopping: what has come in is stored");
        stop();
      },
      reload: () => this.#takeNewSettings(),
      status: () => this.#status(),
      giveUp: () => this.#store?.abort(),
    });
  }

  async run(): Promise<number> {
    try {
      return await this.#collect(await this.#service.opened(this.#open()));
    } catch (error) {
      this.#store?.abort();
      throw error;
    } finally {
      await this.#service.end();
    }
  }

  /** Store and the endpoint for metrics: both or none. */
  async #open(): Promise<Collection> {
    const { args, decode, metrics } = this.#settings;
    const path = args.value("store");
    if (path !== undefined)
      this.#store = await RowStore.open(args, storedSensors(args, path, this.#plan.sensors), "resume");
    const collection = new Collection(this.#plan, decode, this.#store, undefined);
    if (path !== undefined) {
      this.#templates = new TemplateFiles(path, this.#plan, collection, (text) => this.#log.warn({}, text));
      this.#templates.restore();
    }
    this.#folders = incomingFolders(this.#plan, this.#settings.incoming, collection, this.#store, this.#log);
    const observation = new CollectorObservation(this.#listeners.all, this.#folders, collection);
    this.#observation = observation;
    if (metrics !== undefined) await this.#service.serveMetrics(metrics, this.#metricsSource(observation));
    return collection;
  }

  async #collect(collection: Collection): Promise<number> {
    const watch = new CollectionWatch(this.#log);
    const look = () => {
      collection.expire(Date.now() * 1000);
      watch.look(this.#listeners.all, collection, this.#store);
    };
    const timers = [
      setInterval(() => collection.flush(), FLUSH_INTERVAL),
      setInterval(look, LOOK_INTERVAL),
      setInterval(() => this.#templates?.save(), SAVE_INTERVAL),
    ];
    this.#service.keepWatchdog(() => this.#listeners.deadReason(Date.now()) === undefined);
    try {
      this.#listeners.start(collection);
      for (const folder of this.#folders) folder.start();
      this.#service.ready();
      for (const { name, place } of this.#listeners.all)
        this.#log.info({ listener: name, place }, `listening on ${place}`);
      for (const { path } of this.#folders) this.#log.info({ folder: path }, `waiting for files in ${path}`);
      this.#log.info({ listeners: this.#listeners.all.map(({ name }) => name) }, "collecting");
      await this.#stopped;
      await this.#service.reloaded();
      await this.#end(collection);
      look();
      return this.#conclude(collection);
    } finally {
      for (const timer of timers) clearInterval(timer);
    }
  }

  /** What has come in is decoded; the store has until the shutdown's bound. */
  async #end(collection: Collection): Promise<void> {
    const { shutdownTimeout } = this.#settings;
    const closing = async () => {
      await Promise.all([this.#listeners.stop(), ...this.#folders.map((folder) => folder.stop())]);
      this.#templates?.save();
      collection.close();
      await this.#store?.close();
    };
    if (await this.#service.endsWithin(shutdownTimeout, closing())) return;
    this.#log.warn({ seconds: shutdownTimeout / 1000 }, "the store did not take everything in time; its journals stay");
    this.#listeners.close();
    this.#store?.abort();
  }

  #conclude(collection: Collection): number {
    if (!this.#settings.args.flag("quiet"))
      for (const line of collectionLines(collection.totals, collection.sessions, collection)) this.#log.info({}, line);
    return this.#store?.writing === false ? FAILED : OK;
  }

  // ---- what signals ask for

  async #takeNewSettings(): Promise<readonly string[]> {
    const read = collectorSettings(await this.#reread());
    const tls = tlsSettings(read.args);
    const before = this.#settings;
    const { acceptFrom, shutdownTimeout, args } = read;
    await this.#listeners.accept(collectorPlan({ ...before, acceptFrom }));
    if (tls !== undefined) this.#listeners.renew(tls);
    this.#settings = { ...before, args, acceptFrom, shutdownTimeout };
    return changedAtStart(before, read);
  }

  #status(): string {
    return this.#observation === undefined ? "" : statusText(this.#service.uptime, this.#observation.read());
  }

  #metricsSource(observation: CollectorObservation): MetricsSource {
    const store = () => this.#store?.status();
    return {
      meters: [],
      maxFlows: 0,
      sampling: undefined,
      outputs: [],
      get store() {
        return store();
      },
      get collector() {
        return observation.read();
      },
      service: this.#counters,
      libpcap: undefined,
    };
  }
}
