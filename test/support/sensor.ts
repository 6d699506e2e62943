/** A live sensor that a test talks to. */
import type { ExecutionContext } from "ava";
import { type Namespaces, startIn } from "./namespaces.js";
import { type Ended, linesOf, type Running, type RunOptions, until } from "./program.js";

/** One line of the log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class RunningSensor {
  readonly ended: Promise<Ended>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  readonly pid: number;
  #stderr = "";

  /** @param running a program that becomes a meter whose log is JSON; killed at the end of the test */
  constructor(t: ExecutionContext, { child, ended }: Running) {
    child.stderr.on("data", (piece: Buffer) => {
      this.#stderr += piece.toString();
    });
    this.ended = ended;
    this.pid = child.pid ?? 0;
    this.#kill = (signal) => child.kill(signal);
    t.teardown(() => child.kill("SIGKILL"));
  }

  /** Starts `flowtap meter` in the receiver's namespace. */
  static start(t: ExecutionContext, { receiver }: Namespaces, args: readonly string[], options?: RunOptions) {
    return new RunningSensor(t, startIn(receiver, ["meter", "--log-format=json", ...args], options));
  }

  /** Everything on standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The messages of the log so far. */
  get log(): LogLine[] {
    return linesOf(this.#stderr).flatMap((line) =>
      line.startsWith("{") && line.endsWith("}") ? [JSON.parse(line)] : [],
    );
  }

  /** Resolves when a message of the log matches, as often as asked for. */
  async says(message: RegExp, times = 1): Promise<void> {
    try {
      await until(() => this.log.filter(({ msg }) => message.test(msg)).length >= times, String(message));
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}; it said: ${this.#stderr}`);
    }
  }

  /** Resolves when packets are captured. */
  async meters(): Promise<void> {
    await this.says(/^metering$/);
  }

  signal(signal: NodeJS.Signals): void {
    this.#kill(signal);
  }

  /** Tells it to stop and waits for its end. */
  async stop(): Promise<Ended> {
    this.#kill("SIGTERM");
    return this.ended;
  }
}
