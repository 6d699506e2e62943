/**
 * Generates the straight-line code that reads records of one layout into columns. Only expressions of the layouts and
 * numbers go into the text, never anything that a file holds.
 */
import { type ColumnArrays, type ColumnName, MAPPED_IPV4, ROW_ATTRIBUTE } from "../../record/columns.js";
import type { ByteOrder } from "./header.js";
import { type Layout, TCP_STATE } from "./layouts/layout.js";

/** What records do not hold themselves: they take it from the file's packed-file entry. */
export interface FileContext {
  /** Milliseconds since 1970 of the file's hour. */
  readonly hour: number;
  readonly sensor: number;
  readonly flowtype: number;
}

/** Reads `count` records from octet `at` into the rows from `row`. */
export type ReadRecords = (view: DataView, at: number, count: number, row: number) => void;

/** Bits of ROW_ATTRIBUTE of each octet of TCP state. */
const ATTRIBUTES_OF_STATE = Int16Array.from({ length: 256 }, (_, state) => {
  let attributes = 0;
  if (state & TCP_STATE.expanded) attributes |= ROW_ATTRIBUTE.flagsSeparate;
  if (state & TCP_STATE.packetsAfterFin) attributes |= ROW_ATTRIBUTE.packetsAfterFin;
  if (state & TCP_STATE.uniformSize) attributes |= ROW_ATTRIBUTE.uniformSize;
  if (state & TCP_STATE.timeoutKilled) attributes |= ROW_ATTRIBUTE.activeTimeout;
  if (state & TCP_STATE.timeoutStarted) attributes |= ROW_ATTRIBUTE.continuation;
  return attributes;
});

/** Server ports of the web formats; the last stands for one that is not known. */
const WEB_PORT = Uint16Array.of(80, 443, 8080, 0);

/** Replaces the reading words of an expression by calls on the view. */
function readings(expression: string, byteOrder: ByteOrder): string {
  const little = byteOrder === "little";
  const read = (type: string, at: number) => `view.get${type}(p+${at},${little})`;
  return expression
    .replace(/\bU8\((\d+)\)/g, (_, at) => `view.getUint8(p+${at})`)
    .replace(/\bU16\((\d+)\)/g, (_, at) => read("Uint16", Number(at)))
    .replace(/\bU32\((\d+)\)/g, (_, at) => read("Uint32", Number(at)))
    .replace(/\bU24\((\d+)\)/g, (_, at) => {
      const octet = Number(at) + (little ? 2 : 0);
      return `(view.getUint8(p+${octet})*65536+${read("Uint16", Number(at) + (little ? 0 : 1))})`;
    })
    .replace(/\bBIG32\((\d+)\)/g, (_, at) => `view.getUint32(p+${at})`)
    .replace(/\bLOW\((\d+)\)/g, (_, at) => read("Uint32", Number(at) + (little ? 0 : 4)))
    .replace(/\bHIGH\((\d+)\)/g, (_, at) => read("Uint32", Number(at) + (little ? 4 : 0)))
    .replace(/\bSIGNED_HIGH\((\d+)\)/g, (_, at) => read("Int32", Number(at) + (little ? 4 : 0)));
}

/** Compiles a reader into the arrays that are present. */
export function compileRecordReader(
  layout: Layout,
  byteOrder: ByteOrder,
  context: FileContext,
  arrays: ColumnArrays,
): ReadRecords {
  const names = Object.keys(arrays) as ColumnName[];
  const statements = names.map((name) => readings(statement(name, layout, byteOrder), byteOrder)).join("");
  const locals = usedLocals(layout, statements)
    .map(([name, expression]) => `const ${name}=${readings(expression, byteOrder)};`)
    .join("");
  const loop = `for(let p=at,stop=at+count*${layout.length};p<stop;p+=${layout.length},i++){const j=2*i;${locals}${statements}}`;
  const source = `"use strict";return (view,at,count,i)=>{${loop}}`;
  const scope = {
    ATTRIBUTES_OF_STATE,
    WEB_PORT,
    HOUR: context.hour,
    SENSOR: context.sensor,
    FLOWTYPE: context.flowtype,
  };
  return new Function(...Object.keys(scope), ...names, source)(
    ...Object.values(scope),
    ...names.map((name) => arrays[name]),
  );
}

/** Locals that the statements mention, or that those mention, in order. */
function usedLocals(layout: Layout, statements: string): [string, string][] {
  const start = `(${layout.start})*1000`;
  const all: [string, string][] = [
    ...Object.entries(layout.locals),
    ["start", start],
    ["end", `start+(${layout.elapsed})*1000`],
  ];
  let text = statements;
  const used: [string, string][] = [];
  for (const each of all.reverse()) {
    if (!new RegExp(`\\b${each[0]}\\b`).test(text)) continue;
    used.push(each);
    text += each[1];
  }
  return used.reverse();
}

/** The statement that stores one column's value of row `i`, whose halves are at `j` and `j+1`. */
function statement(name: ColumnName, layout: Layout, byteOrder: ByteOrder): string {
  const store = (expression: string) => `${name}[i]=${expression};`;
  const halves = (low: string, high: string) => `${name}[j]=${low};${name}[j+1]=${high};`;
  switch (name) {
    case "stime":
      return halves("start", "Math.floor(start/4294967296)");
    case "etime":
      return halves("end", "Math.floor(end/4294967296)");
    case "packets":
    case "bytes":
      return halves(layout[name].low, layout[name].high);
    case "input":
    case "output":
      return halves(layout[name], "0");
    case "sip_hi":
    case "sip_lo":
    case "dip_hi":
    case "dip_lo":
    case "nhip_hi":
    case "nhip_lo":
      return addressStatement(name, layout, byteOrder);
    case "flags":
    case "sport":
    case "dport":
    case "proto":
    case "sensor":
    case "flowtype":
    case "application":
      return store(layout[name]);
    case "initial_flags":
      return store(layout.initial);
    case "session_flags":
      return store(layout.session);
    case "attributes":
      return store(`ATTRIBUTES_OF_STATE[${layout.state}]`);
    default:
      // Not in SiLK's records; the target may hold rows of before.
      return name === "flow_id" ? halves("0", "0") : store("0");
  }
}

type AddressColumn = "sip_hi" | "sip_lo" | "dip_hi" | "dip_lo" | "nhip_hi" | "nhip_lo";

function addressStatement(name: AddressColumn, layout: Layout, byteOrder: ByteOrder): string {
  const [field, half] = name.split("_") as ["sip" | "dip" | "nhip", "hi" | "lo"];
  const at = layout.addresses[field];
  const halves = (low: string, high: string) => `${name}[j]=${low};${name}[j+1]=${high};`;
  if (layout.addresses.kind === "ipv4") {
    if (half === "hi") return halves("0", "0");
    return halves(at === undefined ? "0" : `view.getUint32(p+${at},${byteOrder === "little"})`, String(MAPPED_IPV4));
  }
  const isIpv6 = `(${layout.state})&${TCP_STATE.ipv6}`;
  if (at === undefined) return half === "hi" ? halves("0", "0") : halves("0", `${isIpv6}?0:${MAPPED_IPV4}`);
  const word = (k: number) => `view.getUint32(p+${at + 4 * k})`;
  if (half === "hi") return `if(${isIpv6}){${halves(word(1), word(0))}}else{${halves("0", "0")}}`;
  return halves(word(3), `${isIpv6}?${word(2)}:${MAPPED_IPV4}`);
}
