/** One journal: an IPFIX file that is appended to, each message in one write. */
import {
  close,
  closeSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { OutputError, systemReason } from "../errors.js";
import type { JournalRules } from "./journal_rules.js";
import { journalPath, rulesPath } from "./layout.js";

export class JournalFile {
  readonly id: string;
  readonly path: string;
  readonly #store: string;
  readonly #fd: number;
  #octets = 0;
  #unsynced = false;
  #closed = false;

  /**
   * @param rules stored beside the journal first, so that whoever seals it classifies alike
   * @throws OutputError naming the store
   */
  constructor(store: string, id: string, rules: JournalRules) {
    this.id = id;
    this.#store = store;
    this.path = journalPath(store, id);
    this.#fd = this.#attempt(() => {
      const path = rulesPath(store, id);
      try {
        writeFileSync(`${path}.tmp`, JSON.stringify(rules), { flush: true });
        renameSync(`${path}.tmp`, path);
        return openSync(this.path, "ax", 0o644);
      } catch (error) {
        // A store that is tried again and again must not fill with descriptions of journals that never were.
        for (const left of [path, `${path}.tmp`]) removeQuietly(left);
        throw error;
      }
    });
  }

  get octets(): number {
    return this.#octets;
  }

  /** Appends a message. When that fails, nothing of it remains, or a torn end, which readers leave out. */
  append(message: Uint8Array): void {
    this.#attempt(() => {
      try {
        for (let at = 0; at < message.length; ) at += writeSync(this.#fd, message, at, message.length - at);
      } catch (error) {
        this.#cutOff();
        throw error;
      }
    });
    this.#octets += message.length;
    this.#unsynced = true;
  }

  /** Brings what was appended to the disk in the background. */
  sync(onError: (error: OutputError) => void): void {
    if (!this.#unsynced || this.#closed) return;
    this.#unsynced = false;
    void this.synced().then((error) => {
      if (error !== undefined && !this.#closed) onError(error);
    });
  }

  /** Resolves when everything that was appended is on the disk, to what went wrong. */
  synced(): Promise<OutputError | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      fsync(this.#fd, (error) => resolve(error === null ? undefined : this.#failure(error)));
    });
  }

  /** Brings everything to the disk and closes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#attempt(() => fsyncSync(this.#fd));
    } finally {
      closeSync(this.#fd);
    }
  }

  /** Closes without waiting for the disk. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.#fd, () => {});
  }

  /** Removes a journal that has no flows. */
  remove(): void {
    this.abandon();
    for (const path of [this.path, rulesPath(this.#store, this.id)]) removeQuietly(path);
  }

  /** Back to the last whole message. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#fd, this.#octets);
    } catch {
      // The error that led here is the one to tell.
    }
  }

  #attempt<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): OutputError {
    return new OutputError(`cannot write store ${this.#store}: ${systemReason(error)}`);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The disk that refused the file may refuse this, too.
  }
}
