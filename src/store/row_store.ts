/** A store that collected rows go into: the journals of its sensors. */
import type { Arguments } from "../cli/switches.js";
import type { FlowColumns } from "../record/columns.js";
import type { Sensor } from "../site/site.js";
import type { JournalRules } from "./journal_rules.js";
import { JournalWriter, type OnTrouble } from "./journal_writer.js";
import { RowEncoder } from "./row_encoder.js";
import type { StoreStatus } from "./status.js";
import { StoreLock } from "./store_lock.js";
import { StoreUpkeep } from "./upkeep.js";

/** Milliseconds after which rows are in the journal: with what they wait before, queries see them within a second. */
const FLUSH_INTERVAL = 500;

/** A sensor that rows are stored for. */
export interface StoredSensor {
  readonly sensor: Sensor;
  readonly rules: JournalRules;
}

export class RowStore {
  readonly name: string;
  readonly #upkeep: StoreUpkeep;
  readonly #lock: StoreLock;
  readonly #writers: readonly JournalWriter<RowEncoder>[];
  #given = 0;
  #stored = 0;
  #octets = 0;
  #lost = 0;

  private constructor(upkeep: StoreUpkeep, sensors: readonly StoredSensor[]) {
    const { store, seals, space, onTrouble } = upkeep;
    this.name = store;
    this.#upkeep = upkeep;
    this.#lock = new StoreLock(store);
    const common = { store, seals, space, onTrouble, lock: this.#lock, observationDomain: 0 };
    const newEncoder = () => new RowEncoder();
    this.#writers = sensors.map(
      ({ sensor, rules }) =>
        new JournalWriter({ ...common, sensor, rules, newEncoder, flushInterval: FLUSH_INTERVAL }, this.#watcher()),
    );
    upkeep.begin();
  }

  /**
   * Opens the store of `--store`.
   *
   * @param onTrouble "resume" for live traffic: rows are lost while the store cannot be written
   * @throws UsageError, InputError, OutputError naming the switch or the store
   */
  static async open(args: Arguments, sensors: readonly StoredSensor[], onTrouble: OnTrouble): Promise<RowStore> {
    return new RowStore(await StoreUpkeep.open(args, onTrouble), sensors);
  }

  #watcher() {
    return {
      onStored: (octets: number, records: number) => {
        this.#stored += records;
        this.#octets += octets;
      },
      onLost: (records: number) => {
        this.#lost += records;
      },
    };
  }

  get trouble(): string | undefined {
    const troubled = this.#writers.find(({ writing, trouble }) => !writing && trouble !== undefined);
    return troubled?.trouble ?? this.#upkeep.trouble;
  }

  /** Whether rows of all sensors are being stored. */
  get writing(): boolean {
    return this.#writers.every(({ writing }) => writing);
  }

  status(): StoreStatus {
    return this.#upkeep.status({
      journalRecords: this.#stored,
      journalOctets: this.#octets,
      writing: this.writing,
      lostRecords: this.#lost,
    });
  }

  /**
   * Stores rows as a sensor's.
   *
   * @param sensor its place in the list that the store was opened for
   * @throws OutputError when the journal cannot be written and the run is to fail then
   */
  write(sensor: number, rows: FlowColumns): void {
    this.#given += rows.count;
    this.#writers[sensor]!.write(rows.count, (encoder, take) => encoder.encode(rows, take));
  }

  /** Writes, rotates and looks after what is due: to be called a few times a second. */
  flush(): void {
    for (const writer of this.#writers) writer.flush();
    this.#upkeep.tick();
  }

  /** Resolves when all rows so far are on the disk: false when some cannot be written. */
  async settle(): Promise<boolean> {
    let whole = true;
    for (const writer of this.#writers) whole = (await writer.settle()) && whole;
    return whole;
  }

  /** A promise while more journals wait to be sealed than should; live traffic cannot wait. */
  ready(): Promise<void> | undefined {
    for (const writer of this.#writers) {
      const ready = writer.ready();
      if (ready !== undefined) return ready;
    }
    return undefined;
  }

  /** Writes and seals what is left. @throws OutputError; the rows are in the journals then */
  async close(): Promise<void> {
    try {
      for (const writer of this.#writers) writer.end();
      await this.#upkeep.seals.settled();
      for (const writer of this.#writers) writer.check();
      this.#upkeep.close();
    } finally {
      this.#release();
    }
  }

  /** Gives up: what is in journals stays there until the store is opened again; what is not counts as lost. */
  abort(): void {
    this.#release();
    this.#lost = this.#given - this.#stored;
  }

  #release(): void {
    for (const writer of this.#writers) writer.abort();
    this.#upkeep.seals.end();
    this.#upkeep.kill();
    this.#lock.release();
  }
}
