/** What rwfilter's selection switches ask for: flowtypes, sensors and hours. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import type { Flowtype, Sensor, Site } from "../site/site.js";
import { type ParsedTime, parseSilkTime } from "../text/parse_time.js";

const HOUR = 3_600_000_000;
const DAY_HOURS = 24;

/** First and last hour since 1970-01-01 UTC, both whole. */
export type Hours = readonly [first: number, last: number];

export interface Selection {
  readonly flowtypes: readonly Flowtype[];
  /** undefined: all sensors, known to the site or not. */
  readonly sensors: readonly Sensor[] | undefined;
  readonly hours: Hours;
}

/** Switches that select; with input files given, the first ones become conditions and the dates are errors. */
export const SELECTING = ["class", "type", "flowtypes", "sensors", "start-date", "end-date"] as const;

/**
 * The selection of the switches.
 *
 * @param now milliseconds since 1970: without dates the day is today
 * @throws UsageError naming the switch and the value that is wrong
 */
export function selectionOf(args: Arguments, site: Site, now = Date.now()): Selection {
  return {
    flowtypes: selectedFlowtypes(args, site),
    sensors: selectedSensors(args, site),
    hours: selectedHours(args, now),
  };
}

/** Flowtypes of `--flowtypes`, else of `--class` and `--type` with the site's defaults. */
export function selectedFlowtypes(args: Arguments, site: Site): Flowtype[] {
  const pairs = args.value("flowtypes");
  const className = args.value("class");
  const types = args.value("type");
  if (pairs !== undefined) {
    if (className !== undefined || types !== undefined)
      throw new UsageError(`Cannot use --flowtypes when either --class or --type are specified`);
    return flowtypesOf(pairs, site);
  }
  const wanted = className ?? site.config.defaultClass;
  if (wanted === undefined) throw new UsageError("Must specify --class: the site has no default class");
  const found = classNamed(wanted, site, "class", wanted);
  const names = types === undefined ? found.defaultTypes : typeNames(types, found.name, site);
  if (names.length === 0) throw new UsageError(`Must specify --type: class '${found.name}' has no default types`);
  return site.config.flowtypes.filter((each) => each.class === found.name && names.includes(each.type));
}

function classNamed(name: string, site: Site, option: string, given: string) {
  const found = site.config.classes.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = site.config.classes.map((each) => each.name).join(", ");
  throw new ArgumentError(option, `Unrecognized class '${name}' (classes are ${known})`, option, given);
}

function typeNames(list: string, className: string, site: Site): readonly string[] {
  const known = site.config.classes.find((each) => each.name === className)?.types ?? [];
  const names = list.split(",").map((each) => each.trim());
  if (names.includes("all")) return known;
  for (const name of names)
    if (!known.includes(name))
      throw new ArgumentError("type", `Unrecognized type '${name}' for class '${className}'`, "type", list);
  return names;
}

/**
 * Flowtypes of a list of classes and types, each joined by `/`.
 *
 * @throws ArgumentError naming `option`
 */
export function flowtypesOf(list: string, site: Site, option = "flowtypes"): Flowtype[] {
  const fail = (reason: string) => new ArgumentError(option, reason, option, list);
  const chosen = new Set<Flowtype>();
  for (const pair of list.split(",").map((each) => each.trim())) {
    const [className, type, more] = pair.split("/");
    if (className === undefined || type === undefined || more !== undefined || className === "" || type === "")
      throw fail(`'${pair}' is not a class and a type joined by '/'`);
    if (className !== "all" || site.config.classes.some((each) => each.name === "all"))
      classNamed(className, site, option, list);
    const found = site.config.flowtypes.filter(
      (each) => (className === "all" || each.class === className) && (type === "all" || each.type === type),
    );
    if (found.length === 0) throw fail(`Unrecognized type '${type}' for class '${className}'`);
    for (const each of found) chosen.add(each);
  }
  return site.config.flowtypes.filter((each) => chosen.has(each));
}

/** Sensors of `--sensors`, in the order of their identifiers; undefined when all are meant. */
export function selectedSensors(args: Arguments, site: Site, option = "sensors"): Sensor[] | undefined {
  const list = args.value(option);
  if (list === undefined || list.trim() === "all") return undefined;
  const chosen = new Set<number>();
  for (const word of list.split(",").map((each) => each.trim())) {
    for (const id of sensorIds(word, list, option, site)) chosen.add(id);
  }
  return site.config.sensors.filter((each) => chosen.has(each.id));
}

function sensorIds(word: string, list: string, option: string, site: Site): number[] {
  const range = /^(\d+)(?:-(\d+))?$/.exec(word);
  if (range === null) {
    const found = site.sensorNamed(word);
    if (found !== undefined) return [found.id];
    throw new ArgumentError(option, `Unrecognized sensor '${word}'`, option, list);
  }
  const low = Number(range[1]);
  const high = Number(range[2] ?? range[1]);
  if (high < low) throw new ArgumentError(option, `Invalid range '${word}'`, option, list);
  const found = site.config.sensors.filter((each) => each.id >= low && each.id <= high);
  if (range[2] === undefined && found.length === 0)
    throw new ArgumentError(option, `Unrecognized sensor identifier '${word}'`, option, list);
  return found.map((each) => each.id);
}

/** Hours of `--start-date` and `--end-date`. */
export function selectedHours(args: Arguments, now: number): Hours {
  const startText = args.value("start-date");
  const endText = args.value("end-date");
  if (startText === undefined) {
    if (endText !== undefined) throw new UsageError("Must specify --start-date when using --end-date");
    const today = Math.floor((now * 1000) / HOUR / DAY_HOURS) * DAY_HOURS;
    return [today, today + DAY_HOURS - 1];
  }
  const start = timeOf("start-date", startText);
  const first = Math.floor(start.microseconds / HOUR);
  const wholeDays = isDay(start);
  const last = endText === undefined ? first + (wholeDays ? DAY_HOURS - 1 : 0) : lastHour(endText, first, wholeDays);
  if (last < first) throw new UsageError(`The --end-date ${endText} is earlier than the --start-date ${startText}`);
  return [first, last];
}

/** Whole days end with their last hour; the end of a span of hours has the start's hour when it names none. */
function lastHour(text: string, first: number, wholeDays: boolean): number {
  const end = timeOf("end-date", text);
  const hour = Math.floor(end.microseconds / HOUR);
  const day = Math.floor(hour / DAY_HOURS) * DAY_HOURS;
  if (wholeDays) return day + DAY_HOURS - 1;
  return isDay(end) ? day + (first % DAY_HOURS) : hour;
}

function timeOf(option: "start-date" | "end-date", text: string): ParsedTime {
  try {
    return parseSilkTime(text);
  } catch (error) {
    if (error instanceof UsageError) throw new ArgumentError(option, error.message, option, text);
    throw error;
  }
}

function isDay(time: ParsedTime): boolean {
  return time.precision === "day";
}
