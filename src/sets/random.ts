/** Random numbers that come again with the same seed: xoshiro128** (Blackman, Vigna), seeded by splitmix32. */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed its lower 32 bits count */
  constructor(seed: number) {
    let state = seed >>> 0;
    for (let k = 0; k < 4; k++) {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      this.#state[k] = mixed ^ (mixed >>> 16);
    }
  }

  /** 32 random bits. */
  word(): number {
    const state = this.#state;
    const product = Math.imul(state[1]!, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = (state[3]! << 11) | (state[3]! >>> 21);
    return result;
  }

  /** A number above 0 and up to 1. */
  fraction(): number {
    return (this.word() * 0x100000 + (this.word() >>> 12) + 1) / 2 ** 52;
  }

  /** A number from 0 below `limit`, each as likely as the others. */
  below(limit: bigint): bigint {
    const bits = (limit - 1n).toString(2).length;
    for (;;) {
      let value = 0n;
      for (let left = bits; left > 0; left -= 32) {
        const word = left >= 32 ? this.word() : this.word() >>> (32 - left);
        value = (value << BigInt(Math.min(32, left))) | BigInt(word);
      }
      if (value < limit) return value;
    }
  }
}
