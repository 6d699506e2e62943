/** Numbers of groups as next-hop addresses. */
import { MAPPED_IPV4 } from "../record/columns.js";
import type { AddressWords } from "../text/parse_address.js";

/** An address that counts up by one: behind the last IPv4 address comes 0.0.0.0, behind the last of all `::`. */
export class GroupNumber {
  readonly #words: Uint32Array;
  readonly #isIpv4: boolean;

  /** @param first number of the first group */
  constructor(first: AddressWords) {
    this.#words = Uint32Array.from(first);
    this.#isIpv4 = first[0] === 0 && first[1] === 0 && first[2] === MAPPED_IPV4;
  }

  next(): void {
    const words = this.#words;
    for (let k = 3; k >= (this.#isIpv4 ? 3 : 0); k--) {
      words[k]! += 1;
      if (words[k] !== 0) return;
    }
  }

  /** Writes the number to the halves of row `i`. */
  put(hi: Uint32Array, lo: Uint32Array, i: number): void {
    hi[2 * i + 1] = this.#words[0]!;
    hi[2 * i] = this.#words[1]!;
    lo[2 * i + 1] = this.#words[2]!;
    lo[2 * i] = this.#words[3]!;
  }
}
