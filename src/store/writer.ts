/** The writing side of a store: flows into a journal, journals into sealed files. */
import { mkdirSync } from "node:fs";
import { OutputError, systemReason } from "../errors.js";
import { IpfixEncoder } from "../formats/ipfix/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import { sensorRecord } from "../formats/ipfix/site_names.js";
import type { FlowBatch } from "../record/batch.js";
import type { Sensor } from "../site/site.js";
import { JournalFile } from "./journal_file.js";
import type { JournalRules } from "./journal_rules.js";
import { journalFolder, journalId } from "./layout.js";
import { ProcessLock } from "./process_lock.js";
import { sealJournal } from "./seal.js";
import { withSealEngine } from "./seal_engine.js";
import { writerLock } from "./writer_lock.js";

/** Rotation: whichever comes first. */
export interface Rotation {
  readonly octets: number;
  readonly milliseconds: number;
}

/** A journal is sealed every hour of wall time, or at this size: sealing holds it in memory. */
export const ROTATION: Rotation = { octets: 256 * 1024 * 1024, milliseconds: 3_600_000 };

/** Milliseconds after which a flow is in the journal, and after which the journal is on the disk. */
const FLUSH_INTERVAL = 1000;
const SYNC_INTERVAL = 5000;

/** Journals that may wait to be sealed before a capture has to wait. */
const WAITING_JOURNALS = 2;

export interface StoreWriterOptions {
  readonly store: string;
  readonly sensor: Sensor;
  readonly rules: JournalRules;
  readonly observationDomain: number;
  readonly rotation?: Rotation;
}

/** What was written. */
export type OnMessage = (octets: number, records: number) => void;

export class StoreWriter {
  readonly #options: StoreWriterOptions;
  readonly #rotation: Rotation;
  readonly #lock: ProcessLock;
  readonly #onMessage: OnMessage;
  readonly #timer: NodeJS.Timeout;
  #journal: JournalFile | undefined;
  #encoder: IpfixEncoder;
  #journals = 0;
  #opened = 0;
  #flushed = Date.now();
  #synced = Date.now();
  #waiting = 0;
  #sealing: Promise<void> = Promise.resolve();
  #failure: unknown;

  /**
   * Opens the store for writing.
   *
   * @throws OutputError when the folder cannot be written
   */
  constructor(options: StoreWriterOptions, onMessage: OnMessage) {
    this.#options = options;
    this.#rotation = options.rotation ?? ROTATION;
    this.#onMessage = onMessage;
    this.#encoder = this.#newEncoder();
    const folder = journalFolder(options.store);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw new OutputError(`cannot write store ${options.store}: ${systemReason(error)}`);
    }
    const lock = ProcessLock.take(writerLock(options.store, process.pid));
    if (lock === undefined) throw new OutputError(`store ${options.store} is already open for writing in this process`);
    this.#lock = lock;
    this.#timer = setInterval(() => this.#tick(), FLUSH_INTERVAL);
    this.#timer.unref();
  }

  /** @throws OutputError when the journal cannot be written */
  write(batch: FlowBatch): void {
    this.#check();
    this.#encoder.encode(batch, (octets, records) => this.#append(octets, records));
    this.#keepUp();
  }

  report(records: readonly OptionsRecord[]): void {
    this.#encoder.encodeOptions(records, (octets, flows) => this.#append(octets, flows));
  }

  /** Called when input pauses. */
  flush(): void {
    this.#check();
    this.#keepUp();
  }

  /** A promise while more journals wait to be sealed than should. */
  ready(): Promise<void> | undefined {
    return this.#waiting >= WAITING_JOURNALS ? this.#sealing : undefined;
  }

  /** Writes and seals what is left. @throws OutputError; the flows are in the journal then */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      this.#check();
      this.#rotate();
      await this.#sealing;
      this.#check();
    } finally {
      this.#lock.release();
    }
  }

  /** Gives up: what is in journals stays there until the store is opened again. */
  abort(): void {
    clearInterval(this.#timer);
    this.#journal?.abandon();
    this.#journal = undefined;
    this.#lock.release();
  }

  #newEncoder(): IpfixEncoder {
    return new IpfixEncoder({ timestamps: "microseconds", domain: this.#options.observationDomain });
  }

  #append(octets: Uint8Array, records: number): void {
    this.#journal ??= this.#openJournal();
    this.#journal.append(octets);
    this.#onMessage(octets.length, records);
  }

  /** A new journal begins by naming its sensor, in a message of its own. */
  #openJournal(): JournalFile {
    const { store, rules, sensor, observationDomain } = this.#options;
    const now = Date.now();
    const journal = new JournalFile(store, journalId(now, process.pid, this.#journals), rules);
    this.#journals += 1;
    this.#opened = now;
    const encoder = new IpfixEncoder({ domain: observationDomain });
    const emit = (octets: Uint8Array) => journal.append(octets);
    encoder.encodeOptions([sensorRecord(observationDomain, sensor)], emit);
    encoder.flush(emit);
    return journal;
  }

  #tick(): void {
    if (this.#failure !== undefined) return;
    try {
      this.#keepUp();
    } catch (error) {
      this.#failure = error;
    }
  }

  /** Flushes, syncs and rotates what is due. */
  #keepUp(): void {
    const now = Date.now();
    if (now - this.#flushed >= FLUSH_INTERVAL) {
      this.#flushed = now;
      this.#encoder.flush((octets, records) => this.#append(octets, records));
    }
    const journal = this.#journal;
    if (journal === undefined) return;
    if (journal.octets >= this.#rotation.octets || now - this.#opened >= this.#rotation.milliseconds) this.#rotate();
    else if (now - this.#synced >= SYNC_INTERVAL) {
      this.#synced = now;
      journal.sync((error) => {
        this.#failure ??= error;
      });
    }
  }

  /** Ends the journal and has it sealed behind those before it. */
  #rotate(): void {
    this.#encoder.flush((octets, records) => this.#append(octets, records));
    const journal = this.#journal;
    this.#journal = undefined;
    // Templates are announced again in the next journal, which must be readable alone.
    this.#encoder = this.#newEncoder();
    if (journal === undefined) return;
    journal.close();
    this.#waiting += 1;
    this.#sealing = this.#sealing.then(() => this.#seal(journal.id));
  }

  async #seal(id: string): Promise<void> {
    try {
      const { store } = this.#options;
      await withSealEngine(store, String(process.pid), (engine) => sealJournal(store, id, engine, "first"));
    } catch (error) {
      this.#failure ??= error;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Throws what went wrong in the background. */
  #check(): void {
    if (this.#failure === undefined) return;
    throw this.#failure;
  }
}
