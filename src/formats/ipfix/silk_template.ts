/**
 * The templates of rwsilk2ipfix: SiLK's fields as IPFIX, one template for each kind of flow, in the order in which its
 * files have them. They differ in what follows the protocol.
 */
import type { ColumnArrays, ColumnName } from "../../record/columns.js";
import { COLUMN_NAMES } from "../../record/columns.js";
import { PEN } from "../../record/field.js";
import type { Template } from "./template.js";

/** Writes row `i` from octet `p` of `out` on. */
export type WriteRow = (columns: ColumnArrays, i: number, out: DataView, p: number) => void;

export interface SilkTemplate extends Template {
  /** Octets of a record. */
  readonly size: number;
  readonly write: WriteRow;
}

interface Part {
  readonly pen: number;
  readonly id: number;
  readonly length: number;
  /** Source text of the value, word by word where it has more than 4 octets; none leaves zeros. */
  readonly words: readonly string[];
}

const iana = (id: number, length: number, ...words: string[]): Part => ({ pen: PEN.iana, id, length, words });
const cert = (id: number, length: number, ...words: string[]): Part => ({ pen: PEN.cert, id, length, words });

/** paddingOctets. */
const padding = (length: number) => iana(210, length);

const small = (name: ColumnName) => `c_${name}[i]`;

/** A 64-bit number as far as fewer octets have room for it. */
const clamped = (name: ColumnName, most: number) => `(c_${name}[2*i+1]!==0?${most}:Math.min(${most},c_${name}[2*i]))`;

/** Milliseconds; `write` declares them. */
const time = (id: number, name: "stime" | "etime") => iana(id, 8, `Math.floor(${name}/4294967296)`, name);

/** Row attributes as SiLK's octet of TCP state. */
const TCP_STATE = "((a&128)>>7|a&8|(a&4)<<2|(a&48)<<1)";

const COMMON: readonly Part[] = [
  time(152, "stime"),
  time(153, "etime"),
  iana(2, 4, clamped("packets", 0xffff_ffff)),
  iana(1, 4, clamped("bytes", 0xffff_ffff)),
  iana(10, 2, clamped("input", 0xffff)),
  iana(14, 2, clamped("output", 0xffff)),
  cert(33, 2, small("application")),
  cert(31, 2, small("sensor")),
  cert(30, 1, small("flowtype")),
  cert(32, 1, TCP_STATE),
  iana(4, 1, small("proto")),
];

const PORTS = [iana(7, 2, small("sport")), iana(11, 2, small("dport"))];
const FLAGS = [iana(6, 1, small("flags")), cert(14, 1, small("initial_flags")), cert(15, 1, small("session_flags"))];

/** What flows have beside the common fields: SiLK shows by it how they are kept. */
export type SilkKind = "flags-apart" | "flags" | "ports" | "icmp" | "bare";

const REST: Readonly<Record<SilkKind, Readonly<Record<4 | 6, readonly Part[]>>>> = {
  "flags-apart": {
    4: [padding(1), ...PORTS, padding(1), ...FLAGS],
    6: [padding(1), ...PORTS, padding(4), padding(1), ...FLAGS],
  },
  flags: {
    4: [iana(6, 1, small("flags")), ...PORTS, padding(4)],
    6: [iana(6, 1, small("flags")), ...PORTS],
  },
  ports: { 4: [padding(1), ...PORTS, padding(4)], 6: [padding(1), ...PORTS] },
  icmp: {
    4: [padding(1), padding(2), iana(32, 2, small("dport")), padding(4)],
    6: [padding(1), padding(2), iana(139, 2, small("dport"))],
  },
  bare: { 4: [padding(1)], 6: [padding(1), padding(4)] },
};

function address(name: "sip" | "dip" | "nhip", version: 4 | 6): Part {
  const ids = { sip: { 4: 8, 6: 27 }, dip: { 4: 12, 6: 28 }, nhip: { 4: 15, 6: 62 } }[name];
  if (version === 4) return iana(ids[4], 4, `c_${name}_lo[2*i]`);
  const words = [`c_${name}_hi[2*i+1]`, `c_${name}_hi[2*i]`, `c_${name}_lo[2*i+1]`, `c_${name}_lo[2*i]`];
  return iana(ids[6], 16, ...words);
}

const IDS: Readonly<Record<SilkKind, Readonly<Record<4 | 6, number>>>> = {
  "flags-apart": { 4: 0x9dd4, 6: 0x9ed4 },
  flags: { 4: 0x9dd3, 6: 0x9ed3 },
  ports: { 4: 0x9dd2, 6: 0x9ed2 },
  icmp: { 4: 0x9dd1, 6: 0x9ed1 },
  bare: { 4: 0x9dd0, 6: 0x9ed0 },
};

function silkTemplate(kind: SilkKind, version: 4 | 6): SilkTemplate {
  const addresses = (["sip", "dip", "nhip"] as const).map((name) => address(name, version));
  const parts = [...COMMON, ...REST[kind][version], ...addresses];
  let at = 0;
  let body = "";
  for (const { length, words } of parts) {
    if (words.length === 0) for (let k = 0; k < length; k++) body += `out.setUint8(p+${at + k},0);`;
    else if (length <= 2) body += `out.setUint${8 * length}(p+${at},${words[0]});`;
    else body += words.map((word, k) => `out.setUint32(p+${at + 4 * k},${word});`).join("");
    at += length;
  }
  const times = (["stime", "etime"] as const)
    .map((name) => `const ${name}=Math.floor((c_${name}[2*i+1]*4294967296+c_${name}[2*i])/1000);`)
    .join("");
  const names = COLUMN_NAMES.map((name) => `${name}:c_${name}`).join(",");
  const text = `"use strict";return (columns,i,out,p)=>{const {${names}}=columns;${times}const a=c_attributes[i];${body}}`;
  return {
    id: IDS[kind][version],
    scopeCount: 0,
    specifiers: parts.map(({ pen, id, length }) => ({ pen, id, length })),
    // Only text of this module is compiled.
    write: new Function(text)() as WriteRow,
    size: at,
  };
}

const KINDS: readonly SilkKind[] = ["flags-apart", "flags", "ports", "icmp", "bare"];

export const SILK_TEMPLATES = Object.fromEntries(
  KINDS.map((kind) => [kind, { 4: silkTemplate(kind, 4), 6: silkTemplate(kind, 6) }]),
) as Readonly<Record<SilkKind, Readonly<Record<4 | 6, SilkTemplate>>>>;

const { bare, icmp, ports, flags } = SILK_TEMPLATES;

/** All templates as SiLK's files begin with them. */
export const ALL_SILK_TEMPLATES: readonly SilkTemplate[] = [
  SILK_TEMPLATES["flags-apart"][4],
  icmp[6],
  flags[4],
  bare[6],
  ports[4],
  icmp[4],
  bare[4],
  SILK_TEMPLATES["flags-apart"][6],
  flags[6],
  ports[6],
];

/** The one template of `--single-template`: it has all fields; IPv4 addresses are ::ffff:a.b.c.d in it. */
export const SINGLE_SILK_TEMPLATE: SilkTemplate = SILK_TEMPLATES["flags-apart"][6];
