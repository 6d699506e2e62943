/** The rows of a view as lines. */
import { amount } from "./amount.js";
import { bar, fitted, type Line, type Marks, type Piece, piece } from "./line.js";
import { countsBothEnds, type Measure, measureOf, RANKING_WINDOW, ranked, type Side } from "./ranking.js";
import { QUANTITY_OF, SORTS, type Sort, type ViewState } from "./state.js";
import type { Traffic } from "./traffic.js";
import { OTHERS, type TrafficTable, WINDOWS } from "./traffic_table.js";
import { type Naming, VIEWS } from "./views.js";

/** A column of numbers. */
interface NumberColumn {
  readonly title: string;
  readonly measure: Measure;
  /** What the measure is multiplied with: octets become bits. */
  readonly factor: number;
  /** Lower ones stay longest where there is little room. */
  readonly rank: number;
}

/** A view's rows, ready to be shown. */
export interface RowLines {
  readonly title: Line;
  readonly rows: readonly Line[];
  /** What had to make room, when there is any. */
  readonly others: Line | undefined;
  /** Rows that can be scrolled to, and those that there are. */
  readonly ranked: number;
  readonly matching: number;
  /** Columns that names take; to be kept, so that columns do not jump. */
  readonly nameWidth: number;
}

const LEAST_NAME = 15;
const SHARE = 6;
const LEAST_BAR = 8;
const MOST_BAR = 32;

/**
 * @param nameWidth columns that names took so far
 * @param page rows on the screen
 */
export function rowLines(
  traffic: Traffic,
  state: ViewState,
  naming: Naming,
  width: number,
  page: number,
  nameWidth: number,
): RowLines {
  const view = VIEWS[state.view];
  const table = view.table(traffic);
  const nameOf = (row: number) => view.nameOf(table, row, naming);
  const wanted = state.filter.toLowerCase();
  const matches = wanted === "" ? undefined : (row: number) => nameOf(row).toLowerCase().includes(wanted);
  const { rows, matching } = ranked(table, traffic, state, matches);
  const shown = rows.slice(state.offset, state.offset + page);
  const names = shown.map(nameOf);
  const longest = Math.max(LEAST_NAME, view.title.length, nameWidth, ...names.map((name) => name.length));
  const columns = fittingColumns(columnsOf(table, traffic, state, view.sides), longest, width);
  const numbers = columns.reduce((sum, { title }) => sum + columnWidth(title), 0);
  const forName = Math.max(1, Math.min(longest, width - numbers));
  const forBar = Math.min(MOST_BAR, width - forName - numbers - SHARE - 1);
  const bars = forBar >= LEAST_BAR ? barsOf(table, traffic, state, forBar, naming.marks) : undefined;
  const line = (row: number, name: string): Line => [
    piece(fitted(name, forName, naming.marks)),
    ...columns.map((column) => cell(column, row)),
    ...(bars === undefined ? [] : bars(row)),
  ];
  const titles = columns.map(({ title }) => title.padStart(columnWidth(title))).join("");
  const share = bars === undefined ? "" : "share".padStart(SHARE);
  return {
    title: [piece(fitted(view.title, forName, naming.marks) + titles + share, "faint")],
    rows: shown.map((row, at) => line(row, names[at]!)),
    others: table.forgotten > 0 ? line(OTHERS, `others, ${amount(table.forgotten)}`) : undefined,
    ranked: rows.length,
    matching,
    nameWidth: longest,
  };
}

function cell({ title, measure, factor }: NumberColumn, row: number): Piece {
  const value = measure(row) * factor;
  return piece(amount(value).padStart(columnWidth(title)), value === 0 ? "faint" : "plain");
}

function columnWidth(title: string): number {
  return Math.max(8, title.length + 2);
}

const UNITS: Readonly<Record<ViewState["show"], Readonly<Record<Sort, string>>>> = {
  rates: { bits: "bits/s", packets: "packets/s", flows: "flows/s" },
  totals: { bits: "bytes", packets: "packets", flows: "flows" },
};

/** What the numbers of the sorted columns are. */
export function unitOf({ show, sort }: ViewState): string {
  return UNITS[show][sort];
}

function columnsOf(
  table: TrafficTable,
  traffic: Traffic,
  state: ViewState,
  sides: readonly [string, string],
): NumberColumn[] {
  const { sort, side, show } = state;
  const column = (title: string, rank: number, of: Sort, on: Side, window = RANKING_WINDOW): NumberColumn => ({
    title,
    rank,
    measure: measureOf(table, QUANTITY_OF[of], on, show, traffic, window),
    factor: of === "bits" && show === "rates" ? 8 : 1,
  });
  const main =
    show === "totals"
      ? [column(unitOf(state), 0, sort, side)]
      : WINDOWS.map((span, window) => column(`${span} s`, window === RANKING_WINDOW ? 0 : 2, sort, side, window));
  const split = side === "both" && (sort !== "flows" || countsBothEnds(table, traffic));
  const both = split ? [column(sides[0], 1, sort, "source"), column(sides[1], 1, sort, "destination")] : [];
  const rest = SORTS.filter((each) => each !== sort).map((each) => column(UNITS[show][each], 3, each, side));
  return [...main, ...both, ...rest];
}

/** The columns that stand beside names of a length, the more important ones first. */
function fittingColumns(columns: readonly NumberColumn[], name: number, width: number): NumberColumn[] {
  let room = width - name;
  const kept = new Set<NumberColumn>();
  for (const column of columns.toSorted((a, b) => a.rank - b.rank)) {
    room -= columnWidth(column.title);
    if (room < 0 && column.rank > 0) break;
    kept.add(column);
  }
  return columns.filter((column) => kept.has(column));
}

/** Share of all traffic, as a number and a bar. */
function barsOf(
  table: TrafficTable,
  traffic: Traffic,
  { sort, side, show }: ViewState,
  width: number,
  marks: Marks,
): (row: number) => Piece[] {
  const quantity = QUANTITY_OF[sort];
  const measure = measureOf(table, quantity, side, show, traffic);
  const all = measureOf(traffic.protocols, quantity, "both", show, traffic);
  let sum = 0;
  for (let row = 1; row < traffic.protocols.end; row++) sum += all(row);
  return (row) => {
    const share = sum > 0 ? Math.min(1, measure(row) / sum) : 0;
    const percent = `${Math.round(share * 100)} %`.padStart(SHARE);
    return [piece(`${percent} `, share === 0 ? "faint" : "plain"), piece(bar(share, width, marks), "bar")];
  };
}
