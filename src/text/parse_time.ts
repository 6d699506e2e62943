/** Times as SiLK's users type them. */
import { UsageError } from "../errors.js";

/** The smallest unit that was given. */
export type TimePrecision = "day" | "hour" | "minute" | "second" | "fraction";

export interface ParsedTime {
  /** Microseconds since 1970-01-01 UTC. */
  readonly microseconds: number;
  readonly precision: TimePrecision;
}

const DATE = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[T: ](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d*))?)?)?)?(.*)$/;
const EPOCH = /^(\d{1,11})(?:\.(\d*))?$/;
const ZONE = /^(?:[Zz]|([+-])(\d{2}):?(\d{2})?)$/;
const PRECISIONS: readonly TimePrecision[] = ["day", "hour", "minute", "second", "fraction"];

/**
 * Reads `YYYY/MM/DD[:HH[:MM[:SS[.ssssss]]]]`, with `T` or a blank for the first colon, the same with dashes and a zone
 * (ISO 8601), or seconds since 1970 with a fraction. Digits beyond microseconds are cut off.
 *
 * @param zone what a time without zone means; `local` follows TZ
 * @throws UsageError whose message is the reason alone: callers name the switch or field and the text
 */
export function parseSilkTime(text: string, zone: "utc" | "local" = "utc"): ParsedTime {
  const trimmed = text.trim();
  const epoch = EPOCH.exec(trimmed);
  if (epoch !== null) {
    const precision = epoch[2] === undefined ? "second" : "fraction";
    return { microseconds: Number(epoch[1]) * 1e6 + fractionOf(epoch[2] ?? ""), precision };
  }
  const parts = DATE.exec(trimmed);
  if (parts === null) throw new UsageError(trimmed === "" ? "Empty time" : "Not of the form YYYY/MM/DD[:HH[:MM[:SS]]]");
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as SixNumbers;
  checkRange("Month", month, 1, 12);
  checkRange("Day", day, 1, new Date(Date.UTC(year, month, 0)).getUTCDate());
  checkRange("Hour", hour, 0, 23);
  checkRange("Minute", minute, 0, 59);
  checkRange("Second", second, 0, 59);
  checkRange("Year", year, 1970, 9999);
  const offset = zoneOffset(parts[8]!);
  const milliseconds =
    offset === undefined && zone === "local"
      ? new Date(year, month - 1, day, hour, minute, second).getTime()
      : Date.UTC(year, month - 1, day, hour, minute, second) - (offset ?? 0) * 60_000;
  const given = parts.slice(4, 8).filter((part) => part !== undefined).length;
  return { microseconds: milliseconds * 1000 + fractionOf(parts[7] ?? ""), precision: PRECISIONS[given]! };
}

type SixNumbers = [number, number, number, number, number, number];

function fractionOf(digits: string): number {
  return Number(digits.slice(0, 6).padEnd(6, "0"));
}

function checkRange(what: string, value: number, least: number, most: number): void {
  if (value < least || value > most) throw new UsageError(`${what} ${value} is not within ${least}-${most}`);
}

/** Minutes east of Greenwich; undefined when no zone is given. */
function zoneOffset(text: string): number | undefined {
  if (text === "") return undefined;
  const parts = ZONE.exec(text);
  if (parts === null) throw new UsageError(`Unexpected '${text}' behind the time`);
  const minutes = Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
  return parts[1] === "-" ? -minutes : minutes;
}
