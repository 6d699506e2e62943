import type { FlowBatch } from "../../record/batch.js";
import { carries } from "../../record/choose.js";
import { communityId } from "../../record/community_id.js";
import type { Field } from "../../record/field.js";
import { FIELDS } from "../../record/fields.js";
import { BASE } from "../../record/layout.js";
import { addressText } from "../../text/address.js";
import { cellExpression, cellIsText, compileCells } from "../../text/cells.js";
import { rfc3339 } from "../../text/timestamp.js";
import type { Emit, Encoder } from "../encoder.js";
import { LineBuffer } from "../line_buffer.js";
import { PROTOCOL_NAMES } from "./protocols.js";
import { flowState, tcpText } from "./tcp.js";

const ICMP = 1;
const TCP = 6;
const ICMP_V6 = 58;

/** Suricata's flow.reason, by flowEndReason; ours stands exactly in flowtap.flowEndReason. */
const REASONS = ["unknown", "timeout", "timeout", "timeout", "shutdown", "forced"];

/** What the flow event says in Suricata's own terms; the rest is under `flowtap`. */
const SAID_BY_EVE = new Set(
  (
    "sourceAddress destinationAddress sourceTransportPort destinationTransportPort protocolIdentifier ipVersion vlanId " +
    "serviceVlanId flowStart flowEnd duration packets octets reversePackets reverseOctets initialTcpFlags unionTcpFlags " +
    "tcpFlags reverseInitialTcpFlags reverseUnionTcpFlags reverseTcpFlags silkTcpState icmpType icmpCode icmpTypeCode " +
    "reverseIcmpTypeCode communityId linkOverhead reverseLinkOverhead interface reverseInterface"
  ).split(" "),
);

export interface JsonOptions {
  /** Bits of `GROUP` that records carry. */
  readonly groups: number;
  /** Name of an interface by its slot in the records; "" where it has none. */
  readonly interfaceName?: (slot: number) => string;
  /** 0 to 65535. */
  readonly communityIdSeed?: number;
}

/**
 * JSON lines in the shape of Suricata's EVE flow events, one object a flow. Octets are those of the IP packets, as in
 * every other output. What Suricata does not have stands under `flowtap`, by the names of the field table.
 */
export class JsonEncoder implements Encoder {
  readonly #lines = new LineBuffer();
  readonly #own: (u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, offset: number) => string;
  readonly #interfaceName: (slot: number) => string;
  readonly #seed: number;

  constructor(options: JsonOptions) {
    const own = FIELDS.filter((field) => carries(options.groups, field) && !SAID_BY_EVE.has(field.name));
    const members = own.map((field) => `"${field.name}":\${${jsonExpression(field, options.groups)}}`);
    this.#own = compileCells<string>(`return \`{${members.join(",")}}\`;`);
    this.#interfaceName = options.interfaceName ?? (() => "");
    this.#seed = options.communityIdSeed ?? 0;
  }

  encode(batch: FlowBatch, emit: Emit): void {
    for (let row = 0; row < batch.count; row++)
      this.#lines.add(this.#event(batch, (batch.first + row) * batch.stride), emit);
  }

  flush(emit: Emit): void {
    this.#lines.flush(emit);
  }

  #event(batch: FlowBatch, at: number): string {
    const { u8, u16, u32 } = batch;
    const version = u8[at + BASE.ipVersion]!;
    const protocol = u8[at + BASE.protocolIdentifier]!;
    const ports = [
      u16[(at + BASE.sourceTransportPort) >> 1]!,
      u16[(at + BASE.destinationTransportPort) >> 1]!,
    ] as const;
    const start = number64(u32, at + BASE.flowStart);
    const end = number64(u32, at + BASE.flowEnd);
    const packets = BASE.packets.map((offset) => number64(u32, at + offset));
    const octets = BASE.octets.map((offset) => number64(u32, at + offset));
    const icmp = protocol === ICMP || protocol === ICMP_V6;
    const hasPorts = !icmp && (ports[0] | ports[1]) !== 0;
    const name = this.#interfaceName(u8[at + BASE.interface[0]]!);
    const community = communityId(
      u8,
      at + BASE.sourceAddress,
      at + BASE.destinationAddress,
      version,
      protocol,
      ...ports,
      this.#seed,
    );
    return (
      `{"timestamp":"${rfc3339(end, "+0000")}","flow_id":${flowId(u32, at)}` +
      (name === "" ? "" : `,"in_iface":${JSON.stringify(name)}`) +
      `,"event_type":"flow"${vlans(u16, at)}` +
      `,"src_ip":"${addressText(u8, at + BASE.sourceAddress, version)}"` +
      (hasPorts ? `,"src_port":${ports[0]}` : "") +
      `,"dest_ip":"${addressText(u8, at + BASE.destinationAddress, version)}"` +
      (hasPorts ? `,"dest_port":${ports[1]}` : "") +
      `,"proto":"${PROTOCOL_NAMES[protocol]}"${icmp ? icmpMembers(u32, at, packets[1]!) : ""}` +
      `,"flow":{"pkts_toserver":${packets[0]},"pkts_toclient":${packets[1]},"bytes_toserver":${octets[0]},` +
      `"bytes_toclient":${octets[1]},"start":"${rfc3339(start, "+0000")}","end":"${rfc3339(end, "+0000")}",` +
      `"age":${Math.floor(end / 1e6) - Math.floor(start / 1e6)},"state":"${flowState(u8, at, packets[1]!)}",` +
      `"reason":"${REASONS[u8[at + BASE.flowEndReason]!]}"},"community_id":"${community}"` +
      (protocol === TCP ? tcpText(u8, at) : "") +
      `,"flowtap":${this.#own(u8, u16, u32, at)}}\n`
    );
  }
}

/** Numbers as they are, everything else as a string. */
function jsonExpression(field: Field, groups: number): string {
  const cell = cellExpression(field, groups, "exact");
  return cellIsText(field) ? `JSON.stringify(${cell})` : cell;
}

function number64(u32: Uint32Array, at: number): number {
  return u32[(at >> 2) + 1]! * 4294967296 + u32[at >> 2]!;
}

/** 53 bits that follow from key and start: the same flow has the same id in every output and every run. */
function flowId(u32: Uint32Array, at: number): number {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let word = at >> 2; word < (at + BASE.flowEnd) >> 2; word++) {
    a = Math.imul(a ^ u32[word]!, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = (Math.imul(b ^ a, 0x1b873593) + 0xe6546b64) | 0;
    b = (b << 13) | (b >>> 19);
  }
  return ((a ^ (b >>> 16)) & 0x1fffff) * 4294967296 + (b >>> 0);
}

function vlans(u16: Uint16Array, at: number): string {
  const outer = u16[(at + BASE.serviceVlanId) >> 1]!;
  const inner = u16[(at + BASE.vlanId) >> 1]!;
  if (outer === 0 && inner === 0) return "";
  return `,"vlan":[${outer === 0 ? inner : `${outer},${inner}`}]`;
}

function icmpMembers(u32: Uint32Array, at: number, reversePackets: number): string {
  const [there, back] = BASE.tcpSequence.map((offset) => u32[(at + offset) >> 2]!) as [number, number];
  const answer =
    reversePackets === 0 ? "" : `,"response_icmp_type":${(back >> 8) & 0xff},"response_icmp_code":${back & 0xff}`;
  return `,"icmp_type":${(there >> 8) & 0xff},"icmp_code":${there & 0xff}${answer}`;
}
