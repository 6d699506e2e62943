/** The template of each shape of flow record: which elements, in which order, and the compiled writer. */

import { words } from "../../record/expression.js";
import type { Field } from "../../record/field.js";
import { reverseElement, reverseName } from "../../record/field.js";
import { elementOf, FIELDS, field } from "../../record/fields.js";
import { GROUP } from "../../record/layout.js";
import { type Column, compileWriter, type Preludes, pieces, type WriteRecords } from "../wire.js";
import { SET } from "./message.js";
import { SHAPE, TUNNEL_SHAPE, TUNNEL_SHIFT } from "./shape.js";
import type { Template } from "./template.js";

/** `milliseconds` for collectors; `microseconds` is exact, for files and journals. */
export type Timestamps = "milliseconds" | "microseconds";

/** `mark` sets bit 0x80 of flowEndReason on the continuation of a flow cut by the active timeout, as SiLK reads it. */
export type Continuation = "plain" | "mark";

export interface FlowTemplate extends Template {
  readonly write: WriteRecords;
  /** Octets of one data record. */
  readonly size: number;
}

export interface FlowTemplateOptions {
  readonly timestamps: Timestamps;
  readonly continuation: Continuation;
}

/** Template identifier: fixed by shape, groups and timestamps, so that a restarted exporter never changes a meaning. */
function templateId(shape: number, groups: number, timestamps: Timestamps): number {
  return SET.firstData + (shape | (groups << 11) | (timestamps === "microseconds" ? 1 << 14 : 0));
}

function column(of: Field, shape: number, name?: string): Column {
  const element = elementOf(of, name);
  const length = (shape & SHAPE.wide) === 0 ? (element.reduced ?? element.length) : element.length;
  return { field: of, element, length };
}

/**
 * Columns of a field, in both directions when the shape is that of a biflow. The reverse stands first: collectors that
 * take a reverse element for the element itself (nfdump 1.7.1: interface, TOS) are left with the forward value.
 */
function both(name: string, shape: number, elementName?: string): Column[] {
  const forward = column(field(name), shape, elementName);
  if ((shape & SHAPE.biflow) === 0) return [forward];
  const reverse = column(field(reverseName(name)), shape, reverseElement(forward.element).name);
  return [reverse, forward];
}

function tunnelColumns(shape: number): Column[] {
  const tunnel = shape >> TUNNEL_SHIFT;
  if (tunnel === TUNNEL_SHAPE.none) return [];
  const version = (tunnel & TUNNEL_SHAPE.outerIpv6) !== 0 ? "IPv6" : "IPv4";
  const kind = tunnel & ~TUNNEL_SHAPE.outerIpv6;
  const columns = [
    column(field("outerSourceAddress"), shape, `source${version}Address`),
    column(field("outerDestinationAddress"), shape, `destination${version}Address`),
    column(field("outerProtocolIdentifier"), shape),
  ];
  if (kind >= TUNNEL_SHAPE.udp) columns.push(column(field("outerDestinationTransportPort"), shape));
  if (kind === TUNNEL_SHAPE.gre) columns.push(column(field("tunnelId"), shape, "greKey"));
  if (kind === TUNNEL_SHAPE.segment) columns.push(column(field("tunnelId"), shape, "layer2SegmentId"));
  if (kind === TUNNEL_SHAPE.gtpu) columns.push(column(field("tunnelId"), shape, "gtpuTEid"));
  return columns;
}

function statisticsColumns(group: "lengths" | "tcp", shape: number): Column[] {
  return FIELDS.filter((of) => of.group === group && of.elements.length > 0)
    .filter((of) => of.direction === 0 || (shape & SHAPE.biflow) !== 0)
    .map((of) => column(of, shape));
}

/** The columns of a shape, outer headers first (RFC 7011 section 8). */
export function flowColumns(shape: number, groups: number, timestamps: Timestamps): Column[] {
  const is = (bit: number) => (shape & bit) !== 0;
  const version = is(SHAPE.ipv6) ? "IPv6" : "IPv4";
  const unit = timestamps === "microseconds" ? "Microseconds" : "Milliseconds";
  const one = (name: string, element?: string) => column(field(name), shape, element);
  return [
    ...tunnelColumns(shape),
    one("flowStart", `flowStart${unit}`),
    one("flowEnd", `flowEnd${unit}`),
    ...both("octets", shape),
    ...both("packets", shape),
    ...both("linkOctets", shape),
    one("sourceAddress", `source${version}Address`),
    one("destinationAddress", `destination${version}Address`),
    one("sourceTransportPort"),
    one("destinationTransportPort"),
    ...(is(SHAPE.icmp) ? both("icmpTypeCode", shape, `icmpTypeCode${version}`) : []),
    ...both("attributes", shape),
    one("protocolIdentifier"),
    one("flowEndReason"),
    one("vlanId"),
    ...(is(SHAPE.serviceVlan) ? [one("serviceVlanId"), one("vlanId", "dot1qCustomerVlanId")] : []),
    ...both("interface", shape),
    ...(is(SHAPE.biflow) ? [one("reverseFlowDelta")] : []),
    ...(is(SHAPE.biflow) && timestamps === "microseconds"
      ? [one("reverseFlowDelta", "reverseFlowStartMicroseconds")]
      : []),
    ...(timestamps === "microseconds" ? [one("silkTcpState")] : []),
    ...both("ipClassOfService", shape),
    ...both("minimumTtl", shape),
    ...both("maximumTtl", shape),
    ...(is(SHAPE.tcp)
      ? [
          ...both("tcpFlags", shape),
          ...both("initialTcpFlags", shape),
          ...both("unionTcpFlags", shape),
          ...both("tcpSequence", shape),
        ]
      : []),
    ...((groups & GROUP.lengths) !== 0 ? statisticsColumns("lengths", shape) : []),
    ...((groups & GROUP.tcp) !== 0 && is(SHAPE.tcp) ? statisticsColumns("tcp", shape) : []),
    ...((groups & GROUP.link) !== 0 ? [one("sourceMac"), one("destinationMac")] : []),
    ...(is(SHAPE.mpls)
      ? [one("mplsTopLabel"), one("mplsLabel2"), one("mplsLabel3"), one("mplsDepth"), one("mplsTopTtl")]
      : []),
  ];
}

/** Builds and compiles the template of a shape. */
export function flowTemplate(shape: number, groups: number, options: FlowTemplateOptions): FlowTemplate {
  const columns = flowColumns(shape, groups, options.timestamps);
  const preludes: Preludes = new Map();
  const all = columns.flatMap((each) => {
    const made = pieces(each, groups, preludes);
    if (each.field.name !== "flowEndReason" || options.continuation === "plain") return made;
    // The record's continuation bit 0x20 becomes bit 0x80 of the reason.
    const { low } = words(field("attributes"), groups);
    return made.map((piece) => ({ ...piece, expression: `(${piece.expression}|(${low}&32)<<2)` }));
  });
  const { write, octets } = compileWriter(all, preludes);
  return {
    id: templateId(shape, groups, options.timestamps),
    specifiers: columns.map(({ element, length }) => ({ pen: element.pen, id: element.id, length })),
    scopeCount: 0,
    write,
    size: octets,
  };
}
