/** What a sensor's flows go through on their way into a store: a journal, then the queue of those to be sealed. */
import { existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { FlowtapError, OutputError } from "../errors.js";
import { IpfixEncoder } from "../formats/ipfix/encoder.js";
import { sensorRecord } from "../formats/ipfix/site_names.js";
import type { Sensor } from "../site/site.js";
import type { FreeSpace } from "./free_space.js";
import { JournalFile } from "./journal_file.js";
import type { JournalRules } from "./journal_rules.js";
import type { SealQueue } from "./seal_queue.js";
import type { StoreLock } from "./store_lock.js";

/** Rotation: whichever comes first. */
export interface Rotation {
  readonly octets: number;
  readonly milliseconds: number;
}

/**
 * A journal is sealed every hour of wall time, or at this size: sealing sorts it in memory. Twice as large ones spill to
 * disk and take half as much CPU again for each row.
 */
export const ROTATION: Rotation = { octets: 128 * 1024 * 1024, milliseconds: 3_600_000 };

/** Milliseconds after which a flow is in the journal, and after which the journal is on the disk. */
const FLUSH_INTERVAL = 1000;
const SYNC_INTERVAL = 5000;

/** Milliseconds between attempts to write again. */
const RESUME_INTERVAL = 3000;

/** Journals that may wait to be sealed before a capture has to wait. */
const WAITING_JOURNALS = 2;

/** A store that cannot be written ends the run, or loses flows until it can be written again. */
export type OnTrouble = "fail" | "resume";

/** Takes a message of an encoder, and the data records in it. */
export type TakeMessage = (octets: Uint8Array, records: number) => void;

/** Makes messages of what a journal is given. */
export interface JournalEncoder {
  /** Writes what is held back. */
  flush(take: TakeMessage): void;
}

export interface JournalWriterOptions<Encoder extends JournalEncoder> {
  /** One for each journal, because a journal must be readable alone. */
  readonly newEncoder: () => Encoder;
  readonly lock: StoreLock;
  readonly store: string;
  readonly sensor: Sensor;
  readonly rules: JournalRules;
  readonly observationDomain: number;
  readonly onTrouble: OnTrouble;
  /** Takes the journals that are complete. */
  readonly seals: SealQueue;
  /** Undefined where the disk may be filled. */
  readonly space: FreeSpace | undefined;
  readonly rotation?: Rotation | undefined;
  /** Milliseconds after which a flow is in the journal. Default 1000. */
  readonly flushInterval?: number;
}

/** Hears what became of flows. */
export interface StoreWatcher {
  onStored(octets: number, records: number): void;
  onLost(records: number): void;
}

export class JournalWriter<Encoder extends JournalEncoder> {
  /** Why flows are not being stored, or were not the last time. */
  trouble: string | undefined;
  readonly #options: JournalWriterOptions<Encoder>;
  readonly #rotation: Rotation;
  readonly #watcher: StoreWatcher;
  readonly #timer: NodeJS.Timeout;
  readonly #flushInterval: number;
  readonly #emit = (octets: Uint8Array, records: number) => this.#append(octets, records);
  #journal: JournalFile | undefined;
  #encoder: Encoder;
  #opened = 0;
  #flushed = Date.now();
  #synced = Date.now();
  #suspended = false;
  #looking = false;
  #tried = 0;
  #closed = false;
  #failure: unknown;

  constructor(options: JournalWriterOptions<Encoder>, watcher: StoreWatcher) {
    this.#options = options;
    this.#rotation = options.rotation ?? ROTATION;
    this.#watcher = watcher;
    this.#flushInterval = options.flushInterval ?? FLUSH_INTERVAL;
    this.#encoder = options.newEncoder();
    this.#timer = setInterval(() => this.#tick(), this.#flushInterval);
    this.#timer.unref();
  }

  /** False while flows are lost because the store cannot be written. */
  get writing(): boolean {
    return !this.#suspended;
  }

  /**
   * Has the encoder take some records.
   *
   * @param records lost when nothing can be written
   * @throws OutputError when the journal cannot be written and the run is to fail then
   */
  write(records: number, encode: (encoder: Encoder, take: TakeMessage) => void): void {
    this.check();
    if (this.#suspended) this.#watcher.onLost(records);
    else {
      encode(this.#encoder, this.#emit);
      this.#keepUp();
    }
  }

  /** Has the encoder write what is about the exporter and not flows; nothing while the store cannot be written. */
  tell(encode: (encoder: Encoder, take: TakeMessage) => void): void {
    if (!this.#suspended) encode(this.#encoder, this.#emit);
  }

  /** Called when input pauses. */
  flush(): void {
    this.check();
    this.#keepUp();
  }

  /** Writes what is held back and resolves when it is on the disk: false when it cannot be written. */
  async settle(): Promise<boolean> {
    this.check();
    this.#encoder.flush(this.#emit);
    const journal = this.#journal;
    const error = await journal?.synced();
    if (journal !== undefined && error !== undefined) this.#onSyncFailed(journal, error);
    return error === undefined && !this.#suspended;
  }

  /** A promise while more journals wait to be sealed than should; live traffic cannot wait. */
  ready(): Promise<void> | undefined {
    const { onTrouble, seals } = this.#options;
    return onTrouble === "fail" && seals.length >= WAITING_JOURNALS ? seals.settled() : undefined;
  }

  /** Gives up: what is in journals stays there until the store is opened again. */
  abort(): void {
    clearInterval(this.#timer);
    this.#journal?.abandon();
    this.#journal = undefined;
    this.#closed = true;
  }

  /** Ends the journal, which waits to be sealed then. @throws OutputError when the run is to fail */
  end(): void {
    clearInterval(this.#timer);
    this.#closed = true;
    this.check();
    this.#guard(() => this.#rotate());
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
    const { store, rules, sensor, observationDomain, lock } = this.#options;
    const now = Date.now();
    const journal = new JournalFile(store, lock.nextJournal(now), rules);
    const encoder = new IpfixEncoder({ domain: observationDomain });
    const emit = (octets: Uint8Array) => journal.append(octets);
    try {
      encoder.encodeOptions([sensorRecord(observationDomain, sensor)], emit);
      encoder.flush(emit);
    } catch (error) {
      journal.remove();
      throw error;
    }
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
    // One that was removed would be tried for ever, and the others behind it would wait.
    if (existsSync(journal.path)) this.#options.seals.add(journal.id);
  }

  /** Tries to write again: a new journal, in a folder that is made anew if it has gone. */
  #resume(): void {
    const { lock, space } = this.#options;
    this.#tried = Date.now();
    if (space?.recovered === false) return;
    this.#suspended = false;
    this.#guard(() => {
      lock.renew();
      this.#journal = this.#openJournal();
      space?.remade();
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
    if (now - this.#flushed >= this.#flushInterval) {
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
    this.#encoder = this.#options.newEncoder();
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

  /** Throws what went wrong in the background, or in sealing. @throws OutputError */
  check(): void {
    const { onTrouble, seals } = this.#options;
    const failure = this.#failure ?? (onTrouble === "fail" ? seals.failure : undefined);
    if (failure !== undefined) throw failure;
  }
}
