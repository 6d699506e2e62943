/** How many different numbers there are, without forgetting them one by one. */
export class DistinctNumbers {
  count = 0;
  /** By number: the round in which it was last seen. */
  readonly #seen: Uint32Array;
  #round = 1;

  /** @param end numbers are from 0 to below this */
  constructor(end: number) {
    this.#seen = new Uint32Array(end);
  }

  add(number: number): void {
    if (this.#seen[number] === this.#round) return;
    this.#seen[number] = this.#round;
    this.count += 1;
  }

  has(number: number): boolean {
    return this.#seen[number] === this.#round;
  }

  clear(): void {
    this.count = 0;
    this.#round += 1;
    if (this.#round <= 0xffff_ffff) return;
    this.#seen.fill(0);
    this.#round = 1;
  }
}
