import { randomInt } from "node:crypto";

/** What is counted of each row, in the order of its cells. "Sent" is what the row's own end, or the client, sent. */
export const CELL = { octets: 0, packets: 2, flows: 4 } as const;
export type Quantity = keyof typeof CELL;

/** Cells of a row: each quantity sent and received. Flows are those opened, and those accepted. */
export const CELLS = 6;

/** Seconds that rates are averaged over, exponentially: iftop's. */
export const WINDOWS = [2, 10, 40] as const;

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
  #count = 1;

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
    this.#rates = new Float32Array(rows * CELLS * WINDOWS.length);
    this.#index = new Int32Array(2 * capacity);
    this.#mask = 2 * capacity - 1;
  }

  /** Rows are 1 to `end` - 1; row OTHERS stands before them. */
  get end(): number {
    return this.#count;
  }

  /** The keys of all rows, in the words of `key`. */
  get keys(): Uint32Array {
    return this.#keys;
  }

  /** The row of `key`, 0 when there is none. */
  find(): number {
    return this.#index[this.#slot()]!;
  }

  /** The row of `key`, which is made if need be. Rows found before are others after that. */
  place(): number {
    let slot = this.#slot();
    const found = this.#index[slot]!;
    if (found !== 0) return found;
    if (this.#count > this.#capacity) {
      this.#makeRoom();
      slot = this.#slot();
    }
    const row = this.#count++;
    this.#index[slot] = row;
    this.#keys.set(this.key, row * this.#words);
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
    for (let row = 0; row < this.#count; row++) {
      for (let cell = row * CELLS; cell < (row + 1) * CELLS; cell++) totals[cell]! += pending[cell]!;
    }
    if (seconds > 0) {
      for (let window = 0; window < WINDOWS.length; window++) this.#decay(window, kept[window]!, seconds);
    }
    pending.fill(0, 0, this.#count * CELLS);
  }

  #decay(window: number, kept: number, seconds: number): void {
    const { pending } = this;
    const rates = this.#rates;
    const gain = (1 - kept) / seconds;
    for (let row = 0; row < this.#count; row++) {
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
    // Seeded: who chooses addresses cannot choose places.
    let hash = this.#seed;
    for (let word = 0; word < words; word++) {
      hash = Math.imul(hash ^ key[word]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const row = index[slot]!;
      if (row === 0) return slot;
      let word = 0;
      while (word < words && keys[row * words + word] === key[word]) word++;
      if (word === words) return slot;
    }
  }

  /** Octets of late: decayed over the longest window, with those that no tick has seen. */
  #weight(row: number): number {
    const window = WINDOWS.length - 1;
    const at = row * CELLS + CELL.octets;
    const rate = this.rate(row, CELL.octets, window) + this.rate(row, CELL.octets + 1, window);
    return rate * WINDOWS[window]! + this.pending[at]! + this.pending[at + 1]!;
  }

  /** The lighter half goes into OTHERS, of equals the older ones; the rest moves up. */
  #makeRoom(): void {
    const weights = new Float64Array(this.#count);
    for (let row = 1; row < this.#count; row++) weights[row] = this.#weight(row);
    const sorted = weights.slice(1).sort();
    const going = this.#capacity >>> 1;
    const limit = sorted[going]!;
    let equals = going - sorted.findIndex((weight) => weight >= limit);
    let kept = 1;
    for (let row = 1; row < this.#count; row++) {
      const light = weights[row]! < limit || (weights[row] === limit && equals-- > 0);
      if (light) this.#addToOthers(row);
      else this.#move(row, kept++);
    }
    this.#clear(kept, this.#count);
    this.forgotten += this.#count - kept;
    this.#count = kept;
    this.#indexAll();
  }

  /** Decay is linear, so the sum of decayed rates is the decayed rate of the sum. */
  #addToOthers(row: number): void {
    const rateCells = CELLS * WINDOWS.length;
    for (let cell = 0; cell < CELLS; cell++) {
      this.pending[cell]! += this.pending[row * CELLS + cell]!;
      this.#totals[cell]! += this.#totals[row * CELLS + cell]!;
    }
    for (let cell = 0; cell < rateCells; cell++) this.#rates[cell]! += this.#rates[row * rateCells + cell]!;
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    const rateCells = CELLS * WINDOWS.length;
    this.#keys.copyWithin(to * this.#words, from * this.#words, (from + 1) * this.#words);
    this.pending.copyWithin(to * CELLS, from * CELLS, (from + 1) * CELLS);
    this.#totals.copyWithin(to * CELLS, from * CELLS, (from + 1) * CELLS);
    this.#rates.copyWithin(to * rateCells, from * rateCells, (from + 1) * rateCells);
  }

  #clear(from: number, to: number): void {
    const rateCells = CELLS * WINDOWS.length;
    this.pending.fill(0, from * CELLS, to * CELLS);
    this.#totals.fill(0, from * CELLS, to * CELLS);
    this.#rates.fill(0, from * rateCells, to * rateCells);
  }

  #indexAll(): void {
    this.#index.fill(0);
    const wanted = this.key.slice();
    for (let row = 1; row < this.#count; row++) {
      for (let word = 0; word < this.#words; word++) this.key[word] = this.#keys[row * this.#words + word]!;
      this.#index[this.#slot()] = row;
    }
    this.key.set(wanted);
  }
}
