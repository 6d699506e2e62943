/** The fields that `flowtap tuc` reads: rwcut's, with the switch that gives each a fixed value. */
import { UsageError } from "../../../errors.js";
import type { Site } from "../../../site/site.js";
import { parseAddress } from "../../../text/parse_address.js";
import { parseAttributes, parseTcpFlags } from "../../../text/parse_flags.js";
import { parseSilkTime } from "../../../text/parse_time.js";
import type { DraftFlow } from "./draft.js";

export interface TextField {
  readonly name: string;
  /** Number in `--fields`. */
  readonly number?: number;
  readonly aliases?: readonly string[];
  /** The switch without dashes, and what its argument is called. */
  readonly fixed?: { readonly option: string; readonly argument: string };
  /** @throws UsageError whose message is the reason alone */
  set(draft: DraftFlow, text: string, site: Site): void;
}

/** A column that is not read. */
export const IGNORED: TextField = { name: "ignore", set: () => {} };

function wholeNumber(text: string, most: number): number {
  const trimmed = text.trim();
  if (!/^\d{1,20}$/.test(trimmed)) throw new UsageError(`Unexpected character in number '${trimmed}'`);
  const value = Number(trimmed);
  if (value > most) throw new UsageError(`Value is above maximum of ${most}`);
  return value;
}

const octet = (text: string) => wholeNumber(text, 255);
const uint16 = (text: string) => wholeNumber(text, 65535);
const uint32 = (text: string) => wholeNumber(text, 4294967295);

/** Letters, or the number that --integer-tcp-flags prints. */
function flagsOf(text: string): number {
  return /^\s*\d/.test(text) ? octet(text) : parseTcpFlags(text);
}

/** Whole seconds that were read before, as text: flows come in order of time, and parsing is most of the work. */
const seconds = new Map<string, number>();
const MOST_SECONDS = 4096;
/** `2009/02/12T00:00:42`, which every one of rwcut's dates is as long as. */
const SECOND_LENGTH = 19;
const FRACTION = /^\.\d{3}$/;

/** Times of all of rwcut's formats; milliseconds are what SiLK's records keep. */
function timeOf(cell: string): number {
  const text = cell.trim();
  const fraction = text.slice(SECOND_LENGTH);
  if (!FRACTION.test(fraction)) return parseCutTime(text);
  const second = text.slice(0, SECOND_LENGTH);
  let microseconds = seconds.get(second);
  if (microseconds === undefined) {
    microseconds = parseCutTime(second);
    if (seconds.size === MOST_SECONDS) seconds.clear();
    seconds.set(second, microseconds);
  }
  return microseconds + Number(fraction.slice(1)) * 1000;
}

/**
 * A time of any format that rwcut prints, in microseconds since 1970 UTC, at whole milliseconds.
 *
 * @throws UsageError whose message is the reason alone
 */
export function parseCutTime(text: string): number {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})[ T:](.*)$/.exec(text);
  const usual = american === null ? text : `${american[3]}/${american[1]}/${american[2]}T${american[4]}`;
  return Math.floor(parseSilkTime(usual).microseconds / 1000) * 1000;
}

const LONGEST_SECONDS = 4294967.295;

/** Microseconds of seconds with a fraction. */
function durationOf(text: string): number {
  const trimmed = text.trim();
  if (!/^(\d+\.?\d*|\.\d+)$/.test(trimmed)) throw new UsageError(`'${trimmed}' is no number of seconds`);
  const seconds = Number(trimmed);
  if (seconds > LONGEST_SECONDS) throw new UsageError(`Value is above maximum of ${LONGEST_SECONDS}`);
  return Math.round(seconds * 1000) * 1000;
}

function sensorOf(text: string, site: Site): number {
  const trimmed = text.trim();
  const named = site.sensorNamed(trimmed);
  if (named !== undefined) return named.id;
  if (/^\d+$/.test(trimmed)) return uint16(trimmed);
  throw new UsageError(`Unrecognized sensor name '${trimmed}'`);
}

/** Where a field's value goes in the draft. */
type Property = Exclude<keyof DraftFlow, "store">;

function field<Of extends Property>(
  name: string,
  number: number | undefined,
  property: Of,
  read: (text: string, site: Site) => DraftFlow[Of],
  [option, argument]: readonly [string?, string?] = [],
): TextField {
  return {
    name,
    ...(number === undefined ? {} : { number }),
    ...(option === undefined || argument === undefined ? {} : { fixed: { option, argument } }),
    set: (draft, text, site) => {
      draft[property] = read(text, site);
    },
  };
}

/** The name of a class; `?` is what rwcut prints for one that is not known. */
function classOf(text: string, site: Site): string {
  const name = text.trim();
  if (name !== "?" && !site.config.classes.some((each) => each.name === name))
    throw new UsageError(`Unrecognized class name '${name}'`);
  return name;
}

/** The name of a type of some class, or the number that rwcut prints for one that is not known. */
function typeOf(text: string, site: Site): string {
  const name = text.trim();
  if (!/^\d{1,3}$/.test(name) && !site.config.flowtypes.some((each) => each.type === name))
    throw new UsageError(`Unrecognized type name '${name}'`);
  return name;
}

/** All fields, in the order of their numbers. */
export const TEXT_FIELDS: readonly TextField[] = [
  field("sIP", 1, "sip", parseAddress, ["saddress", "IP"]),
  field("dIP", 2, "dip", parseAddress, ["daddress", "IP"]),
  field("sPort", 3, "sport", uint16, ["sport", "PORT"]),
  field("dPort", 4, "dport", uint16, ["dport", "PORT"]),
  field("protocol", 5, "proto", octet, ["protocol", "N"]),
  { ...field("packets", 6, "packets", uint32, ["packets", "N"]), aliases: ["pkts"] },
  field("bytes", 7, "bytes", uint32, ["bytes", "N"]),
  field("flags", 8, "flags", flagsOf, ["flags-all", "FLAGS"]),
  field("sTime", 9, "start", timeOf, ["stime", "TIME"]),
  field("duration", 10, "duration", durationOf, ["duration", "SECONDS"]),
  field("eTime", 11, "end", timeOf, ["etime", "TIME"]),
  field("sensor", 12, "sensor", sensorOf, ["sensor", "SENSOR"]),
  field("in", 13, "input", uint16, ["input-index", "N"]),
  field("out", 14, "output", uint16, ["output-index", "N"]),
  field("nhIP", 15, "nhip", parseAddress, ["next-hop-ip", "IP"]),
  field("class", 20, "className", classOf, ["class", "NAME"]),
  field("type", 21, "type", typeOf, ["type", "NAME"]),
  field("sTime+msec", 22, "start", timeOf),
  field("eTime+msec", 23, "end", timeOf),
  field("dur+msec", 24, "duration", durationOf),
  field("initialFlags", 26, "initial", flagsOf, ["flags-initial", "FLAGS"]),
  field("sessionFlags", 27, "session", flagsOf, ["flags-session", "FLAGS"]),
  field("attributes", 28, "attributes", parseAttributes, ["attributes", "LETTERS"]),
  field("application", 29, "application", uint16, ["application", "N"]),
  field("iType", undefined, "icmpType", octet, ["icmp-type", "N"]),
  field("iCode", undefined, "icmpCode", octet, ["icmp-code", "N"]),
];

/** Fields by name, in lower case. */
const BY_NAME: ReadonlyMap<string, TextField> = new Map(
  [...TEXT_FIELDS, IGNORED].flatMap((each) =>
    [each.name, ...(each.aliases ?? [])].map((name) => [name.toLowerCase(), each] as const),
  ),
);

/** The field of a name or its unique prefix, in any case: rwcut cuts titles to the width of their columns. */
export function textFieldNamed(text: string): TextField | undefined {
  const given = text.trim().toLowerCase();
  const exact = BY_NAME.get(given);
  if (exact !== undefined || given === "") return exact;
  const found = new Set([...BY_NAME].filter(([name]) => name.startsWith(given)).map(([, each]) => each));
  // `dur` and `sTime+msec` begin like others that mean the same.
  const [first, ...others] = found;
  return others.length === 0 || others.every(({ name }) => name.includes("+msec")) ? first : undefined;
}

export function textFieldNumbered(number: number): TextField | undefined {
  return TEXT_FIELDS.find((each) => each.number === number);
}
