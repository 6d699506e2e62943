import { parseArgs } from "node:util";
import { UsageError } from "../errors.js";
import type { Arguments, Switch } from "./switches.js";

/** How mistakes are worded: in flowtap's way, or as GNU getopt does for commands called by their SiLK names. */
export interface Wording {
  /** @param rest `=` and argument, as given */
  unknown(given: string, rest: string, near: string | undefined): string;
  ambiguous(given: string, rest: string, candidates: readonly string[]): string;
  argumentMissing(name: string): string;
  argumentUnexpected(name: string): string;
}

export const FLOWTAP_WORDING: Wording = {
  unknown: (given, _rest, near) => `unknown switch --${given}${near === undefined ? "" : `, did you mean --${near}?`}`,
  ambiguous: (given, _rest, candidates) =>
    `--${given} is ambiguous: ${candidates.map((name) => `--${name}`).join(", ")}`,
  argumentMissing: (name) => `${name} needs an argument`,
  argumentUnexpected: (name) => `${name} does not take an argument`,
};

export const SILK_WORDING: Wording = {
  unknown: (given, rest) => `unrecognized option '--${given}${rest}'`,
  ambiguous: (given, rest, candidates) =>
    `option '--${given}${rest}' is ambiguous; possibilities:${candidates.map((name) => ` '--${name}'`).join("")}`,
  argumentMissing: (name) => `option '${name}' requires an argument`,
  argumentUnexpected: (name) => `option '${name}' doesn't allow an argument`,
};

/**
 * Parses `argv` by a table of switches. Long names may be shortened to any unique prefix, as SiLK's users do; both
 * `--name=value` and `--name value` are taken; an optional argument must follow `=`.
 *
 * @throws UsageError naming the switch: unknown (with the nearest name), ambiguous (with the candidates), an argument
 *   missing or not expected, a switch repeated that may not be
 */
export function parseArguments(
  switches: readonly Switch[],
  argv: readonly string[],
  wording: Wording = FLOWTAP_WORDING,
): Arguments {
  const byName = new Map<string, Switch>();
  for (const each of switches) if (!byName.has(each.name)) byName.set(each.name, each);
  const { tokens } = parseWithNode([...byName.values()], expandPrefixes(byName, argv, wording));
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const given = values.get(token.name);
    if (given === undefined) values.set(token.name, [token.value ?? ""]);
    else if (byName.get(token.name)?.repeatable) given.push(token.value ?? "");
    else if (token.value !== undefined && token.value !== given[0])
      throw new UsageError(`--${token.name} is given twice, with ${given[0]} and ${token.value}`);
  }
  return {
    value: (name) => values.get(name)?.at(-1),
    values: (name) => values.get(name) ?? [],
    flag: (name) => values.has(name),
    positionals,
  };
}

function parseWithNode(switches: readonly Switch[], argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: Object.fromEntries(
        switches.map((each) => [
          each.name,
          {
            type: each.argument === undefined ? ("boolean" as const) : ("string" as const),
            multiple: true,
            ...(each.short === undefined ? {} : { short: each.short }),
          },
        ]),
      ),
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    // Node's messages name the switch; only their second, explaining sentence is too much for one line.
    const [first = "wrong arguments"] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(
      first.replace(/^Option '(.*)' /, "$1 ").replace(/^Unknown option '(.*)'/, "unknown switch $1"),
    );
  }
}

/** Replaces shortened long switches by their full names, up to a `--`. */
function expandPrefixes(byName: ReadonlyMap<string, Switch>, argv: readonly string[], wording: Wording): string[] {
  const expanded: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") return expanded.concat(argv.slice(at));
    const long = /^--([^=]+)(=.*)?$/s.exec(word);
    if (long === null) {
      // What follows a short switch with an argument is that argument, whatever it looks like: `-r -`.
      const short = [...byName.values()].find((each) => `-${each.short}` === word);
      if (short?.argument === undefined) expanded.push(word);
      else expanded.push(`--${short.name}=${argumentOf(word, argv[++at], wording)}`);
      continue;
    }
    const { name, argument, optional } = fullName(byName, long[1]!, long[2] ?? "", wording);
    const value = long[2];
    if (argument === undefined && value !== undefined) throw new UsageError(wording.argumentUnexpected(`--${name}`));
    if (argument !== undefined && value === undefined) {
      expanded.push(`--${name}=${optional ? "" : argumentOf(`--${name}`, argv[++at], wording)}`);
    } else {
      expanded.push(`--${name}${value ?? ""}`);
    }
  }
  return expanded;
}

function argumentOf(name: string, argument: string | undefined, wording: Wording): string {
  if (argument === undefined) throw new UsageError(wording.argumentMissing(name));
  return argument;
}

/** The switch that a name or its unique prefix means. */
function fullName(byName: ReadonlyMap<string, Switch>, given: string, rest: string, wording: Wording): Switch {
  const exact = byName.get(given);
  if (exact !== undefined) return exact;
  const candidates = [...byName.values()].filter((each) => each.name.startsWith(given));
  const [only, more] = favoured(candidates);
  if (only === undefined) throw new UsageError(wording.unknown(given, rest, nearest(given, [...byName.keys()])));
  if (more === undefined) return only;
  // Those of another command's table are no help where the command's own are meant.
  const own = candidates.filter((each) => each.shared === undefined);
  const names = (own.length > 0 ? own : candidates).map((each) => each.name);
  throw new UsageError(wording.ambiguous(given, rest, names));
}

/** Of several switches, those that an abbreviation means first: own, own from old scripts, shared. */
function favoured(candidates: readonly Switch[]): readonly Switch[] {
  const own = candidates.filter((each) => each.shared === undefined);
  const current = own.filter((each) => each.legacy === undefined);
  return [current, own, candidates].find((each) => each.length > 0) ?? [];
}

/** The candidate within a third of the word's length in edits, or undefined. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? beforePrevious[column - 2]! + 1 : replaced;
      current.push(Math.min(replaced, swapped, previous[column]! + 1, current[column - 1]! + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}
