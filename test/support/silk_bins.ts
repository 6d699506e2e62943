/** A model of rwuniq and rwstats: flows grouped in maps, one row at a time. */
import type { PlainRow } from "./rows.js";
import { addressOf, SENSOR_NAMES, TYPE_NAMES } from "./silk_rows.js";

/** A key field: how rows are told apart and sorted, and what is printed. */
export interface ModelField {
  readonly title: string;
  order(row: PlainRow): bigint | number;
  text(row: PlainRow): string;
}

const seconds = (microseconds: bigint | number) => Math.floor(Number(microseconds) / 1e6);
const milliseconds = (row: PlainRow) => (Number(row.etime) - Number(row.stime)) / 1000;
const isIcmp = (row: PlainRow) => row.proto === 1 || row.proto === 58;
const isMapped = (address: bigint) => address >> 32n === 0xffffn;

function number(title: string, order: ModelField["order"]): ModelField {
  return { title, order, text: (row) => String(order(row)) };
}

function address(title: string, column: "sip" | "dip" | "nhip"): ModelField {
  return {
    title,
    order: (row) => addressOf(row, column),
    text: (row) => {
      const value = addressOf(row, column);
      return String(isMapped(value) ? value & 0xffffffffn : value);
    },
  };
}

function flags(title: string, column: "flags" | "initial_flags" | "session_flags"): ModelField {
  return {
    title,
    order: (row) => Number(row[column]),
    text: (row) => [..."FSRPAUEC"].filter((_letter, bit) => (Number(row[column]) >> bit) & 1).join(""),
  };
}

/** By their names in `--fields`; addresses print as integers and times as epoch seconds. */
export const MODEL_FIELDS: Readonly<Record<string, ModelField>> = {
  sip: address("sIP", "sip"),
  dip: address("dIP", "dip"),
  nhip: address("nhIP", "nhip"),
  sport: number("sPort", (row) => Number(row.sport)),
  dport: number("dPort", (row) => Number(row.dport)),
  proto: number("protocol", (row) => Number(row.proto)),
  packets: number("packets", (row) => Number(row.packets)),
  bytes: number("bytes", (row) => Number(row.bytes)),
  flags: flags("flags", "flags"),
  initialflags: flags("initialFlags", "initial_flags"),
  sessionflags: flags("sessionFlags", "session_flags"),
  stime: number("sTime", (row) => seconds(row.stime)),
  etime: number("eTime", (row) => seconds(row.etime)),
  duration: number("duration", (row) => Math.floor(milliseconds(row) / 1000)),
  sensor: { title: "sensor", order: (row) => Number(row.sensor), text: (row) => SENSOR_NAMES[Number(row.sensor)]! },
  type: { title: "type", order: (row) => Number(row.flowtype), text: (row) => TYPE_NAMES[Number(row.flowtype)]! },
  class: { title: "class", order: () => 0, text: () => "all" },
  in: number("in", (row) => Number(row.input)),
  out: number("out", (row) => Number(row.output)),
  application: number("application", (row) => Number(row.application)),
  itype: number("iType", (row) => (isIcmp(row) ? Number(row.dport) >> 8 : 0)),
  icode: number("iCode", (row) => (isIcmp(row) ? Number(row.dport) & 255 : 0)),
  attributes: {
    title: "attributes",
    order: (row) => Number(row.attributes) & 0x3c,
    text: (row) =>
      [
        ["T", 0x10],
        ["C", 0x20],
        ["F", 0x08],
        ["S", 0x04],
      ]
        .filter(([, bit]) => (Number(row.attributes) & Number(bit)) !== 0)
        .map(([letter]) => letter)
        .join(""),
  },
};

/** A start or end time that is cut to its bin. */
export function binnedTime(name: "stime" | "etime", binTime: number): ModelField {
  const { title } = MODEL_FIELDS[name]!;
  return number(title, (row) => Math.floor(seconds(row[name]) / binTime) * binTime);
}

/** A value of a bin. */
export interface ModelValue {
  readonly title: string;
  of(rows: readonly PlainRow[]): number;
}

const sum = (rows: readonly PlainRow[], column: "packets" | "bytes") =>
  rows.reduce((total, row) => total + Number(row[column]), 0);

export function distinctValue(name: string): ModelValue {
  const field = MODEL_FIELDS[name]!;
  return { title: `${field.title}-Distinct`, of: (rows) => new Set(rows.map((row) => field.order(row))).size };
}

/** By their names in `--values`. */
export const MODEL_VALUES: Readonly<Record<string, ModelValue>> = {
  records: { title: "Records", of: (rows) => rows.length },
  packets: { title: "Packets", of: (rows) => sum(rows, "packets") },
  bytes: { title: "Bytes", of: (rows) => sum(rows, "bytes") },
  "sip-distinct": distinctValue("sip"),
  "dip-distinct": distinctValue("dip"),
  "stime-earliest": { title: "sTime-Earliest", of: (rows) => Math.min(...rows.map((row) => seconds(row.stime))) },
  "etime-latest": { title: "eTime-Latest", of: (rows) => Math.max(...rows.map((row) => seconds(row.etime))) },
};

/** A bin: the texts of its keys, and its values. */
export interface ModelBin {
  readonly keys: readonly string[];
  readonly values: readonly number[];
}

const compare = (a: bigint | number, b: bigint | number) => (a < b ? -1 : a > b ? 1 : 0);

/** Orders rows by some fields, the first one first. */
export function byFields(fields: readonly ModelField[]): (a: PlainRow, b: PlainRow) => number {
  return (a, b) => fields.map((field) => compare(field.order(a), field.order(b))).find((each) => each !== 0) ?? 0;
}

/** The bins in the order of their keys. */
export function binsOf(
  rows: readonly PlainRow[],
  fields: readonly ModelField[],
  values: readonly ModelValue[],
): ModelBin[] {
  const groups = new Map<string, PlainRow[]>();
  for (const row of rows) {
    const key = fields.map((field) => field.order(row)).join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const order = byFields(fields);
  return [...groups.values()]
    .sort((a, b) => order(a[0]!, b[0]!))
    .map((group) => ({
      keys: fields.map((field) => field.text(group[0]!)),
      values: values.map((value) => value.of(group)),
    }));
}
