/** A store as an output of the meter. */
import type { Arguments } from "../cli/switches.js";
import { type Exporter, newCounters } from "../export/exporter.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { readSensorsConf } from "../site/sensors_conf.js";
import { DEFAULT_RULES } from "./default_rules.js";
import { journalRules } from "./journal_rules.js";
import { recoverStore } from "./recovery.js";
import { applyRetention, type Retention, retentionOf } from "./retention.js";
import { sensorRules } from "./sensor_rules.js";
import { storeSensor } from "./store_site.js";
import { StoreWriter } from "./writer.js";

/** Milliseconds between two looks at what is too old. */
const RETENTION_INTERVAL = 600_000;

export class StoreExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  readonly connected = true;
  readonly trouble = undefined;
  readonly #writer: StoreWriter;
  readonly #retention: Retention;
  #records = 0;
  #looked = 0;

  private constructor(store: string, writer: (exporter: StoreExporter) => StoreWriter, retention: Retention) {
    this.name = store;
    this.#retention = retention;
    this.#writer = writer(this);
  }

  /**
   * Opens the store of `--store`, once what killed writers have left is sealed.
   *
   * @throws UsageError, InputError, OutputError naming the switch, the configuration or the store
   */
  static async open(args: Arguments, observationDomain: number): Promise<StoreExporter> {
    const store = args.value("store")!;
    const retention = retentionOf(args);
    const name = args.value("sensor") ?? "S0";
    const config = args.value("sensor-config");
    const rules = config === undefined ? DEFAULT_RULES : sensorRules(readSensorsConf(config), name);
    const { site, sensor, className } = storeSensor(store, name, args);
    const journal = journalRules(site, sensor, className, rules);
    await recoverStore(store);
    applyRetention(store, retention, Date.now());
    return new StoreExporter(
      store,
      (exporter) =>
        new StoreWriter({ store, sensor, rules: journal, observationDomain }, (octets, records) => {
          exporter.counters.exportedRecords += records;
          exporter.counters.exportedMessages += 1;
          exporter.counters.exportedOctets += octets;
        }),
      retention,
    );
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
    applyRetention(this.name, this.#retention, now);
  }

  ready(): Promise<void> | undefined {
    return this.#writer.ready();
  }

  async close(): Promise<void> {
    await this.#writer.close();
    applyRetention(this.name, this.#retention, Date.now());
  }

  abort(): void {
    this.#writer.abort();
    this.counters.lost.sendFailed += this.#records - this.counters.exportedRecords;
    this.#records = this.counters.exportedRecords;
  }
}
