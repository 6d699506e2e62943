/** The two periods that are compared: files beside files, or two windows of time of a store or of files. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { isStdin } from "../files/octet_source.js";
import { type TimeWindow, timeWindow } from "../query/partition/times.js";
import { pathsIn } from "./path_list.js";

export interface Period {
  /** Files; undefined for the store. */
  readonly paths: readonly string[] | undefined;
  /** Flows that started then; undefined for all. */
  readonly window: TimeWindow | undefined;
}

export interface Periods {
  readonly before: Period;
  readonly after: Period;
}

/** @throws UsageError when it is not clear what is compared; InputError when a wildcard matches nothing */
export function periodsOf(args: Arguments): Periods {
  const [before, after] = [windowOf(args, "before"), windowOf(args, "after")];
  if ((before === undefined) !== (after === undefined))
    throw new UsageError("--before and --after must be given together: the windows of time to compare");
  if (before === undefined) return ofFiles(args.positionals);
  const paths = args.positionals.length === 0 ? undefined : args.positionals.flatMap(pathsIn);
  if (paths?.some(isStdin)) throw new UsageError("standard input can be read once only, not for both windows");
  return { before: { paths, window: before }, after: { paths, window: after } };
}

function ofFiles(given: readonly string[]): Periods {
  const [before, after, more] = given;
  if (before === undefined || after === undefined || more !== undefined)
    throw new UsageError(
      "expected two files, or lists of files with commas: BEFORE AFTER; or --before and --after for windows of time",
    );
  const [first, second] = [pathsIn(before), pathsIn(after)];
  if ([...first, ...second].filter(isStdin).length > 1) throw new UsageError("standard input can be read once only");
  return { before: { paths: first, window: undefined }, after: { paths: second, window: undefined } };
}

function windowOf(args: Arguments, option: "before" | "after"): TimeWindow | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : timeWindow(given, option);
}

/** The arguments of a query of one period: of a store those that select its hours. */
export function periodArguments(args: Arguments, { paths, window }: Period): Arguments {
  if (paths !== undefined) return { ...args, positionals: paths };
  const { from, before } = window!;
  const dates: Readonly<Record<string, string>> = {
    "start-date": String(Math.floor(from / 1e6)),
    "end-date": String(Math.floor((before - 1) / 1e6)),
  };
  return {
    ...args,
    positionals: [],
    value: (name) => dates[name] ?? args.value(name),
    flag: (name) => dates[name] !== undefined || args.flag(name),
  };
}
