/** Names of addresses that were asked for; when there are too many, those not asked for the longest are forgotten. */
export class NameCache {
  readonly #most: number;
  readonly #ask: (address: string) => Promise<string | undefined>;
  /** In the order of last use. A name is the address's own promise until it is known. */
  readonly #names = new Map<string, Promise<string | undefined> | string | undefined>();

  /**
   * @param most names to keep
   * @param ask looks one up; undefined when there is none
   */
  constructor(most: number, ask: (address: string) => Promise<string | undefined>) {
    this.#most = most;
    this.#ask = ask;
  }

  /** The name, undefined when there is none, or a promise while it is being asked for. */
  nameOf(address: string): Promise<string | undefined> | string | undefined {
    if (!this.#names.has(address)) return this.#askFor(address);
    const known = this.#names.get(address);
    this.#names.delete(address);
    this.#names.set(address, known);
    return known;
  }

  /** Names that are kept or being asked for. */
  get size(): number {
    return this.#names.size;
  }

  #askFor(address: string): Promise<string | undefined> {
    const asked = this.#ask(address).then((name) => {
      if (this.#names.get(address) === asked) this.#names.set(address, name);
      return name;
    });
    this.#names.set(address, asked);
    if (this.#names.size > this.#most) this.#names.delete(this.#names.keys().next().value!);
    return asked;
  }
}
