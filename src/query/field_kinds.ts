/** The kinds of fields: each function makes one from its name, number and columns. */
import { ROW_ATTRIBUTE, UNKNOWN_FLOWTYPE } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { PADDED_TCP_FLAGS, TCP_FLAGS } from "../text/flags.js";
import { type AddressFormatter, addressFormatter, addressWidth } from "../text/ip_format.js";
import { timePrinter, timeWidth } from "../text/silk_time.js";
import { microseconds, milliseconds, quotient } from "./dialect.js";
import { number64, type ResultType } from "./engine.js";
import type { Cell, Exported, FlowField, Part, PrintStyle } from "./field.js";

const number: Cell = (arrays, at, i) => String(arrays[at]![i]);
export const wideNumber: Cell = (arrays, at, i) => String(number64(arrays[at]!, i));

export function address(name: string, number: number, column: string): FlowField {
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

export function narrow(
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

export function numberCell(type: ResultType): Cell {
  return type === "BIGINT" || type === "UBIGINT" ? wideNumber : number;
}

function exportedTime(column: string): Exported {
  return { kind: "time", parts: [{ sql: column, type: "TIMESTAMPTZ" }] };
}

export function time(name: string, number: number, column: string): FlowField {
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
export function timeWithMilliseconds(name: string, number: number, column: string): FlowField {
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

export const DURATION = `(${milliseconds("etime")} - ${milliseconds("stime")})`;

export const EXPORTED_DURATION: Exported = {
  kind: "duration",
  parts: [{ sql: `(${microseconds("etime")} - ${microseconds("stime")})`, type: "BIGINT" }],
};

/** Letters of every octet of TCP flags. */
export function flagLetters({ padded }: Pick<PrintStyle, "padded">): readonly string[] {
  return padded ? PADDED_TCP_FLAGS : TCP_FLAGS;
}

export function tcpFlags(name: string, number: number, column: string): FlowField {
  return {
    name,
    number,
    exported: { kind: "flags", parts: [{ sql: column, type: "SMALLINT" }] },
    parts: () => [{ sql: column, type: "SMALLINT" }],
    width: (_use, style) => (style.flags === "numbers" ? 3 : 8),
    cell(_use, style) {
      if (style.flags === "numbers") return numberCell("SMALLINT");
      const text = flagLetters(style);
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

export const ATTRIBUTES: Part = { sql: `(attributes & ${SILK_ATTRIBUTES})::SMALLINT`, type: "SMALLINT" };

/** Letters of SiLK's attributes; when padded, each in its place. */
export function attributeText(attributes: number, padded: boolean): string {
  const text = ATTRIBUTE_LETTERS.map(([letter, bit]) => ((attributes & bit) !== 0 ? letter : padded ? " " : ""));
  return padded ? text.join("").padEnd(8) : text.join("");
}

/** A field of the configuration: sensor, class or type, by name or number. */
export function named(
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
export const CLASS: FlowField = {
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
export function icmp(name: string, expression: string): FlowField {
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
