import { performance } from "node:perf_hooks";
import { InputError } from "../errors.js";
import { becomeUser } from "../host/user.js";
import { Meter } from "../meter/meter.js";
import type { MeterStats, SourceNotice } from "../meter/native.js";
import { noticeLine } from "../meter/notice.js";
import { openSources } from "../sensor/privileges.js";
import { printable } from "./amount.js";
import { type Headline, HeadlineReader } from "./headline.js";
import type { TopOptions } from "./options.js";
import { Traffic } from "./traffic.js";

const OK = 0;
const SOME_INPUTS_UNREADABLE = 4;

/** A meter whose flows are added up, and what there is to tell of it. */
export class Observation {
  readonly traffic = new Traffic();
  readonly #meter: Meter;
  readonly #options: TopOptions;
  readonly #reader: HeadlineReader;
  readonly #fatal: SourceNotice[] = [];
  #headline: Headline;
  #started = performance.now();
  #time = 0;
  #ended = false;
  #notice = "";

  /** Opens what is to be observed, and gives privileges up. @throws FlowtapError */
  constructor(options: TopOptions) {
    this.#options = options;
    this.#reader = new HeadlineReader(options.meter.sampling.interval > 1 ? "metered" : "all");
    this.#meter = new Meter(options.meter);
    try {
      openSources(this.#meter);
      if (options.user !== undefined) becomeUser(options.user);
      this.#headline = this.#reader.read(0, this.#meter.stats(), 0);
    } catch (error) {
      this.#meter.close();
      throw error;
    }
  }

  /** The source has ended and all its flows are in `traffic`. */
  get ended(): boolean {
    return this.#ended;
  }

  /** As of the last look. */
  get headline(): Headline {
    return this.#headline;
  }

  /** What the meter said last, printable. */
  get notice(): string {
    return this.#notice;
  }

  /** The name of the interface in a slot of flow records. */
  readonly interfaceName = (slot: number): string => this.#meter.stats().interfaces[slot]?.name ?? "";

  /** Observes until the source ends or `stop` is called. @throws InputError when no capture could be read */
  async run(): Promise<void> {
    this.#started = performance.now();
    await this.#meter.run(this.traffic, (notices) => this.#hear(notices));
    this.#ended = true;
    const { captures } = this.#options.meter;
    if (captures.length > 0 && this.#fatal.length >= captures.length) throw new InputError(noticeLine(this.#fatal[0]!));
  }

  stop(): void {
    this.#meter.stop();
  }

  close(): void {
    this.#meter.close();
  }

  /** Takes what came in since the last look into totals and rates. */
  look(): void {
    const stats = this.#meter.stats();
    const time = Math.max(this.#time, this.#timeOf(stats));
    this.traffic.tick((time - this.#time) / 1000);
    this.#time = time;
    this.#headline = this.#reader.read(time, stats, this.traffic.flows);
  }

  /** Says which captures could not be read, and returns the exit status. */
  conclude(): number {
    for (const notice of this.#fatal) process.stderr.write(`flowtap: ${noticeLine(notice)}\n`);
    return this.#fatal.length === 0 ? OK : SOME_INPUTS_UNREADABLE;
  }

  /** Milliseconds of traffic: of live traffic by the clock, of a capture by its own time at its speed. */
  #timeOf(stats: MeterStats): number {
    const wall = performance.now() - this.#started;
    const { live, speed } = this.#options.meter;
    if (live.interfaces.length > 0) return wall;
    if (speed > 0 && !this.#ended) return wall * speed;
    return stats.firstTime < 0 ? 0 : (stats.lastTime - stats.firstTime) / 1000;
  }

  #hear(notices: readonly SourceNotice[]): void {
    this.#fatal.push(...notices.filter(({ fatal }) => fatal));
    const last = notices.at(-1);
    if (last !== undefined) this.#notice = printable(noticeLine(last));
  }
}
