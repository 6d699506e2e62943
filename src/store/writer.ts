/** The writing side of a store for a meter: batches of flow records into one sensor's journals. */
import { IpfixEncoder } from "../formats/ipfix/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { JournalWriter, type JournalWriterOptions, type StoreWatcher } from "./journal_writer.js";
import { StoreLock } from "./store_lock.js";

export type StoreWriterOptions = Omit<JournalWriterOptions<IpfixEncoder>, "lock" | "newEncoder">;

export class StoreWriter {
  readonly #options: StoreWriterOptions;
  readonly #lock: StoreLock;
  readonly #journals: JournalWriter<IpfixEncoder>;

  /**
   * Opens the store for writing.
   *
   * @throws OutputError when the folder cannot be written
   */
  constructor(options: StoreWriterOptions, watcher: StoreWatcher) {
    this.#options = options;
    this.#lock = new StoreLock(options.store);
    const newEncoder = () => new IpfixEncoder({ timestamps: "microseconds", domain: options.observationDomain });
    this.#journals = new JournalWriter({ ...options, newEncoder, lock: this.#lock }, watcher);
  }

  /** Why flows are not being stored, or were not the last time. */
  get trouble(): string | undefined {
    return this.#journals.trouble;
  }

  /** False while flows are lost because the store cannot be written. */
  get writing(): boolean {
    return this.#journals.writing;
  }

  /** @throws OutputError when the journal cannot be written and the run is to fail then */
  write(batch: FlowBatch): void {
    this.#journals.write(batch.count, (encoder, take) => encoder.encode(batch, take));
  }

  report(records: readonly OptionsRecord[]): void {
    this.#journals.tell((encoder, take) => encoder.encodeOptions(records, take));
  }

  /** Called when input pauses. */
  flush(): void {
    this.#journals.flush();
  }

  /** A promise while more journals wait to be sealed than should; live traffic cannot wait. */
  ready(): Promise<void> | undefined {
    return this.#journals.ready();
  }

  /** Writes and seals what is left. @throws OutputError; the flows are in the journal then */
  async close(): Promise<void> {
    try {
      this.#journals.end();
      await this.#options.seals.settled();
      this.#journals.check();
    } finally {
      this.#journals.abort();
      this.#release();
    }
  }

  /** Gives up: what is in journals stays there until the store is opened again. */
  abort(): void {
    this.#journals.abort();
    this.#release();
  }

  #release(): void {
    this.#options.seals.end();
    this.#lock.release();
  }
}
