/** Memory that a thread that uncompresses and one that reads share: pieces in a ring, and where both are. */

/** Octets of a piece, and how many there are. */
export const PIECE = 256 * 1024;
const PIECES = 4;

/** Places in `control`. */
const FILLED = 0;
const TAKEN = 1;
/** Compressed octets read so far: low and high 32 bits. */
const READ_LOW = 2;
const READ_HIGH = 3;
/** Octets of each piece; 0 ends the text, and with -N it ends with a reason of N octets why the rest cannot be read. */
const LENGTHS = 4;

/** What both threads are given. */
export interface SharedRing {
  readonly control: SharedArrayBuffer;
  readonly pieces: SharedArrayBuffer;
}

export function sharedRing(): SharedRing {
  return {
    control: new SharedArrayBuffer(4 * (LENGTHS + PIECES)),
    pieces: new SharedArrayBuffer(PIECE * PIECES),
  };
}

/** The end that fills the ring; it waits when there is no room. */
export class RingWriter {
  readonly #control: Int32Array;
  readonly #pieces: Uint8Array;

  constructor({ control, pieces }: SharedRing) {
    this.#control = new Int32Array(control);
    this.#pieces = new Uint8Array(pieces);
  }

  /** Adds octets, in several pieces if they are many. */
  write(octets: Uint8Array): void {
    for (let from = 0; from < octets.length; from += PIECE) {
      const piece = octets.subarray(from, from + PIECE);
      this.#piece(piece, piece.length);
    }
  }

  end(): void {
    this.#piece(new Uint8Array(), 0);
  }

  /** @param reason what the reader reports */
  fail(reason: string): void {
    const octets = new TextEncoder().encode(reason).subarray(0, PIECE);
    this.#piece(octets, -octets.length);
  }

  /** Tells how many compressed octets have been read. */
  progress(octets: number): void {
    Atomics.store(this.#control, READ_LOW, octets | 0);
    Atomics.store(this.#control, READ_HIGH, Math.floor(octets / 2 ** 32));
  }

  #piece(octets: Uint8Array, length: number): void {
    const control = this.#control;
    const filled = Atomics.load(control, FILLED);
    for (;;) {
      const taken = Atomics.load(control, TAKEN);
      if (((filled - taken) | 0) < PIECES) break;
      Atomics.wait(control, TAKEN, taken);
    }
    const at = filled & (PIECES - 1);
    this.#pieces.set(octets, at * PIECE);
    control[LENGTHS + at] = length;
    Atomics.store(control, FILLED, (filled + 1) | 0);
    Atomics.notify(control, FILLED);
  }
}

/** The end that empties the ring; it waits for what comes. */
export class RingReader {
  readonly #control: Int32Array;
  readonly #pieces: Uint8Array;
  /** Octets of the current piece that were given out. */
  #given = 0;

  constructor({ control, pieces }: SharedRing) {
    this.#control = new Int32Array(control);
    this.#pieces = new Uint8Array(pieces);
  }

  /** Compressed octets that have been read. */
  get progress(): number {
    return Atomics.load(this.#control, READ_HIGH) * 2 ** 32 + (Atomics.load(this.#control, READ_LOW) >>> 0);
  }

  /**
   * Copies octets to `into` and returns how many; 0 at the end.
   *
   * @throws Error with the reason that the writer gave
   */
  read(into: Uint8Array): number {
    const control = this.#control;
    const taken = Atomics.load(control, TAKEN);
    while (Atomics.load(control, FILLED) === taken) Atomics.wait(control, FILLED, taken);
    const at = taken & (PIECES - 1);
    const length = control[LENGTHS + at]!;
    const piece = this.#pieces.subarray(at * PIECE, at * PIECE + Math.abs(length));
    // The end stays where it is, for whoever asks again.
    if (length < 0) throw new Error(Buffer.from(piece).toString());
    if (length === 0) return 0;
    const octets = Math.min(into.length, length - this.#given);
    into.set(piece.subarray(this.#given, this.#given + octets));
    this.#given += octets;
    if (this.#given === length) {
      this.#given = 0;
      Atomics.store(control, TAKEN, (taken + 1) | 0);
      Atomics.notify(control, TAKEN);
    }
    return octets;
  }
}
