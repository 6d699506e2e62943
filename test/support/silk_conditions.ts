/** Arguments of rwfilter's partitioning switches, each made together with what it means for one row. */
import fc from "fast-check";
import type { ColumnName } from "../../src/record/columns.js";
import { payloadOf, perSecond } from "./flow_rates.js";
import type { PlainRow } from "./rows.js";
import { addressOf, isIpv4Row, SENSOR_NAMES, TYPE_NAMES } from "./silk_rows.js";

export interface Condition {
  /** SET stands for the file of the addresses of `set`. */
  readonly argv: readonly string[];
  readonly set?: readonly string[];
  passes(row: PlainRow): boolean;
}

type ConditionOf = (rows: readonly PlainRow[]) => fc.Arbitrary<Condition>;

interface Meaning<Value> {
  readonly text: string;
  holds(value: Value): boolean;
}

/** Numbers near those of the rows and near the ends. */
function nearby(rows: readonly PlainRow[], columns: readonly ColumnName[], high: number): fc.Arbitrary<number> {
  const seen = [...new Set(rows.flatMap((row) => columns.map((column) => Number(row[column]))))];
  const near = fc.tuple(fc.constantFrom(...seen), fc.constantFrom(-1, 0, 0, 1)).map(([value, step]) => value + step);
  return fc
    .oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: fc.constantFrom(0, high) })
    .map((value) => Math.min(high, Math.max(0, value)));
}

/** `4`, `4-9` or `4-`. */
function range(value: fc.Arbitrary<number>): fc.Arbitrary<Meaning<number>> {
  return fc.tuple(value, value, fc.constantFrom("one", "closed", "open")).map(([a, b, kind]) => {
    const [low, high] = a <= b ? [a, b] : [b, a];
    if (kind === "one") return { text: String(a), holds: (each) => each === a };
    if (kind === "open") return { text: `${a}-`, holds: (each) => each >= a };
    return { text: `${low}-${high}`, holds: (each) => each >= low && each <= high };
  });
}

const list = <Value>(part: fc.Arbitrary<Meaning<Value>>): fc.Arbitrary<Meaning<Value>> =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(","),
    holds: (value) => parts.some((each) => each.holds(value)),
  }));

/** A list of numbers compared with any of some columns. */
function numberList(name: string, columns: readonly ColumnName[], high: number): ConditionOf {
  return (rows) =>
    list(range(nearby(rows, columns, high))).map(({ text, holds }) => ({
      argv: [`--${name}=${text}`],
      passes: (row) => columns.some((column) => holds(Number(row[column]))),
    }));
}

function icmp(name: string, part: (port: number) => number): ConditionOf {
  return () =>
    list(range(fc.constantFrom(0, 1, 3, 8, 13, 254, 255))).map(({ text, holds }) => ({
      argv: [`--${name}=${text}`],
      passes: (row) => (row.proto === 1 || row.proto === 58) && holds(part(Number(row.dport))),
    }));
}

function numberRange(column: "bytes" | "packets"): ConditionOf {
  return (rows) =>
    range(nearby(rows, [column], 1e13)).map(({ text, holds }) => ({
      argv: [`--${column}=${text}`],
      passes: (row) => holds(Number(row[column])),
    }));
}

/** A range of decimals; `compare` says on which side of `thousandths / 1000` a row lies. */
function decimals(
  name: string,
  value: (rows: readonly PlainRow[]) => fc.Arbitrary<number>,
  compare: (row: PlainRow, thousandths: number) => number,
): ConditionOf {
  const text = (thousandths: number) => {
    const digits = `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, "0")}`;
    return digits.replace(/\.?0+$/, "") || "0";
  };
  const whole = (thousandths: number) => (thousandths % 1000 === 0 ? String(thousandths / 1000) : text(thousandths));
  return (rows) =>
    fc.tuple(value(rows), value(rows), fc.constantFrom("one", "closed", "open")).map(([a, b, kind]) => {
      const [low, high] = a <= b ? [a, b] : [b, a];
      if (kind === "open") return { argv: [`--${name}=${whole(a)}-`], passes: (row) => compare(row, a) >= 0 };
      const [from, to] = kind === "one" ? [a, a] : [low, high];
      return {
        argv: [`--${name}=${kind === "one" ? whole(a) : `${whole(from)}-${whole(to)}`}`],
        passes: (row) => compare(row, from) >= 0 && compare(row, to) <= 0,
      };
    });
}

const start = (row: PlainRow) => Number(row.stime) / 1000;
const end = (row: PlainRow) => Number(row.etime) / 1000;

const UNITS = [
  { name: "day", length: 24, milliseconds: 86_400_000 },
  { name: "hour", length: 13, milliseconds: 3_600_000 },
  { name: "minute", length: 16, milliseconds: 60_000 },
  { name: "second", length: 19, milliseconds: 1000 },
  { name: "millisecond", length: 23, milliseconds: 1 },
  { name: "epoch", length: 0, milliseconds: 1000 },
] as const;

type Unit = (typeof UNITS)[number];

/** A time as SiLK's users type it, cut to a unit; `separator` stands between day and hour. */
function timeText(time: number, unit: Unit, separator: string): string {
  if (unit.name === "epoch") return String(Math.floor(time / 1000));
  const iso = new Date(time).toISOString();
  const [day = "", clock = ""] = [iso.slice(0, 10).replaceAll("-", "/"), iso.slice(11, 23)];
  return unit.name === "day" ? day : `${day}${separator}${clock.slice(0, unit.length - 11)}`;
}

const cut = (time: number, { milliseconds }: Unit) => Math.floor(time / milliseconds) * milliseconds;

/** A window with ends of any precision; `inside` takes a row and the first and last millisecond. */
function timeWindow(name: string, inside: (row: PlainRow, first: number, last: number) => boolean): ConditionOf {
  return (rows) => {
    const seen = fc.constantFrom(...rows.slice(0, 500).flatMap((row) => [start(row), end(row)]));
    const time = fc.tuple(seen, fc.constantFrom(-1, 0, 0, 1)).map(([each, step]) => each + step);
    const unit = fc.constantFrom(...UNITS);
    const separator = fc.constantFrom(":", "T");
    return fc.tuple(time, time, unit, unit, separator, fc.boolean()).map(([a, b, from, to, between, single]) => {
      const first = cut(Math.min(a, b), from);
      if (single) {
        const text = timeText(Math.min(a, b), from, between);
        return { argv: [`--${name}=${text}`], passes: (row) => inside(row, first, first) };
      }
      const last = cut(Math.max(a, b), to) + to.milliseconds - 1;
      const text = `${timeText(Math.min(a, b), from, between)}-${timeText(Math.max(a, b), to, between)}`;
      return { argv: [`--${name}=${text}`], passes: (row) => inside(row, first, last) };
    });
  };
}

const LETTERS = "FSRPAUEC";

const flagText = (bits: number) => [...LETTERS].filter((_letter, bit) => (bits >> bit) & 1).join("");

/** `HIGH/MASK` lists over the letters of some bits. */
function highMasks(name: string, column: ColumnName, letters: readonly (readonly [string, number])[]): ConditionOf {
  const text = (bits: number) =>
    letters
      .filter(([, bit]) => (bits & bit) !== 0)
      .map(([letter]) => letter)
      .join("");
  const all = letters.reduce((bits, [, bit]) => bits | bit, 0);
  const pair = fc
    .tuple(fc.nat(255), fc.nat(255))
    .map(([high, mask]) => ({ high: high & mask & all, mask: mask & all }));
  return () =>
    fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => ({
      argv: [`--${name}=${pairs.map(({ high, mask }) => `${text(high)}/${text(mask)}`).join(",")}`],
      passes: (row) => pairs.some(({ high, mask }) => (Number(row[column]) & mask) === high),
    }));
}

const TCP = [...LETTERS].map((letter, bit) => [letter, 1 << bit] as const);
const ATTRIBUTES = [
  ["S", 0x04],
  ["F", 0x08],
  ["T", 0x10],
  ["C", 0x20],
] as const;

type AddressColumn = "sip" | "dip" | "nhip";

const dotted = (address: bigint) => [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
const groupsOf = (address: bigint) =>
  Array.from({ length: 8 }, (_, k) => Number((address >> BigInt(112 - 16 * k)) & 0xffffn));
const isMapped = (address: bigint) => address >> 32n === 0xffffn;
const addressText = (address: bigint) =>
  isMapped(address)
    ? dotted(address)
    : groupsOf(address)
        .map((group) => group.toString(16))
        .join(":");

/** A block around an address of the rows; IPv4 ones lie within ::ffff:0:0/96, which IPv6 blocks may contain. */
function block(rows: readonly PlainRow[]): fc.Arbitrary<Meaning<bigint>> {
  const seen = fc.constantFrom(...rows.slice(0, 300).flatMap((row) => [addressOf(row, "sip"), addressOf(row, "nhip")]));
  return fc.tuple(seen, fc.constantFrom("single", "block"), fc.nat(128)).map(([address, kind, any]) => {
    const width = isMapped(address) ? 32 : 128;
    const length = kind === "single" ? width : any % (width + 1);
    const shift = BigInt(width - length);
    const text = kind === "single" ? addressText(address) : `${addressText(address)}/${length}`;
    return { text, holds: (each) => each >> shift === address >> shift };
  });
}

/** Octets or groups of a wildcard: one number, a list, a range, or any. */
function wildcardPart(value: number, high: number, radix: 10 | 16): fc.Arbitrary<Meaning<number>> {
  const number = fc.constantFrom(value, value, 0, high);
  return fc.tuple(number, number, fc.constantFrom("one", "list", "range", "any")).map(([a, b, kind]) => {
    const text = (each: number) => each.toString(radix);
    const [low, top] = a <= b ? [a, b] : [b, a];
    if (kind === "any") return { text: "x", holds: () => true };
    if (kind === "range") return { text: `${text(low)}-${text(top)}`, holds: (each) => each >= low && each <= top };
    if (kind === "list") return { text: `${text(low)},${text(top)}`, holds: (each) => each === low || each === top };
    return { text: text(a), holds: (each) => each === a };
  });
}

function wildcard(rows: readonly PlainRow[]): fc.Arbitrary<Meaning<bigint>> {
  const seen = fc.constantFrom(...rows.slice(0, 300).map((row) => addressOf(row, "sip")));
  return seen.chain((address) => {
    const mapped = isMapped(address);
    const of = (each: bigint) =>
      mapped ? [24n, 16n, 8n, 0n].map((by) => Number((each >> by) & 255n)) : groupsOf(each);
    const parts = of(address).map((value) => wildcardPart(value, mapped ? 255 : 65535, mapped ? 10 : 16));
    return fc.tuple(...parts).map((meanings) => ({
      text: meanings.map(({ text }) => text).join(mapped ? "." : ":"),
      // IPv4 addresses are those of ::ffff:0:0/96, for wildcards of IPv6, too.
      holds: (each) => (isMapped(each) || !mapped) && of(each).every((value, k) => meanings[k]!.holds(value)),
    }));
  });
}

function addresses(
  name: string,
  columns: readonly AddressColumn[],
  meaning: (rows: readonly PlainRow[]) => fc.Arbitrary<Meaning<bigint>>,
): Record<string, ConditionOf> {
  const holds = (each: Meaning<bigint>, row: PlainRow) => columns.some((column) => each.holds(addressOf(row, column)));
  const of =
    (option: string, wanted: "inside" | "outside"): ConditionOf =>
    (rows) =>
      meaning(rows).map((each) => ({
        argv: [`--${option}=${each.text}`],
        passes: (row) => holds(each, row) === (wanted === "inside"),
      }));
  return { [name]: of(name, "inside"), [`not-${name}`]: of(`not-${name}`, "outside") };
}

function sets(name: string, columns: readonly AddressColumn[]): Record<string, ConditionOf> {
  const of =
    (option: string, wanted: "inside" | "outside"): ConditionOf =>
    (rows) =>
      fc.array(block(rows), { minLength: 1, maxLength: 5 }).map((blocks) => ({
        argv: [`--${option}=SET`],
        set: blocks.map(({ text }) => text),
        passes: (row) =>
          columns.some((column) => blocks.some((each) => each.holds(addressOf(row, column)))) === (wanted === "inside"),
      }));
  return { [name]: of(name, "inside"), [`not-${name}`]: of(`not-${name}`, "outside") };
}

const ADDRESS_SWITCHES = [
  { columns: ["sip"], cidr: "scidr", wildcards: "saddress", set: "sipset" },
  { columns: ["dip"], cidr: "dcidr", wildcards: "daddress", set: "dipset" },
  { columns: ["sip", "dip"], cidr: "any-cidr", wildcards: "any-address", set: "anyset" },
  { columns: ["nhip"], cidr: "nhcidr", wildcards: "next-hop-id", set: "nhipset" },
] as const;

const RATES: readonly (readonly [name: string, rate: (row: PlainRow) => number])[] = [
  ["payload-rate", perSecond(payloadOf)],
  ["bytes-per-second", perSecond((row) => Number(row.bytes))],
  ["packets-per-second", perSecond((row) => Number(row.packets))],
];

/** A range of rates, near those of rows. */
const rate = (name: string, of: (row: PlainRow) => number): ConditionOf =>
  decimals(
    name,
    (rows) => fc.constantFrom(...rows.slice(0, 200).map((row) => Math.min(2 ** 53, Math.round(of(row) * 1000))), 0),
    (row, thousandths) => Math.sign(of(row) - thousandths / 1000),
  );

const some = <Value>(values: readonly Value[]) => fc.subarray([...values], { minLength: 1 });

/** Conditions by the name of their switch. */
export const CONDITIONS: Readonly<Record<string, ConditionOf>> = {
  ...Object.assign(
    {},
    ...ADDRESS_SWITCHES.map(({ columns, cidr, wildcards, set }) => ({
      ...addresses(cidr, columns, (rows) => list(block(rows))),
      ...addresses(wildcards, columns, wildcard),
      ...sets(set, columns),
    })),
  ),
  sport: numberList("sport", ["sport"], 65535),
  dport: numberList("dport", ["dport"], 65535),
  aport: numberList("aport", ["sport", "dport"], 65535),
  protocol: numberList("protocol", ["proto"], 255),
  application: numberList("application", ["application"], 65535),
  "input-index": numberList("input-index", ["input"], 65535),
  "output-index": numberList("output-index", ["output"], 65535),
  "any-index": numberList("any-index", ["input", "output"], 65535),
  "icmp-type": icmp("icmp-type", (port) => port >> 8),
  "icmp-code": icmp("icmp-code", (port) => port & 255),
  bytes: numberRange("bytes"),
  packets: numberRange("packets"),
  "bytes-per-packet": decimals(
    "bytes-per-packet",
    () => fc.oneof(fc.constantFrom(0, 40_000, 40_001, 41_000, 60_000, 1_500_000, 40_500), fc.nat(1_600_000)),
    (row, thousandths) => {
      const difference = (row.bytes as bigint) * 1000n - (row.packets as bigint) * BigInt(thousandths);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    },
  ),
  ...Object.fromEntries(RATES.map(([name, of]) => [name, rate(name, of)])),
  "payload-bytes": (rows) =>
    range(fc.constantFrom(...new Set(rows.map(payloadOf)), 1, 1000)).map(({ text, holds }) => ({
      argv: [`--payload-bytes=${text}`],
      passes: (row) => holds(payloadOf(row)),
    })),
  duration: decimals(
    "duration",
    (rows) =>
      fc.constantFrom(...new Set(rows.slice(0, 200).map((row) => end(row) - start(row))), 0, 1, 500, 1002, 30_001),
    (row, thousandths) => Math.sign(end(row) - start(row) - thousandths),
  ),
  stime: timeWindow("stime", (row, first, last) => start(row) >= first && start(row) <= last),
  etime: timeWindow("etime", (row, first, last) => end(row) >= first && end(row) <= last),
  "active-time": timeWindow("active-time", (row, first, last) => start(row) <= last && end(row) >= first),
  "flags-all": highMasks("flags-all", "flags", TCP),
  "flags-initial": highMasks("flags-initial", "initial_flags", TCP),
  "flags-session": highMasks("flags-session", "session_flags", TCP),
  attributes: highMasks("attributes", "attributes", ATTRIBUTES),
  "tcp-flags": () =>
    fc.integer({ min: 1, max: 255 }).map((bits) => ({
      argv: [`--tcp-flags=${flagText(bits)}`],
      passes: (row) => (Number(row.flags) & bits) !== 0,
    })),
  ...Object.fromEntries(
    ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"].map((name, bit): [string, ConditionOf] => [
      `${name}-flag`,
      () =>
        fc.constantFrom("0", "1").map((wanted) => ({
          argv: [`--${name}-flag=${wanted}`],
          passes: (row) => ((Number(row.flags) >> bit) & 1) === Number(wanted),
        })),
    ]),
  ),
  "ip-version": () =>
    fc.constantFrom("4", "6", "4,6", "6,4").map((versions) => ({
      argv: [`--ip-version=${versions}`],
      passes: (row) => versions.includes(isIpv4Row(row) ? "4" : "6"),
    })),
  sensors: () =>
    fc.tuple(some(SENSOR_NAMES), fc.constantFrom("names", "numbers")).map(([chosen, as]) => ({
      argv: [`--sensors=${chosen.map((name) => (as === "names" ? name : name.slice(1))).join(",")}`],
      passes: (row) => chosen.some((name) => name === `S${row.sensor}`),
    })),
  type: () =>
    some(TYPE_NAMES).map((chosen) => ({
      argv: [`--type=${chosen.join(",")}`],
      passes: (row) => chosen.includes(TYPE_NAMES[Number(row.flowtype)]!),
    })),
  flowtypes: () =>
    some(TYPE_NAMES).map((chosen) => ({
      argv: [`--flowtypes=${chosen.map((name) => `all/${name}`).join(",")}`],
      passes: (row) => chosen.includes(TYPE_NAMES[Number(row.flowtype)]!),
    })),
};
