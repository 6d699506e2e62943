/** The lines above the rows. */
import { amount, duration } from "./amount.js";
import type { Headline } from "./headline.js";
import { type Line, type Marks, type Piece, piece, spread, widthOf } from "./line.js";

/** What does not change while the view is open. */
export interface Subject {
  /** Interfaces or captures, printable. */
  readonly name: string;
  /** Sampling, packet filter and the like, printable. */
  readonly notes: readonly string[];
  readonly maxFlows: number;
}

/** What the title says beside the subject. */
export interface Condition {
  readonly paused: boolean;
  /** The capture has been read. */
  readonly ended: boolean;
}

/** Narrower than this, rates and losses do not stand side by side. */
const SIDE_BY_SIDE = 78;
/** Columns of the rates. */
const RATES = 38;

/** One line: subject, time, what is unusual. */
export function titleLine(
  subject: Subject,
  { elapsed, troubles }: Headline,
  { paused, ended }: Condition,
  width: number,
  { dot }: Marks,
): Line {
  const notes = [duration(elapsed), ...subject.notes, ...(ended ? ["ended"] : [])];
  const left: Piece[] = [piece("flowtap top ", "faint"), piece(subject.name, "strong")];
  for (const note of notes) left.push(piece(` ${dot} ${note}`, "faint"));
  for (const trouble of troubles) left.push(piece(" "), piece(` ${trouble} `, "alarm"));
  return spread(left, paused ? [piece(" paused ", "chosen")] : [], width);
}

const SPANS = ["now", "1 min", "5 min"] as const;

/** Rates now and over minutes, losses, flows: four lines, or two where there is little room. */
export function headerLines(headline: Headline, subject: Subject, width: number, form: "full" | "short"): Line[] {
  const lost = lossLine(headline);
  if (form === "short") {
    const { packets, bits, flows } = headline.rates[0];
    const rates = `${rate(packets, "p/s")}  ${rate(bits, "b/s")}  ${rate(flows, "flows/s")}`;
    return [[piece(rates, "strong")], lost];
  }
  const titles = ["packets/s", "bits/s", "flows/s"].map((title) => title.padStart(10)).join("");
  const rates: Line[] = [[piece(`     ${titles}`, "faint")]];
  for (const [at, span] of SPANS.entries()) {
    const { packets, bits, flows } = headline.rates[at]!;
    const cells = [packets, bits, flows].map((value) => amount(value).padStart(10)).join("");
    rates.push([piece(span.padEnd(5), "faint"), piece(cells, at === 0 ? "strong" : "plain")]);
  }
  if (width < SIDE_BY_SIDE) return [...rates, lost];
  const beside = [[], flowLine(headline, subject), lost, []];
  return rates.map((line, at) => joined(line, beside[at] ?? []));
}

/** 1.23 Mb/s. */
function rate(value: number, unit: string): string {
  const text = amount(value);
  return text + (text.includes(" ") ? "" : " ") + unit;
}

function flowLine({ flows }: Headline, { maxFlows }: Subject): Line {
  return [
    piece("flows   ", "faint"),
    piece(amount(flows.active)),
    piece(" active, at most ", "faint"),
    piece(amount(flows.most)),
    piece(" of ", "faint"),
    piece(amount(maxFlows)),
  ];
}

/** Each loss, those that grow in alarm with their rate. */
function lossLine({ losses }: Headline): Line {
  // Where the line is cut, what grows is still seen.
  const ordered = losses.toSorted((a, b) => Math.sign(b.growing) - Math.sign(a.growing));
  const line: Piece[] = [piece("dropped ", "faint")];
  for (const [at, { name, count, growing }] of ordered.entries()) {
    if (at > 0) line.push(piece("  "));
    if (growing > 0) line.push(piece(`${name} ${amount(count)} (+${amount(growing)}/s)`, "alarm"));
    else line.push(piece(`${name} `, "faint"), piece(amount(count)));
  }
  return line;
}

function joined(left: Line, right: Line): Line {
  if (right.length === 0) return left;
  return [...left, piece(" ".repeat(Math.max(2, RATES - widthOf(left)))), ...right];
}
