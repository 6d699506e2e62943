/** The name of a collector, whose address may change while we run. */
import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";

/** Milliseconds between two looks: what operators give names that they mean to move, and no load for a resolver. */
const LOOK_INTERVAL = 60_000;
/** Milliseconds to the first look after one that failed; each further failure doubles it, up to the interval. */
const FIRST_RETRY = 1_000;
/** Milliseconds between two looks because sending fails. */
const HURRY_PAUSE = 2_000;

export interface CollectorAddress {
  /** Numeric. */
  readonly address: string;
  readonly family: 4 | 6;
}

/** Looks a host up, best address first. */
export type Lookup = (host: string) => Promise<readonly CollectorAddress[]>;

/** The system's resolver, whose order of addresses is that of RFC 6724. */
export const lookupHost: Lookup = async (host) => {
  const found = await systemLookup(host, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** Who wants to know what a name stands for. */
export interface NameWatcher {
  /** Resolves to whether one of them is of use; when none is, the name is looked up again soon. */
  onAddresses(addresses: readonly CollectorAddress[]): Promise<boolean>;
  onFailure(error: unknown): void;
}

export class CollectorName {
  readonly host: string;
  readonly #lookup: Lookup;
  #watcher: NameWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_RETRY;
  #looked = 0;
  #looking = false;

  constructor(host: string, lookup: Lookup = lookupHost) {
    this.host = host;
    this.#lookup = lookup;
  }

  /** Whether it is an address, which never changes. */
  get isNumeric(): boolean {
    return isIP(this.host) !== 0;
  }

  /** Looks once. @throws the resolver's error, or one with code ENOTFOUND when there is no address */
  async look(): Promise<readonly CollectorAddress[]> {
    const family = isIP(this.host);
    if (family !== 0) return [{ address: this.host, family: family === 6 ? 6 : 4 }];
    this.#looked = Date.now();
    const found = await this.#lookup(this.host);
    if (found.length === 0) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
    return found;
  }

  /** Looks every minute from now on, and sooner after failures. The watcher hears of every look. */
  watch(watcher: NameWatcher, first: "now" | "later"): void {
    this.#watcher = watcher;
    if (first === "now") void this.#lookAndTell();
    else this.#schedule(LOOK_INTERVAL);
  }

  /** Sending fails: the address may be another one by now. */
  hurry(): void {
    if (this.#watcher === undefined || Date.now() - this.#looked < HURRY_PAUSE) return;
    void this.#lookAndTell();
  }

  stop(): void {
    this.#watcher = undefined;
    clearTimeout(this.#timer);
  }

  async #lookAndTell(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    clearTimeout(this.#timer);
    let useful = false;
    try {
      const addresses = await this.look();
      useful = (await this.#watcher?.onAddresses(addresses)) === true;
    } catch (error) {
      this.#watcher?.onFailure(error);
    }
    this.#looking = false;
    this.#schedule(useful ? LOOK_INTERVAL : this.#pause);
    this.#pause = useful ? FIRST_RETRY : Math.min(this.#pause * 2, LOOK_INTERVAL);
  }

  #schedule(milliseconds: number): void {
    if (this.#watcher === undefined || (this.isNumeric && milliseconds === LOOK_INTERVAL)) return;
    this.#timer = setTimeout(() => void this.#lookAndTell(), milliseconds);
    this.#timer.unref();
  }
}
