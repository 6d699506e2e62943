/**
 * A folder that flow files come into (`poll-directory` of a probe): each is read once it has stopped growing, and moved
 * away when its flows are on the disk. A kill between the two has it read again.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FlowtapError, systemReason } from "../errors.js";
import { type Destinations, fileFailure, fileSuccess } from "../incoming/finished_file.js";
import { SteadyFiles } from "../incoming/steady_files.js";
import type { ListenerLog } from "../receive/listener.js";

export interface IncomingFolderOptions {
  readonly path: string;
  readonly destinations: Destinations;
  /** Where files go that cannot be read; undefined leaves them. */
  readonly failures: string | undefined;
  /** Milliseconds between looks. */
  readonly interval: number;
  readonly log: ListenerLog;
  /** Whether the flows of a file would be kept now. */
  readonly ready: () => boolean;
  /** Takes all flows of a file. @throws FlowtapError when it cannot be read to its end */
  readonly take: (path: string) => Promise<string>;
  /** Resolves when they are on the disk: false when they are not all there. */
  readonly settle: () => Promise<boolean>;
}

export interface IncomingCounters {
  /** Files that were read to their end. */
  taken: number;
  /** Files that could not be read to their end. */
  failed: number;
}

export class IncomingFolder {
  readonly counters: IncomingCounters = { taken: 0, failed: 0 };
  readonly #options: IncomingFolderOptions;
  readonly #files: SteadyFiles;
  /** Files that stay, read and not movable, or unreadable, until they change. */
  readonly #left = new Set<string>();
  /** What was complained of at the last look. */
  #trouble: string | undefined;
  #stopping = false;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IncomingFolderOptions) {
    this.#options = options;
    this.#files = new SteadyFiles(options.path);
  }

  get path(): string {
    return this.#options.path;
  }

  start(): void {
    this.#running = this.#look().finally(() => {
      this.#running = undefined;
      if (this.#stopping) return;
      this.#timer = setTimeout(() => this.start(), this.#options.interval);
    });
  }

  /** Begins no further file, and resolves when the one that is being read is done with. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    let names: readonly string[];
    try {
      names = this.#files.look();
      this.#trouble = undefined;
    } catch (error) {
      // The folder may come back, as that of a network file system does.
      if (!(error instanceof FlowtapError)) throw error;
      if (this.#trouble !== error.message) this.#options.log.warn({ folder: this.path }, error.message);
      this.#trouble = error.message;
      return;
    }
    for (const name of this.#left) if (!names.includes(name)) this.#left.delete(name);
    for (const name of names) {
      if (this.#stopping || !this.#options.ready()) return;
      if (!this.#left.has(name)) await this.#take(name);
    }
  }

  async #take(name: string): Promise<void> {
    const { take, settle, log } = this.#options;
    const path = join(this.path, name);
    const fields = { folder: this.path, file: name };
    let said: string | FlowtapError;
    try {
      said = await take(path);
    } catch (error) {
      if (!(error instanceof FlowtapError)) throw error;
      said = error;
    }
    if (!(await settle())) {
      log.warn(fields, `${path}: the store could not take all of it: it is read again`);
      return;
    }
    if (typeof said === "string") {
      this.counters.taken += 1;
      log.info(fields, said);
    } else {
      this.counters.failed += 1;
      log.warn(fields, said.message);
    }
    this.#leave(name, typeof said === "string");
  }

  /** Moves a file that is done with. */
  #leave(name: string, whole: boolean): void {
    const { destinations, failures, log } = this.#options;
    const path = join(this.path, name);
    try {
      if (whole) fileSuccess(path, destinations, new Date());
      else if (failures === undefined) this.#left.add(name);
      else fileFailure(path, failures);
      if (!this.#left.has(name)) this.#files.forget(name);
    } catch (error) {
      if (!existsSync(path)) return;
      log.warn({ folder: this.path, file: name }, `cannot move or delete ${path}: ${systemReason(error)}`);
      this.#left.add(name);
    }
  }
}
