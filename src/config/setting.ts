/** One setting and where it came from. */

export type Origin =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "environment"; readonly variable: string }
  | { readonly kind: "command line" };

/** Where in a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One argument of a switch. */
export interface SettingValue {
  /** As it would stand on the command line. */
  readonly text: string;
  /** What messages about it may quote. */
  readonly quotes: readonly string[];
  readonly place?: Place;
}

/** What one layer says of one switch. A flag that is on has one empty text; no values at all stand for the default. */
export interface Setting {
  readonly origin: Origin;
  readonly place?: Place;
  readonly values: readonly SettingValue[];
}

/** What one layer says, by names of switches. */
export type Layer = ReadonlyMap<string, Setting>;

/** `flowtap.yaml:3:5`, or the variable's name. */
export function originText(origin: Origin, place?: Place): string {
  if (origin.kind === "environment") return origin.variable;
  if (origin.kind === "command line") return origin.kind;
  return place === undefined ? origin.path : `${origin.path}:${place.line}:${place.column}`;
}

/** Problems that are told at once. */
const MOST_PROBLEMS = 50;

/** Lines that begin with their place, as the file has them; of very many the first. */
export function inOrder(problems: readonly string[]): string[] {
  const sorted = [...problems].sort((a, b) => NUMERIC_ORDER.compare(placeOf(a), placeOf(b)));
  const rest = sorted.length - MOST_PROBLEMS;
  return rest <= 0 ? sorted : [...sorted.slice(0, MOST_PROBLEMS), `${rest} further problems`];
}

function placeOf(problem: string): string {
  return /^.*?:\d+:\d+(?=: )/.exec(problem)?.[0] ?? problem;
}

const NUMERIC_ORDER = new Intl.Collator("en", { numeric: true });
