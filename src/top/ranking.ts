/** The largest, or smallest, rows of a table. */
import { QUANTITY_OF, type ViewState } from "./state.js";
import type { Traffic } from "./traffic.js";
import { CELL, type Quantity, type TrafficTable, WINDOWS } from "./traffic_table.js";

/** Rows that can be scrolled to. */
export const MOST_RANKED = 500;

/** The window that rows are ranked by: 2 s is nervous, 40 s late. */
export const RANKING_WINDOW = 1;

export type Side = ViewState["side"];

/** What a row has of a quantity: a mean a second over a window, or the total. Octets are octets here. */
export type Measure = (row: number) => number;

export function measureOf(
  table: TrafficTable,
  quantity: Quantity,
  side: Side,
  show: ViewState["show"],
  traffic: Traffic,
  window = RANKING_WINDOW,
): Measure {
  const cell = CELL[quantity];
  const correction = traffic.correction(window);
  const value =
    show === "totals"
      ? (row: number, at: number) => table.total(row, at)
      : (row: number, at: number) => table.rate(row, at, window) * correction;
  if (quantity === "flows" && !countsBothEnds(table, traffic)) return (row) => value(row, cell);
  if (side === "source") return (row) => value(row, cell);
  if (side === "destination") return (row) => value(row, cell + 1);
  return (row) => value(row, cell) + value(row, cell + 1);
}

/** Hosts open flows and accept them; elsewhere a flow is a flow, whichever way its packets go. */
export function countsBothEnds(table: TrafficTable, traffic: Traffic): boolean {
  return table === traffic.hosts;
}

/** Below this a rate is not worth a row: it would show as 0. */
const LEAST_RATE: Readonly<Record<Quantity, number>> = { octets: 0.1, packets: 0.005, flows: 0.005 };

/** Rows in the order that the state asks for, and how many there are beyond those given. */
export interface Ranking {
  readonly rows: readonly number[];
  readonly matching: number;
}

/**
 * Ranks the rows that have something to show.
 *
 * @param matches whether a row may be shown
 */
export function ranked(
  table: TrafficTable,
  traffic: Traffic,
  state: ViewState,
  matches: ((row: number) => boolean) | undefined,
): Ranking {
  const quantity = QUANTITY_OF[state.sort];
  const measure = measureOf(table, quantity, state.side, state.show, traffic);
  // What was busy within the longest window stays in view, at the end, until it has died away.
  const trace = measureOf(table, quantity, state.side, state.show, traffic, WINDOWS.length - 1);
  const least = state.show === "rates" ? LEAST_RATE[quantity] : 0;
  const sign = state.order === "largest" ? 1 : -1;
  const best = new BestRows(MOST_RANKED);
  let matching = 0;
  for (let row = 1; row < table.end; row++) {
    const most = trace(row);
    if (most <= least || (matches !== undefined && !matches(row))) continue;
    matching += 1;
    best.offer(row, sign * measure(row));
  }
  return { rows: best.inOrder(), matching };
}

/** The rows with the highest values of those offered: a heap with the least of them at its top. */
class BestRows {
  readonly #rows: Int32Array;
  readonly #values: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#rows = new Int32Array(most);
    this.#values = new Float64Array(most);
  }

  offer(row: number, value: number): void {
    if (this.#count < this.#rows.length) this.#rise(this.#count++, row, value);
    else if (value > this.#values[0]!) this.#sink(row, value);
  }

  inOrder(): number[] {
    const places = Array.from({ length: this.#count }, (_, place) => place);
    places.sort((a, b) => this.#values[b]! - this.#values[a]! || this.#rows[a]! - this.#rows[b]!);
    return places.map((place) => this.#rows[place]!);
  }

  #rise(from: number, row: number, value: number): void {
    let place = from;
    for (let above = (place - 1) >> 1; place > 0 && this.#values[above]! > value; above = (place - 1) >> 1) {
      this.#put(place, this.#rows[above]!, this.#values[above]!);
      place = above;
    }
    this.#put(place, row, value);
  }

  #sink(row: number, value: number): void {
    let place = 0;
    for (let below = 1; below < this.#count; below = 2 * place + 1) {
      if (below + 1 < this.#count && this.#values[below + 1]! < this.#values[below]!) below += 1;
      if (this.#values[below]! >= value) break;
      this.#put(place, this.#rows[below]!, this.#values[below]!);
      place = below;
    }
    this.#put(place, row, value);
  }

  #put(place: number, row: number, value: number): void {
    this.#rows[place] = row;
    this.#values[place] = value;
  }
}
