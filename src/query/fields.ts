/**
 * SiLK's fields of flow records as the analysis commands know them: `--fields` names and numbers, the SQL each is made
 * from, and how it prints.
 */
import { countryText } from "../country/country_code.js";
import { UsageError } from "../errors.js";
import { ROW_ATTRIBUTE, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../record/columns.js";
import type { Site } from "../site/site.js";
import {
  type AddressFormatter,
  type AddressVersions,
  addressFormatter,
  addressWidth,
  type IpFormat,
} from "../text/ip_format.js";
import { durationText, type TimeFormat, timePrinter, timeWidth } from "../text/silk_time.js";
import type { Countries } from "./countries.js";
import { microseconds, milliseconds, quotient } from "./dialect.js";
import { number64, type ResultArray, type ResultType } from "./engine.js";
import type { ValueKind } from "./table/value_kind.js";

/** How fields print, as the switches say. */
export interface PrintStyle {
  readonly site: Site;
  readonly countries: Countries;
  readonly time: TimeFormat;
  readonly ip: IpFormat;
  readonly addresses: AddressVersions;
  readonly sensors: "names" | "numbers";
  readonly flags: "letters" | "numbers";
  /** Letters of flags stand in fixed places. */
  readonly padded: boolean;
}

/** What a field is needed for: single records show milliseconds, bins whole seconds. */
export type FieldUse = "record" | "bin";

/** One SQL expression that a field is made from. */
export interface Part {
  readonly sql: string;
  readonly type: ResultType;
}

/** A field as a value of tables in other formats than text: exact where text is rounded. */
export interface Exported {
  readonly kind: ValueKind;
  readonly parts: readonly Part[];
}

/** Text of row `i`; the field's parts are `arrays[at]` and those behind. */
export type Cell = (arrays: readonly ResultArray[], at: number, i: number) => string;

export interface FlowField {
  /** As in titles: `sIP`. */
  readonly name: string;
  /** Number in `--fields`; iType and iCode have none. */
  readonly number?: number;
  readonly aliases?: readonly string[];
  /** Not among `--all-fields`. */
  readonly onRequest?: true;
  /** Of a single flow: `exportedOf` reads it. */
  readonly exported: Exported | ((style: PrintStyle) => Exported);
  parts(use: FieldUse, style: PrintStyle): readonly Part[];
  width(use: FieldUse, style: PrintStyle): number;
  cell(use: FieldUse, style: PrintStyle): Cell;
}

/** A field as a value of tables in other formats than text. */
export function exportedOf({ exported }: FlowField, style: PrintStyle): Exported {
  return typeof exported === "function" ? exported(style) : exported;
}

const number: Cell = (arrays, at, i) => String(arrays[at]![i]);
const wideNumber: Cell = (arrays, at, i) => String(number64(arrays[at]!, i));

function address(name: string, number: number, column: string): FlowField {
  const parts: readonly Part[] = [
    { sql: `${column}_hi`, type: "UBIGINT" },
    { sql: `${column}_lo`, type: "UBIGINT" },
  ];
  return {
    name,
    number,
    exported: { kind: "address", parts },
    parts: () => parts,
    width: (_use, { ip, addresses }) => addressWidth(ip, addresses),
    cell: (_use, { ip }) => addressCell(addressFormatter(ip)),
  };
}

function addressCell(text: AddressFormatter): Cell {
  return (arrays, at, i) => {
    const hi = arrays[at]!;
    const lo = arrays[at + 1]!;
    return text(hi[2 * i + 1]!, hi[2 * i]!, lo[2 * i + 1]!, lo[2 * i]!);
  };
}

function narrow(
  name: string,
  number: number,
  sql: string,
  type: ResultType,
  width: number,
  rest: Rest = {},
): FlowField {
  const parts = [{ sql, type }];
  return {
    name,
    number,
    ...rest,
    exported: { kind: "integer", parts },
    parts: () => parts,
    width: () => width,
    cell: () => numberCell(type),
  };
}

type Rest = Pick<FlowField, "aliases">;

function numberCell(type: ResultType): Cell {
  return type === "BIGINT" || type === "UBIGINT" ? wideNumber : number;
}

function exportedTime(column: string): Exported {
  return { kind: "time", parts: [{ sql: column, type: "TIMESTAMPTZ" }] };
}

function time(name: string, number: number, column: string): FlowField {
  return {
    name,
    number,
    exported: exportedTime(column),
    parts: (use) => [{ sql: use === "bin" ? wholeSeconds(column) : milliseconds(column), type: "BIGINT" }],
    width: (use, { time: format }) => timeWidth(use === "bin" ? { ...format, fraction: 0 } : format),
    cell(use, { time: format }) {
      const print = timePrinter(use === "bin" ? { ...format, fraction: 0 } : format);
      const scale = use === "bin" ? 1000 : 1;
      return (arrays, at, i) => print(number64(arrays[at]!, i) * scale);
    },
  };
}

/** Whole seconds of a time column. */
function wholeSeconds(column: string): string {
  return quotient(milliseconds(column), 1000);
}

/** The deprecated fields that show milliseconds whatever the time format says. */
function timeWithMilliseconds(name: string, number: number, column: string): FlowField {
  return {
    name,
    number,
    exported: exportedTime(column),
    parts: () => [{ sql: milliseconds(column), type: "BIGINT" }],
    width: (_use, { time: format }) => timeWidth({ ...format, fraction: 3 }),
    cell(_use, { time: format }) {
      const print = timePrinter({ ...format, fraction: 3 });
      return (arrays, at, i) => print(number64(arrays[at]!, i));
    },
  };
}

const DURATION = `(${milliseconds("etime")} - ${milliseconds("stime")})`;

const EXPORTED_DURATION: Exported = {
  kind: "duration",
  parts: [{ sql: `(${microseconds("etime")} - ${microseconds("stime")})`, type: "BIGINT" }],
};

/** Letters of every octet of TCP flags. */
export function flagLetters(padded: boolean): readonly string[] {
  return Array.from({ length: 256 }, (_, flags) =>
    [..."FSRPAUEC"].map((letter, bit) => ((flags >> bit) & 1 ? letter : padded ? " " : "")).join(""),
  );
}

function tcpFlags(name: string, number: number, column: string): FlowField {
  return {
    name,
    number,
    exported: { kind: "flags", parts: [{ sql: column, type: "SMALLINT" }] },
    parts: () => [{ sql: column, type: "SMALLINT" }],
    width: (_use, style) => (style.flags === "numbers" ? 3 : 8),
    cell(_use, { flags, padded }) {
      if (flags === "numbers") return numberCell("SMALLINT");
      const text = flagLetters(padded);
      return (arrays, at, i) => text[arrays[at]![i]! & 255]!;
    },
  };
}

const ATTRIBUTE_LETTERS = [
  ["T", ROW_ATTRIBUTE.activeTimeout],
  ["C", ROW_ATTRIBUTE.continuation],
  ["F", ROW_ATTRIBUTE.packetsAfterFin],
  ["S", ROW_ATTRIBUTE.uniformSize],
] as const;

const SILK_ATTRIBUTES = ATTRIBUTE_LETTERS.reduce((bits, [, bit]) => bits | bit, 0);

const ATTRIBUTES: Part = { sql: `(attributes & ${SILK_ATTRIBUTES})::SMALLINT`, type: "SMALLINT" };

/** Letters of SiLK's attributes; when padded, each in its place. */
export function attributeText(attributes: number, padded: boolean): string {
  const text = ATTRIBUTE_LETTERS.map(([letter, bit]) => ((attributes & bit) !== 0 ? letter : padded ? " " : ""));
  return padded ? text.join("").padEnd(8) : text.join("");
}

/** A field of the configuration: sensor, class or type, by name or number. */
function named(
  name: "sensor" | "class" | "type",
  number: number,
  part: Part,
  widest: (site: Site) => readonly string[],
  text: (site: Site, value: number) => string,
  rest: Rest = {},
): FlowField {
  const isSensor = name === "sensor";
  return {
    name,
    number,
    ...rest,
    exported: { kind: name, parts: [part] },
    parts: () => [part],
    width: (_use, { site, sensors }) =>
      isSensor && sensors === "numbers" ? 5 : Math.max(isSensor ? 1 : 0, ...widest(site).map((each) => each.length)),
    cell(_use, { site, sensors }) {
      if (isSensor && sensors === "numbers") return numberCell(part.type);
      const texts = new Map<number, string>();
      return (arrays, at, i) => {
        const value = arrays[at]![i]!;
        let known = texts.get(value);
        if (known === undefined) {
          known = text(site, value);
          texts.set(value, known);
        }
        return known;
      };
    },
  };
}

const CLASS_OF_RECORD = named(
  "class",
  20,
  { sql: "flowtype", type: "SMALLINT" },
  (site) => site.config.classes.map((each) => each.name),
  (site, id) => site.className(id),
);

/** Flows of a class are one bin, whatever their types: bins hold the class's place in the site, -1 for none. */
const CLASS: FlowField = {
  ...CLASS_OF_RECORD,
  parts(use, style) {
    if (use === "record") return CLASS_OF_RECORD.parts(use, style);
    const { classes, flowtypes } = style.site.config;
    const cases = flowtypes.map(
      ({ id, class: name }) => `WHEN ${id} THEN ${classes.findIndex((each) => each.name === name)}`,
    );
    const sql = cases.length === 0 ? "-1" : `(CASE flowtype ${cases.join(" ")} ELSE -1 END)`;
    return [{ sql: `${sql}::SMALLINT`, type: "SMALLINT" }];
  },
  cell(use, style) {
    if (use === "record") return CLASS_OF_RECORD.cell(use, style);
    const names = style.site.config.classes.map(({ name }) => name);
    const unknown = style.site.className(UNKNOWN_FLOWTYPE);
    return (arrays, at, i) => names[arrays[at]![i]!] ?? unknown;
  },
};

/** ICMP type or code. Of other protocols it is empty, which is -1 here, in records and 0 in bins, as in SiLK. */
function icmp(name: string, expression: string): FlowField {
  const parts: readonly Part[] = [
    { sql: `(CASE WHEN proto IN (1, 58) THEN ${expression} ELSE -1 END)::SMALLINT`, type: "SMALLINT" },
  ];
  return {
    name,
    exported: { kind: "optional", parts },
    parts: (use) => [
      {
        sql: `(CASE WHEN proto IN (1, 58) THEN ${expression} ELSE ${use === "bin" ? 0 : -1} END)::SMALLINT`,
        type: "SMALLINT",
      },
    ],
    width: () => 3,
    cell: () => (arrays, at, i) => {
      const value = arrays[at]![i]!;
      return value < 0 ? "" : String(value);
    },
  };
}

/** Country of an address: two letters. */
function country(name: string, number: number, column: string): FlowField {
  const parts = ({ countries }: PrintStyle): readonly Part[] => [
    { sql: countries.of(column, `The field ${name}`), type: "INTEGER" },
  ];
  return {
    name,
    number,
    onRequest: true,
    exported: (style) => ({ kind: "country", parts: parts(style) }),
    parts: (_use, style) => parts(style),
    width: () => 3,
    cell: () => (arrays, at, i) => countryText(arrays[at]![i]!),
  };
}

export const FLOW_FIELDS: readonly FlowField[] = [
  address("sIP", 1, "sip"),
  address("dIP", 2, "dip"),
  narrow("sPort", 3, "sport", "INTEGER", 5),
  narrow("dPort", 4, "dport", "INTEGER", 5),
  narrow("protocol", 5, "proto", "SMALLINT", 3),
  narrow("packets", 6, "packets", "BIGINT", 10, { aliases: ["pkts"] }),
  narrow("bytes", 7, "bytes", "BIGINT", 10),
  tcpFlags("flags", 8, "flags"),
  time("sTime", 9, "stime"),
  {
    name: "duration",
    number: 10,
    aliases: ["dur"],
    exported: EXPORTED_DURATION,
    parts: (use) => [{ sql: use === "bin" ? quotient(DURATION, 1000) : DURATION, type: "BIGINT" }],
    width: (use, { time: { fraction } }) => (use === "bin" || fraction === 0 ? 5 : 9),
    cell: (use, { time: { fraction } }) =>
      use === "bin" ? wideNumber : (arrays, at, i) => durationText(number64(arrays[at]!, i), fraction),
  },
  time("eTime", 11, "etime"),
  named(
    "sensor",
    12,
    { sql: "sensor", type: "INTEGER" },
    // Without names, numbers: as wide as the largest.
    ({ config: { sensors } }) => (sensors.length === 0 ? [String(UNKNOWN_SENSOR)] : sensors.map((each) => each.name)),
    (site, id) => site.sensorName(id),
  ),
  narrow("in", 13, "input", "BIGINT", 5),
  narrow("out", 14, "output", "BIGINT", 5),
  address("nhIP", 15, "nhip"),
  tcpFlags("initialFlags", 26, "initial_flags"),
  tcpFlags("sessionFlags", 27, "session_flags"),
  {
    name: "attributes",
    number: 28,
    exported: { kind: "attributes", parts: [ATTRIBUTES] },
    parts: () => [ATTRIBUTES],
    width: () => 8,
    cell: (_use, { padded }) => {
      const text = Array.from({ length: 256 }, (_, each) => attributeText(each, padded));
      return (arrays, at, i) => text[arrays[at]![i]! & 255]!;
    },
  },
  narrow("application", 29, "application", "INTEGER", 5),
  country("scc", 18, "sip"),
  country("dcc", 19, "dip"),
  CLASS,
  named(
    "type",
    21,
    { sql: "flowtype", type: "SMALLINT" },
    (site) => site.config.flowtypes.map((each) => each.type),
    (site, id) => site.typeName(id),
  ),
  timeWithMilliseconds("sTime+msec", 22, "stime"),
  timeWithMilliseconds("eTime+msec", 23, "etime"),
  {
    name: "dur+msec",
    number: 24,
    exported: EXPORTED_DURATION,
    parts: () => [{ sql: DURATION, type: "BIGINT" }],
    width: () => 9,
    cell: () => (arrays, at, i) => durationText(number64(arrays[at]!, i), 3),
  },
  icmp("iType", "dport // 256"),
  icmp("iCode", "dport % 256"),
];

/** Names that stand for several fields. */
export const FIELD_GROUPS = [{ name: "icmpTypeCode", number: 25, fields: ["iType", "iCode"] }] as const;

const ALIASES: ReadonlyMap<string, readonly string[]> = new Map(
  FIELD_GROUPS.flatMap(({ name, number, fields }) => [
    [name.toLowerCase(), fields],
    [String(number), fields],
  ]),
);

const BY_NAME = new Map<string, FlowField>();
for (const each of FLOW_FIELDS) {
  for (const name of [each.name, ...(each.aliases ?? [])]) BY_NAME.set(name.toLowerCase(), each);
  if (each.number !== undefined) BY_NAME.set(String(each.number), each);
}

/** The field of that name; for names in this program's text. */
export function flowField(name: string): FlowField {
  const found = BY_NAME.get(name.toLowerCase());
  if (found === undefined) throw new RangeError(`no field ${name}`);
  return found;
}

/**
 * Fields of a list of names, numbers and ranges of numbers; names may be shortened to what is unique and are taken in
 * any case.
 *
 * @param called what the list is called in messages: `fields`
 * @throws UsageError in SiLK's words
 */
export function chooseFlowFields(list: string, called: string): readonly FlowField[] {
  const chosen = list.split(",").flatMap((word) => fieldsOf(word.trim(), called));
  const seen = new Set<FlowField>();
  for (const each of chosen) {
    if (seen.has(each)) throw new UsageError(`Invalid ${called}: Duplicate name '${each.name}'`);
    seen.add(each);
  }
  return chosen;
}

function fieldsOf(word: string, called: string): readonly FlowField[] {
  const range = /^(\d+)-(\d+)$/.exec(word);
  if (range !== null) {
    const first = Number(range[1]);
    const last = Number(range[2]);
    if (last < first) throw new UsageError(`Invalid ${called}: Range '${word}' is invalid`);
    return Array.from({ length: Math.min(last - first + 1, 1000) }, (_, k) => String(first + k)).flatMap((each) =>
      fieldsOf(each, called),
    );
  }
  const name = word.toLowerCase();
  const group = ALIASES.get(name);
  if (group !== undefined) return group.map(flowField);
  const exact = BY_NAME.get(name);
  if (exact !== undefined) return [exact];
  const single = new Set([...BY_NAME].filter(([each]) => each.startsWith(name)).map(([, found]) => found));
  const groups = [...ALIASES].filter(([each]) => each.startsWith(name)).map(([, found]) => found.map(flowField));
  const candidates = [...[...single].map((each) => [each]), ...groups];
  const [only] = candidates;
  if (name === "" || only === undefined)
    throw new UsageError(`Invalid ${called}: No match was found for the field '${word}'`);
  if (candidates.length > 1) throw new UsageError(`Invalid ${called}: The field '${word}' matches multiple fields`);
  return only;
}
