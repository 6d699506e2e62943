import { setTimeout as delay } from "node:timers/promises";
import { plainFrame } from "./frame.js";
import { plainText } from "./line.js";
import type { Observation } from "./observation.js";
import type { TopOptions } from "./options.js";
import { marksOf } from "./terminal_kind.js";

/** Columns where there is no terminal. */
const WIDTH = 120;
const ROWS = 20;

/** Frames as text, one an interval. */
export class TextView {
  readonly #observation: Observation;
  readonly #options: TopOptions;
  readonly #closing = new AbortController();
  readonly #gone = () => this.close();

  constructor(observation: Observation, options: TopOptions) {
    this.#observation = observation;
    this.#options = options;
  }

  /** Prints as many frames as were asked for, fewer when the source ends; the last one is of its end. */
  async run(finished: Promise<void>): Promise<void> {
    process.stdout.on("error", this.#gone);
    const { signal } = this.#closing;
    let ended = false;
    const end = finished.then(() => {
      ended = true;
    });
    for (let left = this.#options.count ?? 1; left > 0 && !ended && !signal.aborted; left--) {
      await Promise.race([end, delay(this.#options.interval, undefined, { signal }).catch(() => {})]);
      if (signal.aborted) return;
      this.#observation.look();
      this.#print();
    }
  }

  close(): void {
    this.#closing.abort();
  }

  #print(): void {
    const { traffic, headline, ended, notice, interfaceName } = this.#observation;
    const scene = {
      subject: this.#options.subject,
      headline,
      traffic,
      condition: { paused: false, ended },
      naming: { marks: marksOf(process.env), interfaceName },
      notice,
    };
    const columns = process.stdout.columns > 0 ? process.stdout.columns : WIDTH;
    const lines = plainFrame(scene, this.#options.state, columns, this.#options.rows ?? ROWS);
    process.stdout.write(`${lines.map(plainText).join("\n")}\n\n`);
  }
}
