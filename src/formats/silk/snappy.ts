/**
 * Raw snappy blocks (google/snappy, format_description.txt): a varint with the length of the octets, then elements
 * whose low two bits tell literals (0) from copies with 11 (1), 16 (2) and 32 (3) bit distances.
 */
import { findRepetitions, type Repetitions } from "./repetitions.js";

const damaged = (): never => {
  throw new RangeError("snappy block is damaged");
};

/**
 * Decompresses a block into `into` and returns the octets written.
 *
 * @throws RangeError when the block is damaged or does not fit
 */
export function decompressSnappy(block: Uint8Array, into: Uint8Array): number {
  let at = 0;
  let total = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= block.length || shift > 28) damaged();
    const octet = block[at++]!;
    total += (octet & 0x7f) * 2 ** shift;
    if (octet < 0x80) break;
  }
  if (total > into.length) throw new RangeError("block is longer than its header says");
  let out = 0;
  while (at < block.length) {
    const tag = block[at++]!;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const octets = length - 60;
        if (octets > block.length - at) damaged();
        length = 1;
        for (let k = 0; k < octets; k++) length += block[at++]! * 2 ** (8 * k);
      }
      if (length > block.length - at || length > total - out) damaged();
      into.set(block.subarray(at, at + length), out);
      at += length;
      out += length;
      continue;
    }
    const wide = tag & 3;
    const octets = wide === 3 ? 4 : wide;
    if (octets > block.length - at) damaged();
    const length = wide === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    let distance = wide === 1 ? ((tag >> 5) << 8) | block[at]! : block[at]! | (block[at + 1]! << 8);
    if (wide === 3) distance += block[at + 2]! * 0x1_0000 + block[at + 3]! * 0x100_0000;
    at += octets;
    if (distance === 0 || distance > out || length > total - out) damaged();
    for (const stop = out + length; out < stop; out++) into[out] = into[out - distance]!;
  }
  return out === total ? out : damaged();
}

/** The block under construction. */
class SnappyBlock implements Repetitions {
  /** As the format's usual compressors have it. */
  readonly farthest = 0xffff;
  readonly patience = 5;
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(length: number) {
    this.#octets = new Uint8Array(32 + length + Math.ceil(length / 6));
    let left = length;
    for (; left >= 0x80; left >>>= 7) this.#octets[this.#at++] = (left & 0x7f) | 0x80;
    this.#octets[this.#at++] = left;
  }

  literals(input: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    const length = to - from - 1;
    const octets = length < 60 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : length < 0x100_0000 ? 3 : 4;
    this.#octets[this.#at++] = (octets === 0 ? length : 59 + octets) << 2;
    for (let k = 0; k < octets; k++) this.#octets[this.#at++] = (length >>> (8 * k)) & 0xff;
    this.#octets.set(input.subarray(from, to), this.#at);
    this.#at += length + 1;
  }

  repeat(distance: number, length: number): void {
    let left = length;
    // The remainder must stay long enough for a copy of its own.
    for (; left >= 68; left -= 64) this.#wide(distance, 64);
    if (left > 64) {
      this.#wide(distance, 60);
      left -= 60;
    }
    if (left < 12 && distance < 2048) {
      this.#octets[this.#at++] = 1 | ((left - 4) << 2) | ((distance >> 8) << 5);
      this.#octets[this.#at++] = distance & 0xff;
    } else this.#wide(distance, left);
  }

  end(): Uint8Array {
    return this.#octets.subarray(0, this.#at);
  }

  #wide(distance: number, length: number): void {
    this.#octets[this.#at++] = 2 | ((length - 1) << 2);
    this.#octets[this.#at++] = distance & 0xff;
    this.#octets[this.#at++] = distance >> 8;
  }
}

/** Compresses octets into one block. */
export function compressSnappy(input: Uint8Array): Uint8Array {
  const block = new SnappyBlock(input.length);
  findRepetitions(input, block);
  return block.end();
}
