/** A store as an output of the meter. */
import type { Arguments } from "../cli/switches.js";
import { type Exporter, newCounters } from "../export/exporter.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { readSensorsConf } from "../site/sensors_conf.js";
import { DEFAULT_RULES } from "./default_rules.js";
import { journalRules } from "./journal_rules.js";
import type { OnTrouble } from "./journal_writer.js";
import { sensorRules } from "./sensor_rules.js";
import type { StoreStatus } from "./status.js";
import { storeSensor } from "./store_site.js";
import { StoreUpkeep } from "./upkeep.js";
import { StoreWriter, type StoreWriterOptions } from "./writer.js";

export class StoreExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  readonly #writer: StoreWriter;
  readonly #upkeep: StoreUpkeep;
  #records = 0;

  private constructor(
    upkeep: StoreUpkeep,
    writing: Pick<StoreWriterOptions, "sensor" | "rules" | "observationDomain">,
  ) {
    const { store, seals, space, onTrouble } = upkeep;
    this.name = store;
    this.#upkeep = upkeep;
    this.#writer = new StoreWriter(
      { ...writing, store, seals, space, onTrouble },
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
    upkeep.begin();
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
    const name = args.value("sensor") ?? "S0";
    const config = args.value("sensor-config");
    const sensorsRules = config === undefined ? DEFAULT_RULES : sensorRules(readSensorsConf(config), name);
    const { site, sensor, className } = storeSensor(store, name, args);
    const rules = journalRules(site, sensor, className, sensorsRules);
    return new StoreExporter(await StoreUpkeep.open(args, onTrouble), { sensor, rules, observationDomain });
  }

  get connected(): boolean {
    return this.#writer.writing;
  }

  get trouble(): string | undefined {
    return this.#writer.trouble ?? this.#upkeep.trouble;
  }

  /** What there is to watch. */
  status(): StoreStatus {
    return this.#upkeep.status({
      journalRecords: this.counters.exportedRecords,
      journalOctets: this.counters.exportedOctets,
      writing: this.#writer.writing,
      lostRecords: this.counters.lost.unwritable + this.counters.lost.sendFailed,
    });
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
    this.#upkeep.tick();
  }

  ready(): Promise<void> | undefined {
    return this.#writer.ready();
  }

  async close(): Promise<void> {
    try {
      await this.#writer.close();
      this.#upkeep.close();
    } finally {
      this.#upkeep.kill();
    }
  }

  abort(): void {
    this.#writer.abort();
    this.#upkeep.kill();
    const { lost, exportedRecords } = this.counters;
    lost.sendFailed += this.#records - exportedRecords - lost.unwritable;
    this.#records = exportedRecords + lost.unwritable;
  }
}
