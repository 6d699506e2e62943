/**
 * Source text of expressions that print a field, for code that is generated once per choice of fields and then runs for
 * every record. The names below are in scope there, and those of record/expression.ts.
 */
import { communityId } from "../record/community_id.js";
import { fieldOffset, numeric } from "../record/expression.js";
import type { Field } from "../record/field.js";
import { field } from "../record/fields.js";
import { INTERFACE_INDEX } from "../record/interface_index.js";
import { TUNNELS } from "../record/layout.js";
import { addressText, macText } from "./address.js";
import { ATTRIBUTES, TCP_FLAGS } from "./flags.js";
import { rfc3339, seconds, silkTime } from "./timestamp.js";

/** What generated code may call, by the names it uses. */
const SCOPE = {
  addressText,
  communityId,
  macText,
  rfc3339,
  silkTime,
  seconds,
  TCP_FLAGS,
  ATTRIBUTES,
  TUNNELS,
  INTERFACE_INDEX,
};

const TCP_FLAG_FIELDS = /tcpflags$/i;
const TEXT_FIELDS = /^(communityId|flowStart|flowEnd|tunnel|attributes|reverseAttributes)$/;
/** Empty for other protocols, whose records hold something else in that place. */
const ICMP_FIELDS = /icmp(Type|Code)/i;
const OUTER = /^outer.*Address$/;

/** Whether the exact form of a field is text; else it is a number. */
export function cellIsText(of: Field): boolean {
  const { kind } = of.storage;
  return kind === "address" || kind === "mac" || TEXT_FIELDS.test(of.name) || TCP_FLAG_FIELDS.test(of.name);
}

/** How cells print times: `exact` is RFC 3339 with microseconds, `silk` what rwcut prints. */
export type CellStyle = "exact" | "silk";

/** Expression for one field's text or number. */
export function cellExpression(of: Field, groups: number, style: CellStyle): string {
  if (of.storage.kind === "address") {
    const version = numeric(field(OUTER.test(of.name) ? "outerIpVersion" : "ipVersion"), groups);
    const text = `addressText(u8,o+${fieldOffset(of, groups)},${version})`;
    return OUTER.test(of.name) ? `(${version}===0?"":${text})` : text;
  }
  if (of.storage.kind === "mac") return `macText(u8,o+${fieldOffset(of, groups)})`;
  if (of.name === "communityId") return communityIdExpression(groups);
  const value = numeric(of, groups);
  if (ICMP_FIELDS.test(of.name)) {
    const protocol = numeric(field("protocolIdentifier"), groups);
    return `(${protocol}===1||${protocol}===58?${value}:"")`;
  }
  if (of.name === "flowStart" || of.name === "flowEnd") return `${style === "silk" ? "silkTime" : "rfc3339"}(${value})`;
  if (of.name === "duration" || of.name === "reverseFlowDelta") return style === "silk" ? `seconds(${value})` : value;
  if (TCP_FLAG_FIELDS.test(of.name)) return `TCP_FLAGS[${value}]`;
  if (of.name === "attributes" || of.name === "reverseAttributes") return `ATTRIBUTES[${value}]`;
  if (of.name === "tunnel") return `TUNNELS[${value}]`;
  return value;
}

function communityIdExpression(groups: number): string {
  const [version, protocol, sourcePort, destinationPort] = (
    ["ipVersion", "protocolIdentifier", "sourceTransportPort", "destinationTransportPort"] as const
  ).map((name) => numeric(field(name), groups));
  const [source, destination] = (["sourceAddress", "destinationAddress"] as const).map(
    (name) => `o+${fieldOffset(field(name), groups)}`,
  );
  return `communityId(u8,${source},${destination},${version},${protocol},${sourcePort},${destinationPort})`;
}

/** A function of a record's place in a batch that returns what `body` computes; `body` is source text. */
export function compileCells<Result>(
  body: string,
): (u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, offset: number) => Result {
  const names = Object.keys(SCOPE);
  const source = `"use strict";return (u8,u16,u32,o)=>{const h=o>>1,w=o>>2;${body}}`;
  // Only text made from the field table is compiled, never anything that a user or the network sent.
  return new Function(...names, source)(...Object.values(SCOPE));
}
