/** The two templates of row streams, IPv4 and IPv6, which carry every column, and their generated writers. */

import type { ColumnArrays, ColumnName } from "../../record/columns.js";
import { COLUMN_NAMES } from "../../record/columns.js";
import { PEN } from "../../record/field.js";
import { SET } from "./message.js";
import type { Template } from "./template.js";

/**
 * Writes the rows from `from` to below `to` from octet `p` of `out` on and returns the position behind the last.
 */
export type WriteRows = (columns: ColumnArrays, from: number, to: number, out: DataView, p: number) => number;

export interface RowTemplate extends Template {
  readonly write: WriteRows;
  /** Octets of a record. */
  readonly size: number;
}

interface Part {
  readonly pen: number;
  readonly id: number;
  readonly length: 1 | 2 | 4 | 8 | 16;
  /** Source text of the value; of its upper and lower half with 8 octets, of four words with 16. */
  readonly words: readonly string[];
}

const iana = (id: number, length: Part["length"], ...words: string[]): Part => ({ pen: PEN.iana, id, length, words });
const cert = (id: number, length: Part["length"], ...words: string[]): Part => ({ pen: PEN.cert, id, length, words });

const small = (name: ColumnName) => `c_${name}[i]`;
const low = (name: ColumnName) => `c_${name}[2*i]`;
const high = (name: ColumnName) => `c_${name}[2*i+1]`;

/** NTP seconds and fraction (RFC 7011 section 6.1.9) of variables that `PRELUDE` declares. */
const time = (id: number, name: string): Part =>
  iana(id, 8, `${name}s+2208988800`, `Math.ceil((${name}-${name}s*1e6)*2.097152)<<11`);

const PRELUDE = (["stime", "etime"] as const)
  .map((name) => `const ${name}=${high(name)}*4294967296+${low(name)},${name}s=Math.floor(${name}/1e6);`)
  .join("");

function address(name: "sip" | "dip" | "nhip", ids: { 4: number; 6: number }, version: 4 | 6): Part {
  const [hi, lo] = [`${name}_hi`, `${name}_lo`] as [ColumnName, ColumnName];
  return version === 4 ? iana(ids[4], 4, low(lo)) : iana(ids[6], 16, high(hi), low(hi), high(lo), low(lo));
}

/** Row attributes as SiLK's bits and YAF's: decoded again by row_reader.ts. */
const SILK_STATE = "(a&128)>>7|a&8|(a&4)<<2|(a&48)<<1";
const YAF_ATTRIBUTES = "(a&4)>>2|a&2|(a&64)>>4|(a&1)<<3";
const BIFLOW_DIRECTION = "(a&256)>>7";
/** firewallEvent: denied, or none. */
const FIREWALL_EVENT = "(a&512)===0?0:3";

function parts(version: 4 | 6): Part[] {
  return [
    time(154, "stime"),
    time(155, "etime"),
    address("sip", { 4: 8, 6: 27 }, version),
    address("dip", { 4: 12, 6: 28 }, version),
    address("nhip", { 4: 15, 6: 62 }, version),
    iana(2, 8, high("packets"), low("packets")),
    iana(1, 8, high("bytes"), low("bytes")),
    iana(148, 8, high("flow_id"), low("flow_id")),
    iana(10, 4, low("input")),
    iana(14, 4, low("output")),
    iana(7, 2, small("sport")),
    iana(11, 2, small("dport")),
    cert(33, 2, small("application")),
    cert(31, 2, small("sensor")),
    iana(58, 2, small("vlan")),
    cert(40, 2, YAF_ATTRIBUTES),
    cert(32, 1, SILK_STATE),
    iana(239, 1, BIFLOW_DIRECTION),
    iana(233, 1, FIREWALL_EVENT),
    cert(30, 1, small("flowtype")),
    iana(4, 1, small("proto")),
    iana(6, 1, small("flags")),
    cert(14, 1, small("initial_flags")),
    cert(15, 1, small("session_flags")),
    iana(5, 1, small("tos")),
    iana(52, 1, small("min_ttl")),
    iana(53, 1, small("max_ttl")),
    iana(136, 1, small("end_reason")),
  ];
}

function rowTemplate(version: 4 | 6, id: number): RowTemplate {
  const all = parts(version);
  let at = 0;
  let body = "";
  for (const { length, words } of all) {
    if (length <= 2) body += `out.setUint${8 * length}(p+${at},${words[0]});`;
    else body += words.map((word, k) => `out.setUint32(p+${at + 4 * k},${word});`).join("");
    at += length;
  }
  const names = COLUMN_NAMES.map((name) => `${name}:c_${name}`).join(",");
  const text = `"use strict";return (columns,from,to,out,p)=>{const {${names}}=columns;
for(let i=from;i<to;i++){${PRELUDE}const a=c_attributes[i];${body}p+=${at};}
return p;}`;
  return {
    id,
    scopeCount: 0,
    specifiers: all.map(({ pen, id: element, length }) => ({ pen, id: element, length })),
    // Only text of this module is compiled.
    write: new Function(text)() as WriteRows,
    size: at,
  };
}

/** Identifiers that templates of bidirectional records do not have: bit 15 alone (flow_template.ts). */
export const ROW_TEMPLATES: { readonly 4: RowTemplate; readonly 6: RowTemplate } = {
  4: rowTemplate(4, SET.firstData + 0x8000),
  6: rowTemplate(6, SET.firstData + 0x8001),
};
