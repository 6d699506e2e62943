/** The search for repetitions that the compressors of SiLK's blocks share. */

/** Bits of the hash of four octets. */
const HASH_BITS = 13;

export interface Repetitions {
  /** The farthest distance back that the format can tell. */
  readonly farthest: number;
  /** Octets without a repetition after which the steps grow by one, as a power of two. */
  readonly patience: number;
  /** Octets from `from` up to `to` stand as they are. */
  literals(input: Uint8Array, from: number, to: number): void;
  /** `length` octets stand again `distance` octets back. */
  repeat(distance: number, length: number): void;
}

/** Takes the first repetition of four octets or more that is found, as long as it is. */
export function findRepetitions(input: Uint8Array, to: Repetitions): void {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  const places = new Int32Array(1 << HASH_BITS).fill(-1);
  const last = input.length - 4;
  let emitted = 0;
  for (let at = 0; at <= last; ) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = places[slot]!;
    places[slot] = at;
    if (candidate < 0 || at - candidate > to.farthest || view.getUint32(candidate, true) !== word) {
      // Steps grow over octets that do not repeat.
      at += 1 + ((at - emitted) >> to.patience);
      continue;
    }
    let length = 4;
    while (at + length < input.length && input[candidate + length] === input[at + length]) length += 1;
    to.literals(input, emitted, at);
    to.repeat(at - candidate, length);
    at += length;
    emitted = at;
  }
  to.literals(input, emitted, input.length);
}
