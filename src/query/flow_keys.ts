/** The values of flows that tools compare: SiLK's fields, each as SQL to sort by and as numbers of a row. */
import { UsageError } from "../errors.js";
import type { ColumnArrays, ColumnName } from "../record/columns.js";
import { ROW_ATTRIBUTE } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { milliseconds } from "./dialect.js";
import { chooseFlowFields } from "./fields.js";

/** A number of row `i`. */
export type RowNumber = (arrays: ColumnArrays, i: number) => number;

export interface FlowKey {
  /** As in `--fields`. */
  readonly field: string;
  /** Expressions in the order of which the field sorts. */
  readonly sql: readonly string[];
  /** Numbers that are equal when the field is. */
  readonly numbers: readonly RowNumber[];
}

type WideColumn = Extract<ColumnName, "packets" | "bytes" | "input" | "output" | "stime" | "etime">;

/** A 64-bit number, exact up to 2^53. */
function wide(name: WideColumn): RowNumber {
  return (arrays, i) => arrays[name]![2 * i + 1]! * 4294967296 + arrays[name]![2 * i]!;
}

function address(field: string, column: "sip" | "dip" | "nhip"): FlowKey {
  const halves = [`${column}_hi`, `${column}_lo`] as const;
  const numbers = halves.flatMap((half): RowNumber[] => [
    (arrays, i) => arrays[half]![2 * i + 1]!,
    (arrays, i) => arrays[half]![2 * i]!,
  ]);
  return { field, sql: halves, numbers };
}

type NarrowColumn = Extract<
  ColumnName,
  "sport" | "dport" | "proto" | "flags" | "initial_flags" | "session_flags" | "sensor" | "flowtype" | "application"
>;

function narrow(field: string, column: NarrowColumn): FlowKey {
  return { field, sql: [column], numbers: [(arrays, i) => arrays[column]![i]!] };
}

function counter(field: string, column: WideColumn): FlowKey {
  return { field, sql: [column], numbers: [wide(column)] };
}

/** Whole milliseconds, as SiLK has times. */
function time(column: "stime" | "etime"): RowNumber {
  const microseconds = wide(column);
  return (arrays, i) => Math.floor(microseconds(arrays, i) / 1000);
}

const START = time("stime");
const END = time("etime");

const ATTRIBUTES =
  ROW_ATTRIBUTE.uniformSize | ROW_ATTRIBUTE.packetsAfterFin | ROW_ATTRIBUTE.activeTimeout | ROW_ATTRIBUTE.continuation;

/** The class of a flowtype as a number; -1 when the site does not define it. */
function classKey(site: Site): FlowKey {
  const { flowtypes, classes } = site.config;
  const number = (name: string) => classes.findIndex((each) => each.name === name);
  const ofFlowtype = new Map(flowtypes.map((each) => [each.id, number(each.class)]));
  const cases = [...ofFlowtype].map(([id, of]) => `WHEN ${id} THEN ${of}`).join(" ");
  return {
    field: "class",
    sql: [cases === "" ? "-1" : `(CASE flowtype ${cases} ELSE -1 END)`],
    numbers: [(arrays, i) => ofFlowtype.get(arrays.flowtype![i]!) ?? -1],
  };
}

/** All fields that make flows differ, in the order of their numbers; the time of the end follows from the duration. */
export function flowKeys(site: Site): readonly FlowKey[] {
  return [
    address("sIP", "sip"),
    address("dIP", "dip"),
    narrow("sPort", "sport"),
    narrow("dPort", "dport"),
    narrow("protocol", "proto"),
    counter("packets", "packets"),
    counter("bytes", "bytes"),
    narrow("flags", "flags"),
    { field: "sTime", sql: [milliseconds("stime")], numbers: [START] },
    {
      field: "duration",
      sql: [`(${milliseconds("etime")} - ${milliseconds("stime")})`],
      numbers: [(arrays, i) => END(arrays, i) - START(arrays, i)],
    },
    narrow("sensor", "sensor"),
    counter("in", "input"),
    counter("out", "output"),
    address("nhIP", "nhip"),
    classKey(site),
    narrow("type", "flowtype"),
    narrow("initialFlags", "initial_flags"),
    narrow("sessionFlags", "session_flags"),
    {
      field: "attributes",
      sql: [`(attributes & ${ATTRIBUTES})`],
      numbers: [(arrays, i) => arrays.attributes![i]! & ATTRIBUTES],
    },
    narrow("application", "application"),
  ];
}

/**
 * The keys that are left without the fields of `--ignore-fields`.
 *
 * @throws UsageError in SiLK's words
 */
export function keysWithout(keys: readonly FlowKey[], ignored: string | undefined): readonly FlowKey[] {
  if (ignored === undefined) return keys;
  const names = chooseFlowFields(ignored, "ignore-fields").map(({ name }) => name);
  const stranger = names.find((name) => keys.every(({ field }) => field !== name));
  if (stranger !== undefined)
    throw new UsageError(`Invalid ignore-fields: No match was found for the field '${stranger}'`);
  return keys.filter(({ field }) => !names.includes(field));
}
