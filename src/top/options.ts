/** Switches of `flowtap top`. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { CapturePathError, expandCaptures, STANDARD_INPUT } from "../meter/captures.js";
import { INPUT_SWITCHES } from "../meter/input_switches.js";
import { LIVE_SWITCHES, refuseWithoutInterface } from "../meter/live_options.js";
import type { NativeMeterOptions } from "../meter/native.js";
import { integer, seconds } from "../meter/numbers.js";
import { METER_SWITCHES, meterOptions } from "../meter/options.js";
import { samplingOf } from "../meter/sampling.js";
import { SPEED_SWITCH, speedOf } from "../meter/speed.js";
import { SENSOR_SWITCHES } from "../sensor/settings.js";
import { printable } from "./amount.js";
import type { Subject } from "./header.js";
import { FIRST_STATE, SORTS, VIEW_NAMES, type ViewState } from "./state.js";

/** Of the meter's tables, what makes sense without outputs. */
const METERING = new Set(["read", "filter", "sample", "decapsulate", "max-flows", "user", "speed"]);

export const TOP_SWITCHES: readonly Switch[] = [
  ...LIVE_SWITCHES,
  ...[...INPUT_SWITCHES, SPEED_SWITCH, ...METER_SWITCHES, ...SENSOR_SWITCHES].filter((each) => METERING.has(each.name)),
  {
    name: "view",
    argument: "VIEW",
    values: VIEW_NAMES,
    group: "View",
    help: `Begin with ${VIEW_NAMES.join(", ")}`,
    fallback: "hosts",
  },
  { name: "sort", argument: "BY", values: SORTS, group: "View", help: `Rank by ${SORTS.join(", ")}`, fallback: "bits" },
  { name: "totals", group: "View", help: "Begin with totals instead of rates" },
  { name: "interval", argument: "SECONDS", group: "View", help: "Draw this often; keys act at once", fallback: "1" },
  { name: "rows", argument: "N", group: "View", help: "Most rows of a view", fallback: "what fits; 20 as text" },
  { name: "count", argument: "N", group: "View", help: "Print N frames as text, one an interval, and end" },
  { name: "once", group: "View", help: "The same as --count 1" },
];

/**
 * Microseconds after which a flow is reported though it goes on: a mean over 2 s has some four records of it. The flow
 * table's wheel adds up to 262 ms where packets are rare.
 */
const REPORTED_EVERY = 500_000;

/**
 * Microseconds of silence after which a flow is another one. Reported flows stay in the table that long, to be known
 * again: with 15 s a flood of 70,000 flows a second would fill it, and flows of a full table are reported late.
 */
const FORGOTTEN_AFTER = 4_000_000;

/** What a run does. */
export interface TopOptions {
  readonly meter: NativeMeterOptions;
  readonly subject: Subject;
  readonly state: ViewState;
  /** Milliseconds. */
  readonly interval: number;
  readonly rows: number | undefined;
  /** Frames to print as text; undefined is a view on a terminal. */
  readonly count: number | undefined;
  readonly user: string | undefined;
}

/** @throws UsageError naming the switch and what is wrong with it */
export function topOptions(args: Arguments): TopOptions {
  if (args.positionals.length > 0)
    throw new UsageError(`unexpected argument '${args.positionals[0]}': interfaces are given with -i`);
  const interfaces = args.values("interface");
  const captures = args.values("read");
  if (interfaces.length === 0 && captures.length === 0)
    throw new UsageError("nothing to show: give an interface with -i, or a capture with -r");
  if (interfaces.length > 0 && captures.length > 0)
    throw new UsageError("--read and -i exclude each other: captures or live traffic");
  if (interfaces.length > 0 && args.flag("speed"))
    throw new UsageError("--speed is for captures, not for live traffic");
  refuseWithoutInterface(args, LIVE_SWITCHES);
  if (args.flag("once") && args.flag("count")) throw new UsageError("--once is --count 1: give one of them");
  const count = args.flag("once") ? "1" : args.value("count");
  const rows = args.value("rows");
  if (count === undefined && captures.includes(STANDARD_INPUT))
    throw new UsageError("-r -: standard input is for keys: print text with --once or --count N");
  const meter = {
    ...meterOptions(args, expanded(captures), speedOf(args)),
    activeTimeout: REPORTED_EVERY,
    idleTimeouts: new Array<number>(256).fill(FORGOTTEN_AFTER),
  };
  return {
    meter,
    subject: {
      name: printable([...new Set(interfaces), ...captures].join(", ")),
      notes: notesOf(args, captures.length > 0),
      maxFlows: meter.maxFlows,
    },
    state: {
      ...FIRST_STATE,
      view: oneOf(args, "view", VIEW_NAMES) ?? FIRST_STATE.view,
      sort: oneOf(args, "sort", SORTS) ?? FIRST_STATE.sort,
      show: args.flag("totals") ? "totals" : "rates",
    },
    interval: intervalOf(args),
    rows: rows === undefined ? undefined : integer("rows", rows, 1, 500),
    count: count === undefined ? undefined : integer("count", count, 1, 1_000_000_000),
    user: args.value("user"),
  };
}

function expanded(captures: readonly string[]): string[] {
  try {
    return expandCaptures(captures);
  } catch (error) {
    if (error instanceof CapturePathError) throw new InputError(error.message);
    throw error;
  }
}

/** Milliseconds. Below a tenth of a second nobody reads, and above a day timers wrap. */
function intervalOf(args: Arguments): number {
  const interval = seconds("interval", args.value("interval") ?? "1");
  if (interval < 0.1 || interval > 86_400) throw new UsageError(`--interval: '${interval}' is not from 0.1 to 86400`);
  return interval * 1000;
}

function notesOf(args: Arguments, replayed: boolean): string[] {
  const sampling = samplingOf(args);
  const filter = args.value("filter") ?? "";
  const speed = speedOf(args);
  return [
    ...(replayed && speed !== 1 ? [speed === 0 ? "without waiting" : `${speed} times as fast`] : []),
    ...(sampling === undefined ? [] : [`sampled 1/${sampling.interval}`]),
    ...(filter === "" ? [] : [printable(filter)]),
  ];
}

function oneOf<Name extends string>(args: Arguments, name: string, known: readonly Name[]): Name | undefined {
  const given = args.value(name);
  if (given === undefined) return undefined;
  const found = known.filter((each) => each.startsWith(given));
  if (given !== "" && found.length === 1) return found[0];
  throw new ArgumentError(name, `Expected one of ${known.join(", ")}`, name, given);
}
