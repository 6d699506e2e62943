/**
 * Generates the straight-line code that writes records of one template in network order. Values of one to three octets
 * that follow each other share a 32-bit write; addresses are copied as words, since the record holds them in wire order.
 */
import { fieldOffset, numeric, words } from "../record/expression.js";
import type { Element, Field } from "../record/field.js";
import { field } from "../record/fields.js";
import { INTERFACE_INDEX } from "../record/interface_index.js";
import { TUNNEL } from "../record/tunnel.js";

/** One value of a template: which field, as which element, in how many octets. */
export interface Column {
  readonly field: Field;
  readonly element: Element;
  readonly length: number;
}

/** Octets of an encoded value; `order` says whether `expression` is a number or memory in wire order. */
export interface Piece {
  readonly octets: 1 | 2 | 3 | 4;
  readonly expression: string;
  readonly order: "number" | "wire";
}

/**
 * Writes the records `list[from]` to `list[to - 1]` (indices in the buffer) from octet `position` of `out` on.
 * Returns the position behind the last one.
 */
export type WriteRecords = (
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  stride: number,
  list: Uint32Array,
  from: number,
  to: number,
  out: DataView,
  position: number,
) => number;

/** Statements run once per record before its values are written, by the variable they declare. */
export type Preludes = Map<string, string>;

const MASKS = { 1: "&255", 2: "&65535", 3: "&16777215", 4: "" } as const;
const STORED = { u8: 1, u16: 2, u32: 4, u64: 8, address: 16, mac: 6, slot: 4, computed: 8 } as const;

function number(octets: 1 | 2 | 3 | 4, expression: string, stored: number): Piece {
  const fits = stored <= octets || octets === 4;
  return { octets, expression: fits ? expression : `(${expression}${MASKS[octets]})`, order: "number" };
}

function memory(offset: number, octets: number): Piece[] {
  const pieces: Piece[] = [];
  for (let done = 0; done < octets; ) {
    const wide = octets - done >= 4 && (offset + done) % 4 === 0;
    const at = offset + done;
    pieces.push(
      wide
        ? { octets: 4, expression: `u32[w+${at >> 2}]`, order: "wire" }
        : { octets: 2, expression: `u16[h+${at >> 1}]`, order: "wire" },
    );
    done += wide ? 4 : 2;
  }
  return pieces;
}

/** A number in `octets` octets, 1 to 8. */
function integer(octets: number, low: string, high: string, stored: number): Piece[] {
  if (octets <= 4) return [number(octets as 1 | 2 | 3 | 4, low, stored)];
  const upper = (octets - 4) as 1 | 2 | 3 | 4;
  return [number(upper, high, upper === 4 ? 4 : 8), number(4, low, 4)];
}

/** Seconds and fraction of NTP time (RFC 7011 section 6.1.9): units of 2^-21 s, rounded up so that reading truncates back. */
function ntp(name: string, microseconds: string, preludes: Preludes): Piece[] {
  preludes.set(
    name,
    `const ${name}=${microseconds},${name}s=Math.floor(${name}/1e6),${name}f=Math.ceil((${name}-${name}s*1e6)*2.097152);`,
  );
  return [number(4, `(${name}s+2208988800)`, 4), number(4, `(${name}f<<11)`, 4)];
}

function milliseconds(name: string, microseconds: string, length: number, preludes: Preludes): Piece[] {
  preludes.set(name, `const ${name}=Math.floor(${microseconds}/1000);`);
  return integer(length, name, `(${name}/4294967296)`, 8).map((piece) =>
    piece.octets === 4 ? piece : { ...piece, expression: `(${piece.expression}>>>0)` },
  );
}

/** The pieces of one column, in network order. */
export function pieces(column: Column, groups: number, preludes: Preludes): Piece[] {
  const { field: of, element, length } = column;
  const variable = `${of.name}_${element.encoding}`;
  switch (element.encoding) {
    case "ipv4":
      return memory(fieldOffset(of, groups) + 12, 4);
    case "ipv6":
      return memory(fieldOffset(of, groups), 16);
    case "dateTimeMilliseconds":
    case "milliseconds":
      return milliseconds(variable, numeric(of, groups), length, preludes);
    case "dateTimeMicroseconds":
      return ntp(variable, numeric(of, groups), preludes);
    case "reverseFlowStart":
      return ntp(variable, `${numeric(field("flowStart"), groups)}+${numeric(of, groups)}`, preludes);
    case "flowAttributes": {
      // YAF's bits: 1 uniform size, 2 out of sequence, 4 MP_CAPABLE, 8 fragments.
      const { low } = words(of, groups);
      return [number(2, `(${low}>>2&1|${low}&2|${low}>>4&4|(${low}&1)<<3)`, 2)];
    }
    case "tcpOptions": {
      // Bit n stands for option kind n: 2 to 5 and 8 lie in the low octets, 30 and 34 are MPTCP and fast open.
      const { low } = words(of, groups);
      return [number(4, `((${low}&64)>>4)`, 4), number(4, `((${low}&15)<<2|(${low}&16)<<4|(${low}&32)<<25)`, 4)];
    }
    case "windowScale": {
      const { low } = words(of, groups);
      return [number(1, `(${low}===255?0:${low})`, 1)];
    }
    case "layer2Segment": {
      const tunnel = words(field("tunnel"), groups).low;
      // The top octet is the kind of overlay, 1 for VXLAN; GENEVE has none assigned.
      return [number(4, `(${tunnel}===${TUNNEL.vxlan}?16777216:0)`, 4), number(4, words(of, groups).low, 4)];
    }
    default: {
      if (of.storage.kind === "mac") return memory(fieldOffset(of, groups), 6);
      const { low, high } = words(of, groups);
      return integer(length, low, high, STORED[of.storage.kind]);
    }
  }
}

/** Statements that write the pieces from `p` on, and the octets they write. */
function writes(all: readonly Piece[]): { text: string; octets: number } {
  let text = "";
  let at = 0;
  let held: Piece[] = [];
  let heldOctets = 0;
  const release = () => {
    if (heldOctets === 0) return;
    let shift = heldOctets * 8;
    const parts = held.map((piece) => {
      shift -= piece.octets * 8;
      return shift === 0 ? piece.expression : `${piece.expression}<<${shift}`;
    });
    if (heldOctets === 3) {
      text += `{const v=${parts.join("|")};out.setUint16(p+${at},v>>>8);out.setUint8(p+${at + 2},v);}`;
    } else {
      text += `out.setUint${heldOctets * 8}(p+${at},${parts.join("|")});`;
    }
    at += heldOctets;
    held = [];
    heldOctets = 0;
  };
  for (const piece of all) {
    if (piece.order === "wire") {
      release();
      text += `out.setUint${piece.octets * 8}(p+${at},${piece.expression},true);`;
      at += piece.octets;
      continue;
    }
    if (heldOctets + piece.octets > 4) release();
    held.push(piece);
    heldOctets += piece.octets;
    if (heldOctets === 4) release();
  }
  release();
  return { text, octets: at };
}

/** Compiles a writer of records that consist of the pieces. `preludes` declare the variables the pieces use. */
export function compileWriter(all: readonly Piece[], preludes: Preludes, parameters: readonly string[] = []) {
  const { text, octets } = writes(all);
  const body = `"use strict";return (u8,u16,u32,stride,list,from,to,out,p${parameters.map((name) => `,${name}`).join("")})=>{
for(let k=from;k<to;k++){const o=list[k]*stride,h=o>>1,w=o>>2;${[...preludes.values()].join("")}${text}p+=${octets};}
return p;}`;
  // Only text of this module and of the field table is compiled, never anything from the network.
  return { write: new Function("INTERFACE_INDEX", body)(INTERFACE_INDEX) as WriteRecords, octets };
}
