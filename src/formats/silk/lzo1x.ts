/**
 * LZO1X streams, as the kernel's Documentation/staging/lzo.rst describes them. An instruction copies from the output
 * written so far; its low two bits say how many literals follow. After a match without literals, the values 0 to 15
 * start a run of literals; after literals they are short matches.
 */
import { findRepetitions, type Repetitions } from "./repetitions.js";

const damaged = (): never => {
  throw new RangeError("lzo1x block is damaged");
};

/** Position after a run length that goes on in octets: each zero is 255 more. Leaves the length in `runLength`. */
let runLength = 0;

function readRunLength(block: Uint8Array, from: number, base: number, limit: number): number {
  let at = from;
  let length = base;
  while (block[at] === 0) {
    length += 255;
    at += 1;
    if (length > limit + 512) damaged();
  }
  if (at >= block.length) damaged();
  runLength = length + block[at]!;
  return at + 1;
}

/**
 * Decompresses a block into `into` and returns the octets written.
 *
 * @throws RangeError when the stream is damaged or does not fit
 */
export function decompressLzo1x(block: Uint8Array, into: Uint8Array): number {
  const end = block.length;
  const room = into.length;
  let at = 0;
  let out = 0;
  /** Literals that the last instruction copied: 0 to 3, and 4 for more. */
  let state = 0;
  let literals = 0;
  if (end === 0) return damaged();
  if (block[0]! > 17) {
    literals = block[0]! - 17;
    at = 1;
    if (literals > end - at || literals > room) damaged();
    for (let k = 0; k < literals; k++) into[out++] = block[at++]!;
    state = Math.min(4, literals);
  }
  for (;;) {
    if (at >= end) return damaged();
    const code = block[at++]!;
    let length: number;
    let distance: number;
    if (code < 16) {
      if (state === 0) {
        literals = code + 3;
        if (code === 0) {
          at = readRunLength(block, at, 18, room);
          literals = runLength;
        }
        if (literals > end - at || literals > room - out) damaged();
        for (let k = 0; k < literals; k++) into[out++] = block[at++]!;
        state = 4;
        continue;
      }
      if (at >= end) damaged();
      distance = (block[at++]! << 2) + (code >> 2) + (state === 4 ? 2049 : 1);
      length = state === 4 ? 3 : 2;
      state = code & 3;
    } else if (code >= 64) {
      if (at >= end) damaged();
      distance = (block[at++]! << 3) + ((code >> 2) & 7) + 1;
      length = (code >> 5) + 1;
      state = code & 3;
    } else {
      const bits = code >= 32 ? 31 : 7;
      length = (code & bits) + 2;
      if ((code & bits) === 0) {
        at = readRunLength(block, at, bits + 2, room);
        length = runLength;
      }
      if (end - at < 2) damaged();
      const low = block[at]! | (block[at + 1]! << 8);
      at += 2;
      state = low & 3;
      if (code >= 32) distance = (low >> 2) + 1;
      else {
        distance = 16384 + ((code & 8) << 11) + (low >> 2);
        if (distance === 16384) return out;
      }
    }
    if (distance > out || length > room - out || state > end - at) damaged();
    if (state > room - out - length) damaged();
    for (const stop = out + length; out < stop; out++) into[out] = into[out - distance]!;
    for (let k = 0; k < state; k++) into[out++] = block[at++]!;
  }
}

/** The stream under construction. */
class Lzo1xStream implements Repetitions {
  readonly farthest = 0xbfff;
  readonly patience = 6;
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(inputLength: number) {
    // Incompressible input grows by 1/255 for run lengths, and by the first and last instruction.
    this.#octets = new Uint8Array(inputLength + Math.ceil(inputLength / 16) + 67);
  }

  literals(input: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (count === 0) return;
    if (this.#at === 0 && count <= 238) this.#octets[this.#at++] = 17 + count;
    else if (count <= 3) this.#octets[this.#at - 2]! |= count;
    else if (count <= 18) this.#octets[this.#at++] = count - 3;
    else this.#long(0, count - 18);
    this.#octets.set(input.subarray(from, to), this.#at);
    this.#at += count;
  }

  repeat(distance: number, length: number): void {
    if (length <= 8 && distance <= 2048) {
      this.#octets[this.#at++] = ((length - 1) << 5) | (((distance - 1) & 7) << 2);
      this.#octets[this.#at++] = (distance - 1) >> 3;
      return;
    }
    const near = distance <= 16384;
    const offset = near ? distance - 1 : distance - 16384;
    const code = near ? 32 : 16 | ((offset & 0x4000) >> 11);
    const most = near ? 33 : 9;
    if (length <= most) this.#octets[this.#at++] = code | (length - 2);
    else this.#long(code, length - most);
    this.#octets[this.#at++] = (offset & 0x3f) << 2;
    this.#octets[this.#at++] = (offset >> 6) & 0xff;
  }

  end(): Uint8Array {
    this.#octets.set([17, 0, 0], this.#at);
    return this.#octets.subarray(0, this.#at + 3);
  }

  #long(code: number, beyond: number): void {
    this.#octets[this.#at++] = code;
    let left = beyond;
    for (; left > 255; left -= 255) this.#octets[this.#at++] = 0;
    this.#octets[this.#at++] = left;
  }
}

/** Compresses octets into one stream. */
export function compressLzo1x(input: Uint8Array): Uint8Array {
  const stream = new Lzo1xStream(input.length);
  findRepetitions(input, stream);
  return stream.end();
}
