/** Changes of octets as fuzzers make them, from a seed. */

export class Mutator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number from 0 to below `end` (xorshift32). */
  below(end: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return end === 0 ? 0 : this.#state % end;
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }

  /** @param others octets that pieces may be taken from */
  changed(octets: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
    let made = Buffer.from(octets);
    for (let changes = this.below(5); changes > 0; changes--) made = this.#changedOnce(made, others);
    return made;
  }

  #changedOnce(octets: Buffer<ArrayBuffer>, others: readonly Uint8Array[]): Buffer<ArrayBuffer> {
    // Headers and templates stand in front.
    const at = this.below(this.below(2) === 0 ? Math.min(80, octets.length) : octets.length);
    switch (this.below(7)) {
      case 0:
        octets[at] = this.below(256);
        return octets;
      case 1:
        octets[at]! ^= 1 << this.below(8);
        return octets;
      case 2:
        if (at + 2 <= octets.length) octets.writeUInt16BE(this.pick([0, 1, 3, 4, 5, 255, 256, 65535, at]), at);
        return octets;
      case 3:
        if (at + 4 <= octets.length) octets.writeUInt32BE(this.pick([0, 1, 4, 0x7fffffff, 0xffffffff, at]), at);
        return octets;
      case 4:
        return octets.subarray(0, at);
      case 5: {
        const from = this.pick(others);
        const start = this.below(from.length);
        const piece = from.subarray(start, start + this.below(64));
        return Buffer.concat([octets.subarray(0, at), piece, octets.subarray(at)]);
      }
      default:
        return Buffer.concat([octets.subarray(0, at), octets.subarray(at + this.below(16))]);
    }
  }
}
