/** Runs a command on each file that comes into a folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, systemReason } from "../errors.js";
import { fileFailure, fileSuccess } from "../incoming/finished_file.js";
import { SteadyFiles } from "../incoming/steady_files.js";
import { type CommandEnd, runOnFile } from "./file_command.js";
import type { PollOptions } from "./options.js";
import type { PollLog } from "./poll_log.js";

type Outcome = "success" | "failure";

export class Poller {
  readonly #options: PollOptions;
  readonly #called: string;
  readonly #log: PollLog;
  readonly #files: SteadyFiles;
  /** Files whose turn has not come, in order. */
  readonly #waiting: string[] = [];
  readonly #running = new Map<string, Promise<void>>();
  /** Files whose command has ended but that could not be moved: their command must not run again. */
  readonly #stuck = new Map<string, Outcome>();
  /** Names that were complained of at the last look. */
  #told: ReadonlySet<string> = new Set();
  #stopping = false;
  #wake: () => void = () => {};

  constructor(options: PollOptions, called: string, log: PollLog) {
    this.#options = options;
    this.#called = called;
    this.#log = log;
    this.#files = new SteadyFiles(options.incoming);
  }

  /** Looks and runs until `stop` is called and the commands that run then have ended. */
  async run(): Promise<void> {
    this.#log.info(`Watching ${this.#options.incoming}`);
    while (!this.#stopping) {
      this.#look();
      await this.#pause();
    }
    if (this.#running.size > 0) this.#log.info(`Waiting for ${this.#running.size} running command(s)`);
    while (this.#running.size > 0) await Promise.all(this.#running.values());
    this.#log.info("Stopped");
  }

  /** Starts no further command. */
  stop(): void {
    this.#stopping = true;
    this.#wake();
  }

  #look(): void {
    for (const [name, outcome] of this.#stuck) this.#file(name, outcome);
    let names: readonly string[];
    try {
      names = this.#files.look();
    } catch (error) {
      // The folder may come back, as that of a network file system does.
      this.#log.error(reasonOf(error));
      return;
    }
    for (const name of this.#files.unusable)
      if (!this.#told.has(name)) this.#log.warn(`${name} is left alone: its name is not UTF-8`);
    this.#told = new Set(this.#files.unusable);
    const waiting = new Set(this.#waiting);
    for (const name of names)
      if (!waiting.has(name) && !this.#running.has(name) && !this.#stuck.has(name)) this.#waiting.push(name);
    this.#startNext();
  }

  #startNext(): void {
    while (!this.#stopping && this.#running.size < this.#options.simultaneous) {
      const name = this.#waiting.shift();
      if (name === undefined) return;
      if (!existsSync(join(this.#options.incoming, name))) continue;
      this.#running.set(name, this.#runOn(name));
    }
  }

  async #runOn(name: string): Promise<void> {
    const { incoming, script, timeouts } = this.#options;
    const path = join(incoming, name);
    this.#log.debug(`Running the command on ${path}`);
    const end = await runOnFile(script, this.#called, path, timeouts, ({ signal, seconds }) =>
      this.#log.warn(`The command on ${path} still runs after ${seconds} s: sending ${signal}`),
    );
    const outcome = isSuccess(end) ? "success" : "failure";
    if (outcome === "success") this.#log.info(`The command on ${path} succeeded`);
    else this.#log.warn(`The command on ${path} failed: ${endText(end)}`);
    this.#file(name, outcome);
    this.#files.forget(name);
    this.#running.delete(name);
    this.#startNext();
  }

  #file(name: string, outcome: Outcome): void {
    const { incoming, destinations, failures } = this.#options;
    const path = join(incoming, name);
    try {
      const moved = outcome === "success" ? fileSuccess(path, destinations, new Date()) : fileFailure(path, failures);
      if (moved !== undefined) this.#log.debug(`Moved ${path} to ${moved}`);
      this.#stuck.delete(name);
    } catch (error) {
      if (!existsSync(path)) {
        // The command itself has moved or deleted it.
        this.#stuck.delete(name);
        this.#log.debug(`${path} is no longer there`);
        return;
      }
      if (!this.#stuck.has(name)) this.#log.error(`Cannot move or delete ${path}: ${systemReason(error)}`);
      this.#stuck.set(name, outcome);
    }
  }

  async #pause(): Promise<void> {
    if (this.#stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.interval);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isSuccess(end: CommandEnd): boolean {
  return end.kind === "exited" && end.status === 0;
}

function endText(end: CommandEnd): string {
  if (end.kind === "exited") return `exit status ${end.status}`;
  return end.kind === "signalled" ? `ended by ${end.signal}` : `cannot be started: ${end.reason}`;
}
