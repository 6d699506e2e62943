/** What the terminal can show, from the environment. */
import { UsageError } from "../errors.js";
import { MARKS, type Marks } from "./line.js";
import { COLOURS, MONOCHROME, type Palette } from "./screen.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Signs of the locale: those beyond ASCII only where it is UTF-8. */
export function marksOf(environment: Environment): Marks {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "";
  return /utf-?8/i.test(locale) ? MARKS.unicode : MARKS.ascii;
}

/** Colours unless NO_COLOR is set (no-color.org). */
export function paletteOf(environment: Environment): Palette {
  return (environment.NO_COLOR ?? "") === "" ? COLOURS : MONOCHROME;
}

/** @throws UsageError where lines cannot be drawn in place */
export function requireTerminal(environment: Environment, terminals: { in: boolean; out: boolean }): void {
  if (!terminals.in || !terminals.out)
    throw new UsageError("standard input and output are no terminal: print text with --once or --count N");
  const kind = environment.TERM ?? "";
  if (kind === "" || kind === "dumb")
    throw new UsageError(`the terminal (TERM=${kind}) cannot be drawn on: print text with --once or --count N`);
}
