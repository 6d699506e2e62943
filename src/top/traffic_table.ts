import { randomInt } from "node:crypto";

/** What is counted of each row, in the order of its cells. "Sent" is what the row's own end, or the client, sent. */
export const CELL = { octets: 0, packets: 2, flows: 4 } as const;
export type Quantity = keyof typeof CELL;

/** Cells of a row: each quantity sent and received. Flows are those opened, and those accepted. */
export const CELLS = 6;

/** Seconds that rates are averaged over, exponentially: iftop's. */
export const WINDOWS = [2, 10, 40] as const;

/** Rates of a row. */
const RATES = CELLS * WINDOWS.length;

/** Below this a rate is nothing any more: one octet in a quarter of an hour. */
const FORGOTTEN = 0.001;

/** The row of all that had to make room. */
export const OTHERS = 0;

/**
 * Counters by key, in columns: an open-addressing table of bounded size. Where it is full, the half that has carried
 * least of late goes into the row OTHERS, so that a flood of keys costs detail and neither memory nor sums.
 *
 * To count: write `key`, call `place`, add to `pending` at the row's cells. What is pending is seen from the next `tick`.
 */
export class TrafficTable {
  /** The key to look up or to place. */
  readonly key: Uint32Array;
  /** CELLS a row, since the last tick. */
  pending: Float64Array;
  /** Keys that had to make room. */
  forgotten = 0;
  readonly #capacity: number;
  readonly #words: number;
  #keys: Uint32Array;
  #totals: Float64Array;
  /** A second for each window: WINDOWS.length times CELLS a row. */
  #rates: Float32Array;
  /** Row by hash; 0 is free. */
  readonly #index: Int32Array;
  readonly #mask: number;
  readonly #seed = randomInt(2 ** 32);
  /** Rows that were forgotten and not yet used again. */
  readonly #free: Int32Array;
  #freeRows = 0;
  #end = 1;

  /**
   * @param words 32-bit words of a key
   * @param capacity most rows; a power of two
   */
  constructor(words: number, capacity: number) {
    this.#words = words;
    this.#capacity = capacity;
    this.key = new Uint32Array(words);
    const rows = capacity + 1;
    this.#keys = new Uint32Array(rows * words);
    this.pending = new Float64Array(rows * CELLS);
    this.#totals = new Float64Array(rows * CELLS);
    this.#rates = new Float32Array(rows * RATES);
    this.#free = new Int32Array(capacity);
    this.#index = new Int32Array(2 * capacity);
    this.#mask = 2 * capacity - 1;
  }

  /** Rows are 1 to `end` - 1, those with nothing counted are none; row OTHERS stands before them. */
  get end(): number {
    return this.#end;
  }

  /** The keys of all rows, in the words of `key`. */
  get keys(): Uint32Array {
    return this.#keys;
  }

  /** The row of `key`, 0 when there is none. */
  find(): number {
    return this.#index[this.#slot()]!;
  }

  /** The row of `key`, which is made if need be. A row found before may then be another key's. */
  place(): number {
    let slot = this.#slot();
    const found = this.#index[slot]!;
    if (found !== 0) return found;
    if (this.#freeRows === 0 && this.#end > this.#capacity) {
      this.#makeRoom();
      slot = this.#slot();
    }
    const row = this.#freeRows > 0 ? this.#free[--this.#freeRows]! : this.#end++;
    this.#index[slot] = row;
    for (let word = 0; word < this.#words; word++) this.#keys[row * this.#words + word] = this.key[word]!;
    return row;
  }

  /** Counted since the start, as of the last tick. */
  total(row: number, cell: number): number {
    return this.#totals[row * CELLS + cell]!;
  }

  /** The decayed mean a second over window number `window`, not yet corrected for a young start. */
  rate(row: number, cell: number, window: number): number {
    return this.#rates[(row * WINDOWS.length + window) * CELLS + cell]!;
  }

  /**
   * Takes what is pending into totals and rates.
   *
   * @param seconds since the last tick; 0 leaves rates as they are
   * @param kept share of the old rate that stays, for each window
   */
  tick(seconds: number, kept: readonly number[]): void {
    const { pending } = this;
    const totals = this.#totals;
    for (let row = 0; row < this.#end; row++) {
      for (let cell = row * CELLS; cell < (row + 1) * CELLS; cell++) totals[cell]! += pending[cell]!;
    }
    if (seconds > 0) {
      for (let window = 0; window < WINDOWS.length; window++) this.#decay(window, kept[window]!, seconds);
    }
    pending.fill(0, 0, this.#end * CELLS);
  }

  #decay(window: number, kept: number, seconds: number): void {
    const { pending } = this;
    const rates = this.#rates;
    const gain = (1 - kept) / seconds;
    for (let row = 0; row < this.#end; row++) {
      const at = (row * WINDOWS.length + window) * CELLS;
      for (let cell = 0; cell < CELLS; cell++) {
        const rate = rates[at + cell]! * kept + pending[row * CELLS + cell]! * gain;
        rates[at + cell] = rate < FORGOTTEN ? 0 : rate;
      }
    }
  }

  /** Where `key` stands in the index, or the free place where it would. */
  #slot(): number {
    const { key } = this;
    const words = this.#words;
    const keys = this.#keys;
    const index = this.#index;
    for (let slot = this.#hash(key, 0) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const row = index[slot]!;
      if (row === 0) return slot;
      let word = 0;
      while (word < words && keys[row * words + word] === key[word]) word++;
      if (word === words) return slot;
    }
  }

  /** Seeded: who chooses addresses cannot choose places. */
  #hash(words: Uint32Array, at: number): number {
    let hash = this.#seed;
    for (let word = at; word < at + this.#words; word++) {
      hash = Math.imul(hash ^ words[word]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** Octets of late: decayed over the longest window, with those that no tick has seen. */
  #weight(row: number): number {
    const window = WINDOWS.length - 1;
    const at = row * CELLS + CELL.octets;
    const rate = this.rate(row, CELL.octets, window) + this.rate(row, CELL.octets + 1, window);
    return rate * WINDOWS[window]! + this.pending[at]! + this.pending[at + 1]!;
  }

  /**
   * The lighter half goes into OTHERS, of about equals any. Weights are sorted by the upper bits of their floats, an
   * eighth of an octave each, which is quicker than to compare them; rows that stay are not moved.
   */
  #makeRoom(): void {
    const weights = new Float32Array(this.#end);
    for (let row = 1; row < this.#end; row++) weights[row] = this.#weight(row);
    const classes = new Uint32Array(weights.buffer);
    const sizes = new Uint32Array(1 << 12);
    for (let row = 1; row < this.#end; row++) sizes[classes[row]! >>> 20]! += 1;
    let equals = this.#capacity >>> 1;
    let limit = 0;
    while (sizes[limit]! < equals) equals -= sizes[limit++]!;
    this.#index.fill(0);
    for (let row = this.#end - 1; row > 0; row--) {
      const its = classes[row]! >>> 20;
      if (its < limit || (its === limit && equals-- > 0)) this.#forget(row);
      else this.#indexRow(row);
    }
  }

  /** Adds a row to OTHERS: the sum of decayed rates is the decayed rate of the sum. */
  #forget(row: number): void {
    const { pending } = this;
    const totals = this.#totals;
    const rates = this.#rates;
    let known = 0;
    for (let cell = 0, at = row * CELLS; cell < CELLS; cell++, at++) {
      known += totals[at]!;
      pending[cell]! += pending[at]!;
      totals[cell]! += totals[at]!;
      pending[at] = 0;
      totals[at] = 0;
    }
    if (known > 0) {
      for (let cell = 0, at = row * RATES; cell < RATES; cell++, at++) {
        rates[cell]! += rates[at]!;
        rates[at] = 0;
      }
    }
    this.forgotten++;
    this.#free[this.#freeRows++] = row;
  }

  #indexRow(row: number): void {
    const index = this.#index;
    let slot = this.#hash(this.#keys, row * this.#words) & this.#mask;
    while (index[slot] !== 0) slot = (slot + 1) & this.#mask;
    index[slot] = row;
  }
}
