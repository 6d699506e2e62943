/** Journals that wait to be sealed, one after the other. */

/** What sealing a journal made. */
export interface SealedJournal {
  readonly files: number;
  readonly octets: number;
}

/** Seals a journal; `again` when an attempt before may have left files. */
export type Seal = (id: string, attempt: "first" | "again") => Promise<SealedJournal>;

/** A journal that cannot be sealed ends the run, or is kept and tried again. */
export type WhenSealFails = "stop" | "retry";

/** Milliseconds from a failure to the next attempt. */
const RETRY_PAUSE = 30_000;

export class SealQueue {
  readonly counters = { sealedFiles: 0, sealedOctets: 0, seals: 0, sealSeconds: 0, lastSeal: 0, sealFailures: 0 };
  /** Why the latest seal failed. */
  failure: unknown;
  readonly #seal: Seal;
  readonly #whenFails: WhenSealFails;
  readonly #retryPause: number;
  readonly #waiting: { readonly id: string; attempt: "first" | "again" }[] = [];
  #work: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(seal: Seal, whenFails: WhenSealFails, retryPause = RETRY_PAUSE) {
    this.#seal = seal;
    this.#whenFails = whenFails;
    this.#retryPause = retryPause;
  }

  add(id: string): void {
    this.#waiting.push({ id, attempt: "first" });
    this.#start();
  }

  /** Journals not yet sealed. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves when every journal that waits now has been tried; it never rejects. */
  async settled(): Promise<void> {
    this.#start();
    await this.#work;
  }

  /** Begins nothing more. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
  }

  #start(): void {
    if (this.#ended || (this.failure !== undefined && this.#whenFails === "stop")) return;
    this.#work ??= this.#sealAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Seals from the oldest on, up to a failure: what keeps one from being sealed keeps the others, too. */
  async #sealAll(): Promise<void> {
    clearTimeout(this.#retry);
    for (let next = this.#waiting[0]; next !== undefined && !this.#ended; next = this.#waiting[0]) {
      const started = performance.now();
      try {
        const { files, octets } = await this.#seal(next.id, next.attempt);
        this.#waiting.shift();
        this.counters.seals += 1;
        this.counters.sealedFiles += files;
        this.counters.sealedOctets += octets;
        this.counters.sealSeconds += (performance.now() - started) / 1000;
        this.counters.lastSeal = Date.now();
        this.failure = undefined;
      } catch (error) {
        next.attempt = "again";
        this.counters.sealFailures += 1;
        this.failure = error;
        if (this.#ended || this.#whenFails === "stop") return;
        this.#retry = setTimeout(() => this.#start(), this.#retryPause);
        this.#retry.unref();
        return;
      }
    }
  }
}
