/**
 * Generates the straight-line code that reads records of one template into flow records. Elements without a place in the
 * record are skipped; an element of smaller length than its type is read as such (RFC 7011 section 6.2).
 */
import { fieldOffset } from "../../record/expression.js";
import { type Element, type Field, PEN } from "../../record/field.js";
import { FIELDS, field } from "../../record/fields.js";
import { groupOffset } from "../../record/layout.js";
import { OUTER_PORTS, TUNNEL } from "../../record/tunnel.js";
import { ntp, read } from "./expressions.js";
import { VARIABLE_LENGTH } from "./message.js";
import type { Specifier, Template } from "./template.js";

/**
 * Reads records from octet `p` up to `end` into the record at octet `o` and those behind it, at most `limit`.
 * `result[0]` becomes the position reached, `result[1]` the number of records. The target must be zeroed.
 */
export type ReadRecords = (
  view: DataView,
  p: number,
  end: number,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  o: number,
  limit: number,
  result: Uint32Array,
) => void;

/** Elements that other exporters send in place of those in the field table. */
const ALIASES: readonly { readonly pen: number; readonly id: number; readonly like: readonly [number, number] }[] = [
  { pen: PEN.iana, id: 150, like: [PEN.iana, 152] },
  { pen: PEN.iana, id: 151, like: [PEN.iana, 153] },
  { pen: PEN.iana, id: 156, like: [PEN.iana, 154] },
  { pen: PEN.iana, id: 157, like: [PEN.iana, 155] },
];

interface Target {
  readonly field: Field;
  readonly element: Element;
}

const TARGETS = new Map<string, Target>();
for (const of of FIELDS) {
  if (of.name.startsWith("outer") || of.name === "tunnelId") continue;
  for (const element of of.elements) {
    const key = `${element.pen}/${element.id}`;
    if (!TARGETS.has(key)) TARGETS.set(key, { field: of, element });
  }
}
for (const { pen, id, like } of ALIASES) {
  const target = TARGETS.get(`${like[0]}/${like[1]}`);
  if (target !== undefined) TARGETS.set(`${pen}/${id}`, target);
}

const OUTER = new Map<string, string>([
  ["0/8", "outerSourceAddress"],
  ["0/27", "outerSourceAddress"],
  ["0/12", "outerDestinationAddress"],
  ["0/28", "outerDestinationAddress"],
  ["0/4", "outerProtocolIdentifier"],
  ["0/11", "outerDestinationTransportPort"],
]);

/** Octets of the shortest record of the template. */
export function minimumSize(specifiers: readonly Specifier[]): number {
  return specifiers.reduce((sum, { length }) => sum + (length === VARIABLE_LENGTH ? 1 : length), 0);
}

const NUMBER_KINDS = { u8: 255, u16: 65535, u32: 4294967295 } as const;

/** The code of one template, gathered while its specifiers are walked. */
class ReaderText {
  body = "";
  /** Statements that need values of several elements. */
  after = "";
  #constants = 0;
  readonly #groups: number;
  readonly #has: (pen: number, id: number) => boolean;

  constructor(groups: number, has: (pen: number, id: number) => boolean) {
    this.#groups = groups;
    this.#has = has;
  }

  /** Whether records have room for the field. */
  #stores(of: Field): boolean {
    return of.group === "base" || groupOffset(this.#groups, of.group) >= 0;
  }

  #store(of: Field, low: string, high: string, length: number): string {
    if (of.storage.kind === "computed" || !this.#stores(of)) return "";
    const offset = fieldOffset(of, this.#groups);
    switch (of.storage.kind) {
      case "u64":
        return `u32[(o>>2)+${offset >> 2}]=${low};u32[(o>>2)+${(offset >> 2) + 1}]=${high};`;
      case "slot":
      case "u8":
      case "u16":
      case "u32": {
        const kind = of.storage.kind === "slot" ? "u8" : of.storage.kind;
        const octets = { u8: 1, u16: 2, u32: 4 }[kind];
        const value = length > octets ? `Math.min(${NUMBER_KINDS[kind]},${high}*4294967296+${low})` : low;
        return `${kind}[(o>>${octets >> 1})+${offset / octets}]=${value};`;
      }
      default:
        return "";
    }
  }

  /** Stores a number of microseconds, given as an expression that may exceed 32 bits. */
  #storeNumber(of: Field, expression: string): string {
    const value = of.storage.kind === "u64" ? "t" : "Math.min(4294967295,t)";
    return `{const t=${expression};${this.#store(of, value, "t/4294967296", 4)}}`;
  }

  /** Declares a constant for use in `after`, where the position may have moved on, and returns its name. */
  #keep(expression: string): string {
    this.#constants += 1;
    const name = `kept${this.#constants}`;
    this.body += `const ${name}=${expression};`;
    return name;
  }

  address(of: Field, version: number, at: string): void {
    if (!this.#stores(of)) return;
    const w = `(o>>2)+${fieldOffset(of, this.#groups) >> 2}`;
    if (version === 4) {
      this.body += `u32[${w}+2]=0xffff0000;u32[${w}+3]=view.getUint32(${at},true);`;
    } else {
      for (let k = 0; k < 4; k++) this.body += `u32[${w}+${k}]=view.getUint32(${at}+${k * 4},true);`;
    }
  }

  element(target: Target, { pen, id, length }: Specifier, at: string): void {
    const { field: of, element } = target;
    if (element.encoding === "ipv4" || element.encoding === "ipv6") {
      const version = element.encoding === "ipv4" ? 4 : 6;
      if (length !== (version === 4 ? 4 : 16)) return;
      this.address(of, version, at);
      this.body += `u8[o+${fieldOffset(field("ipVersion"), this.#groups)}]=${version};`;
      return;
    }
    if (of.storage.kind === "mac") {
      if (length !== 6 || !this.#stores(of)) return;
      const h = `(o>>1)+${fieldOffset(of, this.#groups) >> 1}`;
      for (let k = 0; k < 3; k++) this.body += `u16[${h}+${k}]=view.getUint16(${at}+${k * 2},true);`;
      return;
    }
    if (length < 1 || length > 8) return;
    const { low, high } = read(length, at);
    this.#number(target, { pen, id, length }, low, high);
  }

  #number({ field: of, element }: Target, { id, length }: Specifier, low: string, high: string): void {
    const whole = high === "0" ? low : `(${high}*4294967296+${low})`;
    const u8 = (name: string) => `u8[o+${fieldOffset(field(name), this.#groups)}]`;
    const u16 = (name: string) => `u16[(o>>1)+${fieldOffset(field(name), this.#groups) >> 1}]`;
    const u32 = (name: string, word = 0) => `u32[(o>>2)+${(fieldOffset(field(name), this.#groups) >> 2) + word}]`;
    switch (element.encoding) {
      case "dateTimeMilliseconds":
        this.body += this.#storeNumber(of, `${whole}*${id === 150 || id === 151 ? 1e6 : 1000}`);
        return;
      case "dateTimeMicroseconds":
        if (length === 8) this.body += this.#storeNumber(of, ntp(high, low, id >= 156 ? "nano" : "micro"));
        return;
      case "reverseFlowStart":
        if (length === 8) {
          const reverseStart = this.#keep(ntp(high, low, "micro"));
          const start = `(${u32("flowStart", 1)}*4294967296+${u32("flowStart")})`;
          this.after += `${u32("reverseFlowDelta")}=Math.max(0,Math.min(4294967295,${reverseStart}-${start}));`;
        }
        return;
      case "milliseconds":
        this.body += this.#storeNumber(of, `${whole}*1000`);
        return;
      case "flowAttributes":
        this.body += `{const a=${low};${u8(of.name)}|=(a&1)<<2|a&2|(a&4)<<4|(a&8)>>3;}`;
        return;
      case "silkTcpState":
        this.body += `{const a=${low};${u8("attributes")}|=a&8|(a&16)>>2|(a&96)>>1;}`;
        return;
      case "tcpOptions":
        if (length === 8 && this.#stores(of)) {
          this.body += `{const a=${low};${u8(of.name)}=a>>2&15|a>>4&16|a>>25&32|(${high}&4)<<4;}`;
        }
        return;
      case "windowScale": {
        if (!this.#stores(of)) return;
        this.body += this.#store(of, low, high, length);
        const options = of.direction === 0 ? "tcpOptions" : "reverseTcpOptions";
        if (this.#has(of.direction === 0 ? PEN.iana : PEN.reverse, 209)) {
          this.after += `if((${u8(options)}&2)===0)${u8(of.name)}=255;`;
        }
        return;
      }
      default:
    }
    if (of.name === "linkOctets" || of.name === "reverseLinkOctets") {
      const octets = of.name === "linkOctets" ? "octets" : "reverseOctets";
      const overhead = of.name === "linkOctets" ? "linkOverhead" : "reverseLinkOverhead";
      const known = `(${u32(octets, 1)}*4294967296+${u32(octets)})`;
      this.after += `${u32(overhead)}=Math.max(0,Math.min(4294967295,${this.#keep(whole)}-${known}));`;
    } else if (of.name === "tcpFlags" || of.name === "reverseTcpFlags") {
      // The union of all packets tells less than the pair of CERT's elements; alone it stands as the union.
      const reverse = of.direction === 1;
      if (this.#has(PEN.cert, reverse ? 15 | 0x4000 : 15)) return;
      this.body += `${u8(reverse ? "reverseUnionTcpFlags" : "unionTcpFlags")}=${low};`;
    } else if (of.name === "icmpTypeCode") {
      const port = u16("destinationTransportPort");
      const typeCode = this.#keep(low);
      this.after += `if(${typeCode}!==0)${port}=${typeCode};${u32("tcpSequence")}=${port};`;
    } else if (of.name === "reverseIcmpTypeCode") {
      this.body += `${u32("reverseTcpSequence")}=${low};`;
    } else if (of.name === "flowEndReason") {
      // Bit 0x80 marks the continuation of a flow that the active timeout cut.
      this.body += `{const r=${low};${u8("flowEndReason")}=r&31;if((r&128)!==0)${u8("attributes")}|=32;}`;
    } else {
      this.body += this.#store(of, low, high, length);
    }
  }

  /** An element of the outer header. */
  outer(name: string, { id, length }: Specifier, at: string): void {
    const link = groupOffset(this.#groups, "link");
    if (link < 0) return;
    if (name.endsWith("Address")) {
      const version = id === 8 || id === 12 ? 4 : 6;
      if (length !== (version === 4 ? 4 : 16)) return;
      this.address(field(name), version, at);
      this.body += `u8[o+${fieldOffset(field("outerIpVersion"), this.#groups)}]=${version};`;
    } else if (length >= 1 && length <= 4) {
      this.body += `const ${name}=${read(length, at).low};`;
    }
  }

  /** Infers the tunnel's kind from the outer protocol and port, when both are there. */
  tunnel(protocol: boolean, port: boolean): void {
    if (groupOffset(this.#groups, "link") < 0 || !protocol) return;
    const kind = `u8[o+${fieldOffset(field("tunnel"), this.#groups)}]`;
    const version = `u8[o+${fieldOffset(field("outerIpVersion"), this.#groups)}]`;
    const ports = Object.entries(OUTER_PORTS).map(
      ([value, number]) => `outerDestinationTransportPort===${number}?${value}:`,
    );
    const byPort = port ? `${ports.join("")}0` : "0";
    this.after += `${kind}=outerProtocolIdentifier===4?(${version}===6?${TUNNEL["4in6"]}:${TUNNEL["4in4"]}):outerProtocolIdentifier===41?(${version}===6?${TUNNEL["6in6"]}:${TUNNEL["6in4"]}):outerProtocolIdentifier===47?${TUNNEL.gre}:outerProtocolIdentifier===17?(${byPort}):0;`;
  }

  tunnelId({ length }: Specifier, at: string): void {
    if (groupOffset(this.#groups, "link") < 0 || length < 1 || length > 8) return;
    this.body += this.#store(field("tunnelId"), read(length, at).low, "0", 4);
  }
}

/** Compiles the reader of a data template into records with the given statistics groups. */
export function compileReader(template: Template, groups: number, stride: number): ReadRecords {
  const { specifiers } = template;
  const key = ({ pen, id }: Specifier) => `${pen}/${id}`;
  const sources = specifiers.filter((each) => key(each) === "0/8" || key(each) === "0/27").length;
  const seen = new Set<string>();
  const text = new ReaderText(groups, (pen, id) => specifiers.some((each) => each.pen === pen && each.id === id));
  let at = 0;
  let rest = minimumSize(specifiers);
  for (const each of specifiers) {
    const position = `p+${at}`;
    if (each.length === VARIABLE_LENGTH) {
      rest -= 1;
      text.body += `{let n=view.getUint8(${position}),s=1;if(n===255){if(end-p<${at}+3)break;n=view.getUint16(${position}+1);s=3;}p+=${at}+s+n;if(end-p<${rest})break;}`;
      at = 0;
      continue;
    }
    const name = OUTER.get(key(each));
    const target = TARGETS.get(key(each));
    const total = specifiers.filter((other) => OUTER.get(key(other)) === name).length;
    if (sources > 1 && name !== undefined && total > 1 && !seen.has(name)) {
      seen.add(name);
      text.outer(name, each, position);
    } else if (each.pen === PEN.iana && (each.id === 351 || each.id === 507 || each.id === 296)) {
      text.tunnelId(each, position);
    } else if (target !== undefined) {
      text.element(target, each, position);
    }
    at += each.length;
    rest -= each.length;
  }
  text.tunnel(seen.has("outerProtocolIdentifier"), seen.has("outerDestinationTransportPort"));
  const body = `"use strict";return (view,p,end,u8,u16,u32,o,limit,result)=>{let n0=0,start=p;
while(n0<limit&&end-p>=${minimumSize(specifiers)}){start=p;
${text.body}${text.after}p+=${at};o+=${stride};n0++;start=p;}
result[0]=start;result[1]=n0;}`;
  // Numbers of the template and text of this module only: nothing from the network is compiled as text.
  return new Function(body)() as ReadRecords;
}
