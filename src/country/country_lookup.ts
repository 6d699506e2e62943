/** Countries of whole columns of addresses. */
import { UNKNOWN_COUNTRY } from "./country_code.js";
import type { CountryDatabase } from "./country_database.js";

/** Addresses that are remembered: flows repeat them. A power of two. */
const SLOTS = 1 << 16;

/** Looks addresses up in a database, most of them in what it remembers. */
export class CountryLookup {
  readonly #database: CountryDatabase;
  /** Four words an address. All zeros is the address ::, of which no database tells anything. */
  readonly #addresses = new Uint32Array(4 * SLOTS);
  readonly #countries = new Int32Array(SLOTS).fill(UNKNOWN_COUNTRY);

  constructor(database: CountryDatabase) {
    this.#database = database;
  }

  /**
   * Fills `result` with the numbers of the countries of `count` addresses.
   *
   * @param hi upper halves of the addresses, each as two words, the low one first
   * @param lo lower halves
   */
  fill(hi: ArrayLike<number>, lo: ArrayLike<number>, count: number, result: Int32Array): void {
    const addresses = this.#addresses;
    const countries = this.#countries;
    for (let i = 0; i < 2 * count; i += 2) {
      const w0 = hi[i + 1]! >>> 0;
      const w1 = hi[i]! >>> 0;
      const w2 = lo[i + 1]! >>> 0;
      const w3 = lo[i]! >>> 0;
      let hash = Math.imul(
        w3 ^ Math.imul(w2 ^ Math.imul(w1 ^ Math.imul(w0, 0x85ebca6b), 0xc2b2ae35), 0x27d4eb2f),
        0x9e3779b1,
      );
      hash = (hash ^ (hash >>> 15)) & (SLOTS - 1);
      const at = 4 * hash;
      if (addresses[at + 3] !== w3 || addresses[at + 2] !== w2 || addresses[at + 1] !== w1 || addresses[at] !== w0) {
        countries[hash] = this.#database.find(w0, w1, w2, w3);
        addresses[at] = w0;
        addresses[at + 1] = w1;
        addresses[at + 2] = w2;
        addresses[at + 3] = w3;
      }
      result[i >> 1] = countries[hash]!;
    }
  }
}
