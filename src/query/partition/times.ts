/** Conditions on when flows started, ended and were active. */
import { ArgumentError } from "../../errors.js";
import { parseSilkTime } from "../../text/parse_time.js";
import { timeLiteral } from "../dialect.js";
import { argument } from "../values/argument.js";
import { all } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

/** Microseconds since the epoch, from the first to the one behind the last. */
export interface TimeWindow {
  readonly from: number;
  readonly before: number;
}

/** Microseconds of the smallest unit given; SiLK pads ends to the last millisecond of it. */
export const UNIT = { day: 86_400e6, hour: 3600e6, minute: 60e6, second: 1e6, fraction: 1000 } as const;

/**
 * TIME_WINDOW: `START-END`, or one time, which is a window of one millisecond. An end is padded to the end of its
 * smallest unit.
 */
export function timeWindow(given: string, option: string): TimeWindow {
  const [start, end, more] = splitWindow(given);
  if (start === undefined || more !== undefined)
    throw new ArgumentError(option, "Expected a time or START-END", option, given);
  const first = argument(() => parseSilkTime(start), option, given);
  const from = Math.floor(first.microseconds / 1000) * 1000;
  if (end === undefined) return { from, before: from + 1000 };
  const last = argument(() => parseSilkTime(end), option, given);
  const before = Math.floor(last.microseconds / 1000) * 1000 + UNIT[last.precision];
  if (before <= from) throw new ArgumentError(option, "End of the window is before its start", option, given);
  return { from, before };
}

/** Splits at the dash between two times, which ISO dates have, too. */
export function splitWindow(given: string): string[] {
  const dashes = given.split("-");
  const iso = /^\s*\d{4}-\d{1,2}-\d{1,2}/.test(given);
  if (!iso) return dashes;
  const first = dashes.slice(0, 3).join("-");
  return dashes.length <= 3 ? [first] : [first, dashes.slice(3).join("-")];
}

function timeSwitch(name: string, help: string, condition: (window: TimeWindow) => string): PartitionSwitch {
  return {
    name,
    argument: "WINDOW",
    group: "Partitioning",
    help,
    condition: (given) => condition(timeWindow(given, name)),
  };
}

function inside(column: string): (window: TimeWindow) => string {
  return ({ from, before }) => all([`${column} >= ${timeLiteral(from)}`, `${column} < ${timeLiteral(before)}`]);
}

export const TIME_SWITCHES: readonly PartitionSwitch[] = [
  timeSwitch(
    "stime",
    "First packet was in WINDOW: 2026/11/21T08-2026/11/21T10, one time, or epoch seconds",
    inside("stime"),
  ),
  timeSwitch("etime", "Last packet was in WINDOW", inside("etime")),
  timeSwitch("active-time", "Flow was active at some time in WINDOW", ({ from, before }) =>
    all([`stime < ${timeLiteral(before)}`, `etime >= ${timeLiteral(from)}`]),
  ),
];
