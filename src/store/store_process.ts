/** Runs a store's heavy work in processes of their own, one at a time, at low priority. */
import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { OutputError } from "../errors.js";
import type { SealedJournal } from "./seal_queue.js";
import type { StoreWork, StoreWorkResult } from "./store_work.js";

/** As `nice`: the capture's and the meter's threads go first. */
const PRIORITY = 10;

const PROGRAM = new URL("./store_worker.js", import.meta.url);

export class StoreProcess {
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  /**
   * Does the work behind what was asked for before.
   *
   * @throws OutputError when it fails or its process dies
   */
  run(work: StoreWork): Promise<SealedJournal> {
    const result = this.#last.then(() => this.#runNow(work));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Ends what is running. The next writer does it again. */
  kill(): void {
    this.#ended = true;
    this.#child?.kill("SIGKILL");
  }

  #runNow(work: StoreWork): Promise<SealedJournal> {
    if (this.#ended) return Promise.reject(new OutputError(`store ${work.store} is closed`));
    return new Promise((resolve, reject) => {
      const child = fork(PROGRAM, [JSON.stringify(work)], {
        execArgv: [],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      this.#child = child;
      const fail = (reason: string) =>
        reject(
          new OutputError(`cannot ${work.kind === "retain" ? "thin out" : "seal"} store ${work.store}: ${reason}`),
        );
      child.once("spawn", () => {
        try {
          if (child.pid !== undefined) setPriority(child.pid, PRIORITY);
        } catch {
          // It has ended already.
        }
      });
      child.once("message", (result) => {
        const { failure } = result as { failure?: string };
        if (failure !== undefined) reject(new OutputError(failure));
        else resolve(result as Exclude<StoreWorkResult, { failure: string }>);
      });
      child.once("error", (error) => fail(error.message));
      child.once("exit", (status, signal) => {
        this.#child = undefined;
        // The message comes first; this is heard only without one.
        fail(signal === null ? `its process ended with status ${status}` : `its process was ended by ${signal}`);
      });
    });
  }
}
