/** Times as SiLK's tools print them: `--timestamp-format`. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";

export type TimeStyle = "default" | "iso" | "m/d/y" | "epoch";

export interface TimeFormat {
  readonly style: TimeStyle;
  readonly zone: "utc" | "local";
  /** Digits of the second's fraction. */
  readonly fraction: 0 | 3;
}

export const TIME_SWITCHES: readonly Switch[] = [
  {
    name: "timestamp-format",
    argument: "FORMAT,…",
    values: ["default", "iso", "m/d/y", "epoch", "utc", "local", "no-msec"],
    group: "Table",
    help: "Print times as default (2026/11/21T08:00:00.123), iso, m/d/y or epoch; add utc, local, no-msec after a comma",
    fallback: "the environment's SILK_TIMESTAMP_FORMAT, then default",
  },
  { name: "epoch-time", group: "Table", help: "The same as --timestamp-format=epoch", legacy: true },
  {
    name: "legacy-timestamps",
    argument: "0|1",
    optional: true,
    group: "Table",
    help: "The same as --timestamp-format=m/d/y,no-msec",
    legacy: true,
  },
];

const STYLES: readonly TimeStyle[] = ["default", "iso", "m/d/y", "epoch"];

/** Default format. */
export const TIME_FORMAT_DEFAULT: TimeFormat = { style: "default", zone: "utc", fraction: 3 };

/** The format that the switches of TIME_SWITCHES and the environment ask for. */
export function timeFormat(args: Arguments): TimeFormat {
  const given = args.value("timestamp-format");
  if (given !== undefined) return parseTimeFormat(given);
  if (args.flag("epoch-time")) return parseTimeFormat("epoch");
  if (args.flag("legacy-timestamps") && args.value("legacy-timestamps") !== "0")
    return parseTimeFormat("m/d/y,no-msec");
  return environmentFormat(process.env.SILK_TIMESTAMP_FORMAT);
}

/** A format of the environment that cannot be understood is ignored. */
function environmentFormat(text: string | undefined): TimeFormat {
  if (!text) return TIME_FORMAT_DEFAULT;
  try {
    return parseTimeFormat(text);
  } catch (error) {
    if (error instanceof UsageError) return TIME_FORMAT_DEFAULT;
    throw error;
  }
}

/** @throws ArgumentError naming a word that is no format */
function parseTimeFormat(text: string): TimeFormat {
  let style: TimeStyle = "default";
  let zone: TimeFormat["zone"] = "utc";
  let fraction: 0 | 3 = 3;
  for (const word of text.split(",").map((each) => each.trim().toLowerCase())) {
    const found = STYLES.find((each) => each === word) ?? STYLES.find((each) => word !== "" && each.startsWith(word));
    if (word === "utc" || word === "local") zone = word;
    else if (word === "no-msec") fraction = 0;
    else if (found !== undefined) style = found;
    else throw new ArgumentError("timestamp-format", `Unrecognized value '${word}'`, "timestamp-format", text);
  }
  return { style, zone, fraction };
}

/** Width of a time column. */
export function timeWidth({ style, fraction }: TimeFormat): number {
  return (style === "epoch" ? 10 : 19) + (fraction === 0 ? 0 : 4);
}

/** A function that prints milliseconds since the epoch. */
export function timePrinter({ style, zone, fraction }: TimeFormat): (milliseconds: number) => string {
  let cachedSecond = Number.NaN;
  let cachedText = "";
  const secondText = SECOND_TEXT[style](zone);
  return (milliseconds) => {
    const second = Math.min(LAST_SECOND, Math.floor(milliseconds / 1000));
    if (second !== cachedSecond) {
      cachedSecond = second;
      cachedText = secondText(second);
    }
    return fraction === 0 ? cachedText : `${cachedText}.${MILLISECONDS[Math.min(999, milliseconds - second * 1000)]}`;
  };
}

const MILLISECONDS = Array.from({ length: 1000 }, (_, each) => String(each).padStart(3, "0"));

/** 9999-12-31T23:59:59, the last second with four digits of the year: later times are shown as its end. */
export const LAST_SECOND = 253402300799;

const two = (value: number) => String(value).padStart(2, "0");

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly time: string;
}

function parts(second: number, zone: TimeFormat["zone"]): Parts {
  const date = new Date(second * 1000);
  if (zone === "utc") {
    const text = date.toISOString();
    return { year: text.slice(0, 4), month: text.slice(5, 7), day: text.slice(8, 10), time: text.slice(11, 19) };
  }
  return {
    year: String(date.getFullYear()).padStart(4, "0"),
    month: two(date.getMonth() + 1),
    day: two(date.getDate()),
    time: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  };
}

const SECOND_TEXT: Readonly<Record<TimeStyle, (zone: TimeFormat["zone"]) => (second: number) => string>> = {
  default: (zone) => (second) => {
    const { year, month, day, time } = parts(second, zone);
    return `${year}/${month}/${day}T${time}`;
  },
  iso: (zone) => (second) => {
    const { year, month, day, time } = parts(second, zone);
    return `${year}-${month}-${day} ${time}`;
  },
  "m/d/y": (zone) => (second) => {
    const { year, month, day, time } = parts(second, zone);
    return `${month}/${day}/${year} ${time}`;
  },
  epoch: () => (second) => String(second),
};

/** Seconds with milliseconds, or whole seconds. */
export function durationText(milliseconds: number, fraction: 0 | 3): string {
  const second = Math.floor(milliseconds / 1000);
  return fraction === 0 ? String(second) : `${second}.${MILLISECONDS[milliseconds - second * 1000]}`;
}
