/** A store as an output of the meter. */
import type { Arguments } from "../cli/switches.js";
import { FlowtapError } from "../errors.js";
import { type Exporter, newCounters } from "../export/exporter.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { readSensorsConf } from "../site/sensors_conf.js";
import { DEFAULT_RULES } from "./default_rules.js";
import { FreeSpace } from "./free_space.js";
import { journalRules } from "./journal_rules.js";
import { reserveOf } from "./options.js";
import { recoverStore } from "./recovery.js";
import { applyRetention, limits, type Retention, retentionOf } from "./retention.js";
import { sealHere } from "./seal_here.js";
import { type Seal, SealQueue } from "./seal_queue.js";
import { sensorRules } from "./sensor_rules.js";
import type { StoreStatus } from "./status.js";
import { StoreProcess } from "./store_process.js";
import { storeSensor } from "./store_site.js";
import { folderOctets } from "./store_size.js";
import { type OnTrouble, StoreWriter, type StoreWriterOptions } from "./writer.js";

/** Milliseconds between two looks at what is too old. */
const RETENTION_INTERVAL = 600_000;

/** Milliseconds for which the size of a store is taken as known. */
const SIZE_INTERVAL = 60_000;

export class StoreExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  readonly #writer: StoreWriter;
  readonly #seals: SealQueue;
  readonly #space: FreeSpace;
  readonly #retention: Retention;
  /** Does the heavy work of a live sensor; captures do it themselves. */
  readonly #process: StoreProcess | undefined;
  #records = 0;
  #looked = 0;
  #octets = 0;
  #measured = 0;
  #retentionTrouble: string | undefined;

  private constructor(
    parts: { readonly seals: SealQueue; readonly space: FreeSpace; readonly process: StoreProcess | undefined },
    writing: Omit<StoreWriterOptions, "seals" | "space">,
    watched: FreeSpace | undefined,
    retention: Retention,
  ) {
    this.name = writing.store;
    this.#seals = parts.seals;
    this.#space = parts.space;
    this.#process = parts.process;
    this.#retention = retention;
    this.#writer = new StoreWriter(
      { ...writing, seals: parts.seals, space: watched },
      {
        onStored: (octets, records) => {
          this.counters.exportedRecords += records;
          this.counters.exportedMessages += 1;
          this.counters.exportedOctets += octets;
        },
        onLost: (records) => {
          this.counters.lost.unwritable += records;
        },
      },
    );
  }

  /**
   * Opens the store of `--store`. What killed writers have left is sealed: before it returns, or, for a store that is to
   * resume, in the background.
   *
   * @param onTrouble "resume" for a live sensor: flows are lost while the store cannot be written, seals that fail are
   *   tried again, and sealing, recovery and retention are done by another process
   * @throws UsageError, InputError, OutputError naming the switch, the configuration or the store
   */
  static async open(args: Arguments, observationDomain: number, onTrouble: OnTrouble = "fail"): Promise<StoreExporter> {
    const store = args.value("store")!;
    const retention = retentionOf(args);
    const reserve = reserveOf(args);
    const name = args.value("sensor") ?? "S0";
    const config = args.value("sensor-config");
    const sensorsRules = config === undefined ? DEFAULT_RULES : sensorRules(readSensorsConf(config), name);
    const { site, sensor, className } = storeSensor(store, name, args);
    const rules = journalRules(site, sensor, className, sensorsRules);
    const space = new FreeSpace(store, reserve);
    const process = onTrouble === "resume" ? new StoreProcess() : undefined;
    const seals = new SealQueue(sealer(store, process), onTrouble === "resume" ? "retry" : "stop");
    if (process === undefined) {
      await recoverStore(store);
      applyRetention(store, retention, Date.now());
    }
    await space.look();
    const watched = process !== undefined || reserve !== undefined ? space : undefined;
    const writing = { store, sensor, rules, observationDomain, onTrouble };
    const exporter = new StoreExporter({ seals, space, process }, writing, watched, retention);
    if (process !== undefined) exporter.#recover(process);
    return exporter;
  }

  get connected(): boolean {
    return this.#writer.writing;
  }

  get trouble(): string | undefined {
    const { failure } = this.#seals;
    return this.#writer.trouble ?? (failure instanceof Error ? failure.message : this.#retentionTrouble);
  }

  /** What there is to watch. The store's size is measured in the background, at most once a minute. */
  status(): StoreStatus {
    this.#measure();
    return {
      journalRecords: this.counters.exportedRecords,
      journalOctets: this.counters.exportedOctets,
      waitingJournals: this.#seals.length,
      ...this.#seals.counters,
      writing: this.#writer.writing,
      lostRecords: this.counters.lost.unwritable + this.counters.lost.sendFailed,
      octets: this.#octets,
      freeOctets: this.#space.octets,
    };
  }

  write(batch: FlowBatch): void {
    this.#records += batch.count;
    this.#writer.write(batch);
  }

  report(records: readonly OptionsRecord[]): void {
    this.#writer.report(records);
  }

  flush(): void {
    this.#writer.flush();
    const now = Date.now();
    if (now - this.#looked < RETENTION_INTERVAL) return;
    this.#looked = now;
    if (this.#process === undefined) applyRetention(this.name, this.#retention, now);
    else this.#thinOut(this.#process);
  }

  ready(): Promise<void> | undefined {
    return this.#writer.ready();
  }

  async close(): Promise<void> {
    try {
      await this.#writer.close();
      if (this.#process === undefined) applyRetention(this.name, this.#retention, Date.now());
    } finally {
      this.#process?.kill();
    }
  }

  abort(): void {
    this.#writer.abort();
    this.#process?.kill();
    const { lost, exportedRecords } = this.counters;
    lost.sendFailed += this.#records - exportedRecords - lost.unwritable;
    this.#records = exportedRecords + lost.unwritable;
  }

  #recover(process: StoreProcess): void {
    this.#looked = Date.now();
    process.run({ kind: "recover", store: this.name }).catch((error: unknown) => this.#noteRetention(error));
    this.#thinOut(process);
    this.#measure();
  }

  #thinOut(process: StoreProcess): void {
    if (!limits(this.#retention)) return;
    process
      .run({ kind: "retain", store: this.name, retention: this.#retention })
      .then(() => (this.#retentionTrouble = undefined))
      .catch((error: unknown) => this.#noteRetention(error));
  }

  #noteRetention(error: unknown): void {
    if (error instanceof FlowtapError) this.#retentionTrouble = error.message;
  }

  #measure(): void {
    const now = Date.now();
    if (now - this.#measured < SIZE_INTERVAL) return;
    this.#measured = now;
    void folderOctets(this.name).then((octets) => (this.#octets = octets));
    void this.#space.look();
  }
}

function sealer(store: string, apart: StoreProcess | undefined): Seal {
  if (apart !== undefined) return (id, attempt) => apart.run({ kind: "seal", store, id, attempt });
  return (id, attempt) => sealHere(store, id, attempt, String(process.pid));
}
