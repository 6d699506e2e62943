/** What differences are asked for. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { FIELD_SWITCHES } from "../query/field_switches.js";
import { PMAP_WIDTH_SWITCH } from "../query/map_switches.js";
import { PRINT_SWITCHES } from "../query/print_style.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { REFUSED_BY_FIELDS } from "../query/refused.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { oneInteger } from "../query/values/number.js";
import { SITE_SWITCH } from "../site/load.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";

/** What is compared: the sum's title and its SQL. */
export const VALUES = {
  bytes: { title: "Bytes", aggregate: "sum(bytes)" },
  packets: { title: "Packets", aggregate: "sum(packets)" },
  records: { title: "Records", aggregate: "count(*)" },
} as const;

export type ValueName = keyof typeof VALUES;

/** What has become of a key; the index is its number in results. */
export const STATES = ["new", "gone", "changed", "same"] as const;
export type State = (typeof STATES)[number];
const LISTED: readonly State[] = ["new", "gone", "changed"];

const RATES = ["auto", "always", "never"] as const;
export type Rates = (typeof RATES)[number];

/** Of QUERY_SWITCHES those that ask nothing of a single input. */
const SHARED = new Set(["print-filenames", "no-progress", "quiet", "sql"]);

export const DIFF_SWITCHES: readonly Switch[] = [
  ...REFUSED_BY_FIELDS,
  {
    name: "before",
    argument: "WINDOW",
    group: "Periods",
    help: "First window of time, of a store or of the files named: 2026/11/20-2026/11/20, 2026/11/20T08-2026/11/20T09",
  },
  { name: "after", argument: "WINDOW", group: "Periods", help: "Second window of time" },
  {
    name: "rates",
    argument: "WHEN",
    group: "Periods",
    help: "Compare volumes per second: auto (when windows differ in length, or the times of files by more than a tenth), always, never",
    fallback: "auto",
  },
  {
    name: "fields",
    argument: "LIST",
    values: "flow-fields",
    group: "Differences",
    help: "Compare groups of these fields, in one table; service is the lower port, or ICMP type and code",
    fallback: "three tables: sip (talkers), protocol,service (services), sip,dip (pairs)",
  },
  {
    name: "values",
    argument: "VALUE",
    group: "Differences",
    help: `Compare ${Object.keys(VALUES).join(", ")}`,
    fallback: "bytes",
  },
  { name: "count", argument: "N", group: "Differences", help: "List N of each table, 0 for all", fallback: "10" },
  {
    name: "threshold",
    argument: "N",
    group: "Differences",
    help: "List only changes by N or more; N% of the value before, which all that is new passes",
  },
  {
    name: "only",
    argument: "LIST",
    values: ["new", "gone", "changed"],
    group: "Differences",
    help: `List only these: ${LISTED.join(", ")}`,
    fallback: "all",
  },
  ...FIELD_SWITCHES,
  PMAP_WIDTH_SWITCH,
  ...PRINT_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  SITE_SWITCH,
  ...QUERY_SWITCHES.filter(({ name }) => SHARED.has(name)),
  TEMPORARY_SWITCH,
];

export interface DiffOptions {
  readonly value: ValueName;
  /** Rows of each table; undefined for all. */
  readonly count: number | undefined;
  /** SQL on a row of differences. */
  readonly threshold: string | undefined;
  readonly only: readonly State[];
  readonly rates: Rates;
}

/** @throws UsageError naming the switch */
export function diffOptions(args: Arguments): DiffOptions {
  const count = integer(args, "count") ?? 10;
  return {
    value: oneOf(args, "values", Object.keys(VALUES) as ValueName[]) ?? "bytes",
    count: count === 0 ? undefined : count,
    threshold: threshold(args.value("threshold")),
    only: states(args.value("only")),
    rates: oneOf(args, "rates", RATES) ?? "auto",
  };
}

function integer(args: Arguments, option: string): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, 0, 2 ** 31 - 1, { option, what: option, given });
}

/** The choice that a name, or its unique beginning, means. */
function oneOf<Name extends string>(args: Arguments, option: string, names: readonly Name[]): Name | undefined {
  const given = args.value(option);
  if (given === undefined) return undefined;
  const found = named(given, names);
  if (found === undefined) throw new ArgumentError(option, `Expected one of ${names.join(", ")}`, option, given);
  return found;
}

function named<Name extends string>(word: string, names: readonly Name[]): Name | undefined {
  const wanted = word.trim().toLowerCase();
  const found = names.filter((name) => wanted !== "" && name.startsWith(wanted));
  return found.length === 1 ? found[0] : undefined;
}

function states(given: string | undefined): readonly State[] {
  if (given === undefined) return LISTED;
  return given.split(",").map((word) => {
    const found = named(word, LISTED);
    if (found === undefined) throw new ArgumentError("only", `Expected a list of ${LISTED.join(", ")}`, "only", given);
    return found;
  });
}

/** A number in the unit of the changes, or a percentage of the value before. */
function threshold(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const found = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*(%?)\s*$/.exec(given);
  if (found === null) throw new UsageError(`--threshold=${given}: expected a number, or a percentage such as 50%`);
  return found[2] === "%" ? `abs(change) * 100 >= ${found[1]} * old` : `abs(change) >= ${found[1]}`;
}
