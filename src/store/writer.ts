/** The writing side of a store: flows into a journal, journals into the queue of those to be sealed. */
import { existsSync, mkdirSync } from "node:fs";
import { access } from "node:fs/promises";
import { FlowtapError, OutputError, systemReason } from "../errors.js";
import { IpfixEncoder } from "../formats/ipfix/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import { sensorRecord } from "../formats/ipfix/site_names.js";
import type { FlowBatch } from "../record/batch.js";
import type { Sensor } from "../site/site.js";
import type { FreeSpace } from "./free_space.js";
import { JournalFile } from "./journal_file.js";
import type { JournalRules } from "./journal_rules.js";
import { journalFolder, journalId } from "./layout.js";
import { ProcessLock } from "./process_lock.js";
import type { SealQueue } from "./seal_queue.js";
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

/** Milliseconds between attempts to write again. */
const RESUME_INTERVAL = 3000;

/** Journals that may wait to be sealed before a capture has to wait. */
const WAITING_JOURNALS = 2;

/** A store that cannot be written ends the run, or loses flows until it can be written again. */
export type OnTrouble = "fail" | "resume";

export interface StoreWriterOptions {
  readonly store: string;
  readonly sensor: Sensor;
  readonly rules: JournalRules;
  readonly observationDomain: number;
  readonly onTrouble: OnTrouble;
  /** Takes the journals that are complete. */
  readonly seals: SealQueue;
  /** Undefined where the disk may be filled. */
  readonly space: FreeSpace | undefined;
  readonly rotation?: Rotation;
}

/** Hears what became of flows. */
export interface StoreWatcher {
  onStored(octets: number, records: number): void;
  onLost(records: number): void;
}

export class StoreWriter {
  /** Why flows are not being stored, or were not the last time. */
  trouble: string | undefined;
  readonly #options: StoreWriterOptions;
  readonly #rotation: Rotation;
  readonly #watcher: StoreWatcher;
  readonly #timer: NodeJS.Timeout;
  readonly #emit = (octets: Uint8Array, records: number) => this.#append(octets, records);
  #lock: ProcessLock;
  #journal: JournalFile | undefined;
  #encoder: IpfixEncoder;
  #journals = 0;
  #opened = 0;
  #flushed = Date.now();
  #synced = Date.now();
  #suspended = false;
  #looking = false;
  #tried = 0;
  #closed = false;
  #failure: unknown;

  /**
   * Opens the store for writing.
   *
   * @throws OutputError when the folder cannot be written
   */
  constructor(options: StoreWriterOptions, watcher: StoreWatcher) {
    this.#options = options;
    this.#rotation = options.rotation ?? ROTATION;
    this.#watcher = watcher;
    this.#encoder = this.#newEncoder();
    this.#lock = this.#takeLock();
    this.#timer = setInterval(() => this.#tick(), FLUSH_INTERVAL);
    this.#timer.unref();
  }

  /** False while flows are lost because the store cannot be written. */
  get writing(): boolean {
    return !this.#suspended;
  }

  /** @throws OutputError when the journal cannot be written and the run is to fail then */
  write(batch: FlowBatch): void {
    this.#check();
    if (this.#suspended) this.#watcher.onLost(batch.count);
    else {
      this.#encoder.encode(batch, this.#emit);
      this.#keepUp();
    }
  }

  report(records: readonly OptionsRecord[]): void {
    if (!this.#suspended) this.#encoder.encodeOptions(records, this.#emit);
  }

  /** Called when input pauses. */
  flush(): void {
    this.#check();
    this.#keepUp();
  }

  /** A promise while more journals wait to be sealed than should; live traffic cannot wait. */
  ready(): Promise<void> | undefined {
    const { onTrouble, seals } = this.#options;
    return onTrouble === "fail" && seals.length >= WAITING_JOURNALS ? seals.settled() : undefined;
  }

  /** Writes and seals what is left. @throws OutputError; the flows are in the journal then */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      this.#check();
      this.#guard(() => this.#rotate());
      await this.#options.seals.settled();
      this.#check();
    } finally {
      this.#release();
    }
  }

  /** Gives up: what is in journals stays there until the store is opened again. */
  abort(): void {
    clearInterval(this.#timer);
    this.#journal?.abandon();
    this.#journal = undefined;
    this.#release();
  }

  #release(): void {
    this.#closed = true;
    this.#options.seals.end();
    this.#lock.release();
  }

  #takeLock(): ProcessLock {
    const { store } = this.#options;
    try {
      mkdirSync(journalFolder(store), { recursive: true });
    } catch (error) {
      throw new OutputError(`cannot write store ${store}: ${systemReason(error)}`);
    }
    const lock = ProcessLock.take(writerLock(store, process.pid));
    if (lock === undefined) throw new OutputError(`store ${store} is already open for writing in this process`);
    return lock;
  }

  #newEncoder(): IpfixEncoder {
    return new IpfixEncoder({ timestamps: "microseconds", domain: this.#options.observationDomain });
  }

  /** Takes a message of the encoder. In a store that is to resume it never throws: the encoder goes on. */
  #append(octets: Uint8Array, records: number): void {
    if (!this.#suspended && this.#guard(() => this.#appendNow(octets))) this.#watcher.onStored(octets.length, records);
    else this.#watcher.onLost(records);
  }

  #appendNow(octets: Uint8Array): void {
    const { space, store } = this.#options;
    const shortage = space?.shortage;
    if (shortage !== undefined) throw new OutputError(`cannot write store ${store}: ${shortage}`);
    this.#journal ??= this.#openJournal();
    this.#journal.append(octets);
    space?.taken(octets.length);
  }

  /** Does what may fail; false when it did and the store is to resume. */
  #guard(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (this.#options.onTrouble === "fail" || !(error instanceof FlowtapError)) throw error;
      this.#suspend(error);
      return false;
    }
  }

  /** A new journal begins by naming its sensor, in a message of its own. */
  #openJournal(): JournalFile {
    const { store, rules, sensor, observationDomain } = this.#options;
    const now = Date.now();
    const journal = new JournalFile(store, journalId(now, process.pid, this.#journals), rules);
    const encoder = new IpfixEncoder({ domain: observationDomain });
    const emit = (octets: Uint8Array) => journal.append(octets);
    try {
      encoder.encodeOptions([sensorRecord(observationDomain, sensor)], emit);
      encoder.flush(emit);
    } catch (error) {
      journal.remove();
      throw error;
    }
    this.#journals += 1;
    this.#opened = now;
    return journal;
  }

  /** Nothing more is written for now; what is in the journal is sealed as soon as that is possible. */
  #suspend(error: FlowtapError): void {
    this.trouble = error.message;
    this.#suspended = true;
    this.#tried = Date.now();
    const journal = this.#journal;
    this.#journal = undefined;
    if (journal === undefined) return;
    journal.abandon();
    this.#options.seals.add(journal.id);
  }

  /** Tries to write again: a new journal, in a folder that is made anew if it has gone. */
  #resume(): void {
    const { store, space } = this.#options;
    this.#tried = Date.now();
    if (space?.recovered === false) return;
    this.#suspended = false;
    this.#guard(() => {
      if (!existsSync(writerLock(store, process.pid))) this.#lock = this.#takeLock();
      this.#journal = this.#openJournal();
    });
  }

  #tick(): void {
    if (this.#failure !== undefined) return;
    try {
      this.#keepUp();
    } catch (error) {
      this.#failure = error;
    }
    void this.#look();
  }

  /** Looks after the disk and the folder; what it finds counts from the next write on. */
  async #look(): Promise<void> {
    const { space, store } = this.#options;
    if (space === undefined || this.#looking) return;
    this.#looking = true;
    await space.look();
    const journal = this.#journal;
    const gone =
      journal !== undefined &&
      (await access(journal.path).then(
        () => false,
        () => true,
      ));
    this.#looking = false;
    if (this.#closed) return;
    if (gone && journal === this.#journal)
      this.#guard(() => {
        throw new OutputError(`cannot write store ${store}: its journal was removed`);
      });
    if (this.#suspended && Date.now() - this.#tried >= RESUME_INTERVAL) this.#resume();
  }

  /** Flushes, syncs and rotates what is due. */
  #keepUp(): void {
    const now = Date.now();
    if (now - this.#flushed >= FLUSH_INTERVAL) {
      this.#flushed = now;
      this.#encoder.flush(this.#emit);
    }
    if (this.#suspended) this.#forget();
    const journal = this.#journal;
    if (journal === undefined) return;
    if (journal.octets >= this.#rotation.octets || now - this.#opened >= this.#rotation.milliseconds)
      this.#guard(() => this.#rotate());
    else if (now - this.#synced >= SYNC_INTERVAL) {
      this.#synced = now;
      journal.sync((error) => this.#onSyncFailed(journal, error));
    }
  }

  #onSyncFailed(journal: JournalFile, error: OutputError): void {
    if (this.#options.onTrouble === "fail") this.#failure ??= error;
    else if (journal === this.#journal) this.#suspend(error);
  }

  /** What the encoder still holds is lost; the next journal must be readable alone, so templates come again. */
  #forget(): void {
    this.#encoder.flush(this.#emit);
    this.#encoder = this.#newEncoder();
  }

  /** Ends the journal and has it sealed behind those before it. */
  #rotate(): void {
    this.#forget();
    const journal = this.#journal;
    this.#journal = undefined;
    if (journal === undefined) return;
    try {
      journal.close();
    } catch (error) {
      // Sealing reads what is there whether or not the disk took it all.
      if (this.#options.onTrouble === "resume") this.#options.seals.add(journal.id);
      throw error;
    }
    this.#options.seals.add(journal.id);
  }

  /** Throws what went wrong in the background. */
  #check(): void {
    const { onTrouble, seals } = this.#options;
    const failure = this.#failure ?? (onTrouble === "fail" ? seals.failure : undefined);
    if (failure !== undefined) throw failure;
  }
}
