/** A whole frame: header, views, rows, footer, as lines for a size. */
import { amount } from "./amount.js";
import { type Condition, headerLines, type Subject, titleLine } from "./header.js";
import type { Headline } from "./headline.js";
import { HELP } from "./help.js";
import { clipped, type Line, type Piece, piece, spread } from "./line.js";
import { type RowLines, rowLines, unitOf } from "./rows.js";
import type { Size } from "./screen.js";
import { type Extent, VIEW_NAMES, type ViewState } from "./state.js";
import type { Traffic } from "./traffic.js";
import { type Naming, VIEWS } from "./views.js";

/** Everything that a frame shows. */
export interface Scene {
  readonly subject: Subject;
  readonly headline: Headline;
  readonly traffic: Traffic;
  readonly condition: Condition;
  readonly naming: Naming;
  /** What the meter said last, printable. */
  readonly notice: string;
}

export interface Frame {
  /** At most as many as the size has rows, none wider than its columns. */
  readonly lines: readonly Line[];
  /** What keys may scroll. */
  readonly extent: Extent;
  /** Columns that names take; the next frame wants them. */
  readonly nameWidth: number;
}

/** The smallest terminal that is drawn on. */
export const SMALLEST: Size = { columns: 40, rows: 8 };

/** Rows from which the header has all its lines. */
const FULL_HEADER = 16;

/** @param nameWidth that of the view's frame before, or 0 */
export function frame(scene: Scene, state: ViewState, size: Size, nameWidth: number, mostRows = Infinity): Frame {
  const { columns, rows } = size;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
    const lines = [clipped([piece(`too small: ${SMALLEST.columns} x ${SMALLEST.rows} at least`)], columns)];
    return { lines: lines.slice(0, rows), extent: { page: 0, rows: 0 }, nameWidth };
  }
  const { subject, headline, condition, naming } = scene;
  const title = titleLine(subject, headline, condition, columns, naming.marks);
  if (state.help) {
    const lines = [title, [], ...HELP.map((text): Line => [piece(text)])];
    return { lines: fitted(lines, size), extent: { page: 0, rows: 0 }, nameWidth };
  }
  const tall = rows >= FULL_HEADER;
  const head = [
    title,
    ...(tall ? [[]] : []),
    ...headerLines(headline, subject, columns, tall ? "full" : "short"),
    ...(tall ? [[]] : []),
    tabsLine(state, columns),
  ];
  const left = Math.min(rows - head.length - 2, mostRows);
  const all = rowLines(scene.traffic, state, naming, columns, left, nameWidth);
  // The footer and what had to make room take lines from the rows.
  const shown = all.others === undefined ? all.rows : [...all.rows.slice(0, left - 1), all.others];
  const blank = Array.from({ length: rows - head.length - shown.length - 2 }, (): Line => []);
  const lines = [...head, all.title, ...shown, ...blank, footerLine(scene, state, all, columns)];
  const extent = { page: all.others === undefined ? left : left - 1, rows: all.ranked };
  return { lines: fitted(lines, size), extent, nameWidth: all.nameWidth };
}

/**
 * The same for a text file or a pipe: as wide as it needs to be, without what keys would do.
 *
 * @param mostRows rows of the view
 */
export function plainFrame(scene: Scene, state: ViewState, columns: number, mostRows: number): Line[] {
  const { subject, headline, condition, naming } = scene;
  const all = rowLines(scene.traffic, state, naming, columns, mostRows, 0);
  const lines = [
    titleLine(subject, headline, condition, columns, naming.marks),
    ...headerLines(headline, subject, columns, "full"),
    [],
    [piece(`${state.view}, ${orderText(state)}`)],
    all.title,
    ...all.rows,
    ...(all.others === undefined ? [] : [all.others]),
  ];
  return fitted(lines, { columns, rows: lines.length });
}

function fitted(lines: readonly Line[], { columns, rows }: Size): Line[] {
  return lines.slice(0, rows).map((line) => clipped(line, columns));
}

/** The views by number, and what the rows are ranked by. */
function tabsLine(state: ViewState, columns: number): Line {
  const tabs: Piece[] = [];
  for (const [at, name] of VIEW_NAMES.entries()) {
    const look = name === state.view ? "chosen" : "faint";
    // In a narrow window the chosen view keeps its name, the others their numbers.
    const text = columns >= 60 || name === state.view ? `${at + 1} ${name}` : String(at + 1);
    tabs.push(piece(` ${text} `, look));
  }
  return spread(tabs, [piece(orderText(state), "faint")], columns);
}

function orderText(state: ViewState): string {
  const [source, destination] = VIEWS[state.view].sides;
  const side = state.side === "both" ? "" : `, ${state.side === "source" ? source : destination}`;
  const order = state.order === "largest" ? "" : ", smallest first";
  return `by ${unitOf(state)}${side}${order}`;
}

function footerLine({ notice }: Scene, state: ViewState, rows: RowLines, columns: number): Line {
  const keys: Line = [piece("? help  q quit", "faint")];
  if (state.typing) return spread([piece("/"), piece(state.filter, "strong"), piece("_")], [], columns);
  if (state.message !== "") return spread([piece(state.message)], keys, columns);
  const parts: Piece[] = [];
  if (state.filter !== "") parts.push(piece("/", "faint"), piece(state.filter, "strong"), piece("  "));
  if (notice !== "") parts.push(piece(notice, "alarm"), piece("  "));
  parts.push(piece(placeText(state, rows), "faint"));
  return spread(parts, keys, columns);
}

/** 1 to 20 of 1.23 k. */
function placeText({ offset }: ViewState, { rows, matching }: RowLines): string {
  if (rows.length === 0) return matching === 0 ? "nothing yet" : "";
  return `${offset + 1} to ${offset + rows.length} of ${amount(matching)}`;
}
