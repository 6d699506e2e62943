/** The lock that a process holds in a store which it writes, and the names of its journals there. */
import { existsSync, mkdirSync } from "node:fs";
import { OutputError, systemReason } from "../errors.js";
import { journalFolder, journalId } from "./layout.js";
import { ProcessLock } from "./process_lock.js";
import { writerLock } from "./writer_lock.js";

export class StoreLock {
  readonly #store: string;
  #lock: ProcessLock;
  #journals = 0;

  /**
   * Makes the store's folder where it is not there, and takes the lock.
   *
   * @throws OutputError when the folder cannot be written, or the process has the store open already
   */
  constructor(store: string) {
    this.#store = store;
    this.#lock = this.#take();
  }

  /** Identifier for a journal that begins now, milliseconds since 1970. */
  nextJournal(now: number): string {
    const id = journalId(now, process.pid, this.#journals);
    this.#journals += 1;
    return id;
  }

  /** Takes the lock again when its folder has gone meanwhile. @throws OutputError */
  renew(): void {
    if (!existsSync(writerLock(this.#store, process.pid))) this.#lock = this.#take();
  }

  release(): void {
    this.#lock.release();
  }

  #take(): ProcessLock {
    const store = this.#store;
    try {
      mkdirSync(journalFolder(store), { recursive: true });
    } catch (error) {
      throw new OutputError(`cannot write store ${store}: ${systemReason(error)}`);
    }
    const lock = ProcessLock.take(writerLock(store, process.pid));
    if (lock === undefined) throw new OutputError(`store ${store} is already open for writing in this process`);
    return lock;
  }
}
