/** Lines of a frame: text in pieces, each with its look. */

export type Look = "plain" | "faint" | "strong" | "chosen" | "bar" | "alarm";

export interface Piece {
  readonly text: string;
  readonly look: Look;
}

/** Characters are one column wide each: printable ASCII, and the marks of `MARKS`. */
export type Line = readonly Piece[];

export function piece(text: string, look: Look = "plain"): Piece {
  return { text, look };
}

export function widthOf(line: Line): number {
  return line.reduce((width, { text }) => width + text.length, 0);
}

/** The line cut to `width` columns. */
export function clipped(line: Line, width: number): Line {
  let left = width;
  const kept: Piece[] = [];
  for (const each of line) {
    if (left <= 0) break;
    kept.push({ ...each, text: each.text.slice(0, left) });
    left -= each.text.length;
  }
  return kept;
}

/** `left` and `right` at both ends of `width` columns; what does not fit is cut from `right`, then from `left`. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = width - widthOf(left) - 2;
  const fitting = widthOf(right) <= room ? right : [];
  if (fitting.length === 0) return clipped(left, width);
  return [...left, piece(" ".repeat(width - widthOf(left) - widthOf(fitting))), ...fitting];
}

export function plainText(line: Line): string {
  return line
    .map(({ text }) => text)
    .join("")
    .trimEnd();
}

/** Signs beyond ASCII, or what stands for them. */
export interface Marks {
  readonly arrow: string;
  readonly cut: string;
  readonly dot: string;
  /** From nothing to a full column. */
  readonly bar: readonly string[];
}

export const MARKS: Readonly<Record<"unicode" | "ascii", Marks>> = {
  unicode: { arrow: "→", cut: "…", dot: "·", bar: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] },
  ascii: { arrow: ">", cut: "~", dot: "-", bar: [" ", "#"] },
};

/** A bar `width` columns long at a share of 1. */
export function bar(share: number, width: number, { bar: steps }: Marks): string {
  const parts = steps.length - 1;
  const filled = Math.round(Math.max(0, Math.min(1, share)) * width * parts);
  const whole = Math.floor(filled / parts);
  const rest = filled % parts;
  return steps[parts]!.repeat(whole) + (rest === 0 ? "" : steps[rest]!);
}

/** Text in exactly `width` columns; what is longer is cut in its middle, as both ends tell addresses apart. */
export function fitted(text: string, width: number, { cut }: Marks): string {
  if (text.length <= width) return text.padEnd(width);
  const tail = Math.floor((width - 1) / 3);
  return text.slice(0, width - 1 - tail) + cut + text.slice(text.length - tail);
}
