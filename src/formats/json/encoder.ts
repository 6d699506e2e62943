/** JSON lines in the shape of Suricata's EVE `flow` events, with flowtap's further measures under `flowtap`. */
import type { FlowBatch } from "../../record/batch.js";
import { FIELDS } from "../../record/fields.js";
import { ATTRIBUTE, BASE, END_REASON, GROUP } from "../../record/layout.js";
import { addressText } from "../../text/address.js";
import { TextChunk } from "../chunk.js";
import type { Emit, Encoder } from "../encoder.js";
import { isNumber, type TextFunctions, textExpression, textFunctions } from "../text_value.js";
import { protocolName } from "./protocol.js";
import { flowState, tcpText } from "./tcp.js";

export interface JsonEncoderOptions {
  /** Names of the meter's interfaces by slot; without one, `in_iface` is left out. */
  readonly interfaceNames?: readonly string[];
  readonly communityIdSeed?: number;
}

type Extra = (T: TextFunctions, u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, o: number) => string;

/** Suricata's words for why a flow ended: it knows no end of its own for a closed connection. */
const REASONS: Readonly<Record<number, string>> = {
  [END_REASON.forced]: "shutdown",
  [END_REASON.resources]: "forced",
};

export class JsonEncoder implements Encoder {
  readonly #interfaces: readonly (string | undefined)[];
  readonly #functions: TextFunctions;
  readonly #extras = new Map<number, Extra>();
  readonly #chunk = new TextChunk();

  constructor({ interfaceNames = [], communityIdSeed = 0 }: JsonEncoderOptions = {}) {
    this.#interfaces = interfaceNames.map((name) => `,"in_iface":${JSON.stringify(name)}`);
    this.#functions = textFunctions("+0000", communityIdSeed);
  }

  encode(batch: FlowBatch, emit: Emit): void {
    const extra = this.#extra(batch.groups);
    for (let index = batch.first; index < batch.first + batch.count; index++) {
      this.#chunk.add(this.#line(batch, index * batch.stride, extra), 1, emit);
    }
  }

  flush(emit: Emit): void {
    this.#chunk.flush(emit);
  }

  #line(batch: FlowBatch, o: number, extra: Extra): string {
    const { u8, u16, u32 } = batch;
    const { time, communityId } = this.#functions;
    const w = o >> 2;
    const wide = (at: number) => u32[w + (at >> 2) + 1]! * 4294967296 + u32[w + (at >> 2)]!;
    const version = u8[o + BASE.ipVersion]!;
    const protocol = u8[o + BASE.protocolIdentifier]!;
    const sourcePort = u16[(o + BASE.sourceTransportPort) >> 1]!;
    const destinationPort = u16[(o + BASE.destinationTransportPort) >> 1]!;
    const start = wide(BASE.flowStart);
    const end = wide(BASE.flowEnd);
    const toClient = wide(BASE.packets[1]);
    const reason = REASONS[u8[o + BASE.flowEndReason]!] ?? "timeout";
    const age = Math.floor(end / 1e6) - Math.floor(start / 1e6);

    let text = `{"timestamp":"${time(end)}","flow_id":${flowId(u32, w)}`;
    text += this.#interfaces[u8[o + BASE.interface[0]]!] ?? "";
    text += `,"event_type":"flow"${vlans(u16, o)}`;
    text += `,"src_ip":"${addressText(u8, o + BASE.sourceAddress, version)}"`;
    const icmp = protocol === (version === 4 ? 1 : 58);
    const ports = !icmp && (sourcePort | destinationPort) !== 0;
    if (ports) text += `,"src_port":${sourcePort}`;
    text += `,"dest_ip":"${addressText(u8, o + BASE.destinationAddress, version)}"`;
    if (ports) text += `,"dest_port":${destinationPort}`;
    text += `,"proto":"${protocolName(protocol)}"`;
    if (icmp) {
      text += `,"icmp_type":${destinationPort >> 8},"icmp_code":${destinationPort & 255}`;
      if (toClient > 0) {
        const reverse = u32[w + BASE.tcpSequence[1] / 4]!;
        text += `,"response_icmp_type":${(reverse >> 8) & 255},"response_icmp_code":${reverse & 255}`;
      }
    }
    text += `,"flow":{"pkts_toserver":${wide(BASE.packets[0])},"pkts_toclient":${toClient}`;
    text += `,"bytes_toserver":${wide(BASE.octets[0])},"bytes_toclient":${wide(BASE.octets[1])}`;
    text += `,"start":"${time(start)}","end":"${time(end)}","age":${age}`;
    text += `,"state":"${flowState(u8, o, toClient)}","reason":"${reason}"`;
    if ((u8[o + BASE.attributes[0]]! & ATTRIBUTE.continuation) !== 0) text += ',"continuation":true';
    text += `},"community_id":"${communityId(u8, o)}"`;
    if (protocol === 6) text += tcpText(u8, o);
    return `${text}${extra(this.#functions, u8, u16, u32, o)}}\n`;
  }

  /** The `flowtap` object: all fields of the statistics groups that the batch has. */
  #extra(groups: number): Extra {
    let extra = this.#extras.get(groups);
    if (extra === undefined) {
      const members = FIELDS.filter((of) => of.group !== "base" && (groups & GROUP[of.group]) !== 0).map((of) => {
        const value = `\${${textExpression(of, groups)}}`;
        return `"${of.name}":${isNumber(of) ? value : `"${value}"`}`;
      });
      const text = members.length === 0 ? "" : `,"flowtap":{${members.join(",")}}`;
      extra = new Function(
        `"use strict";return (T,u8,u16,u32,o)=>{const h=o>>1,w=o>>2;return \`${text}\`;}`,
      )() as Extra;
      this.#extras.set(groups, extra);
    }
    return extra;
  }
}

function vlans(u16: Uint16Array, o: number): string {
  const vlan = u16[(o + BASE.vlanId) >> 1]!;
  const service = u16[(o + BASE.serviceVlanId) >> 1]!;
  if (service !== 0) return `,"vlan":[${service},${vlan}]`;
  return vlan !== 0 ? `,"vlan":[${vlan}]` : "";
}

/** 53 bits that are the same for the same key and start, in every output and every run. */
function flowId(u32: Uint32Array, w: number): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  // Addresses, ports, protocol, version, VLAN and start are the first 12 words of the record.
  for (let k = 0; k < 12; k++) {
    low = Math.imul(low ^ u32[w + k]!, 0x85ebca6b);
    low ^= low >>> 13;
    high = Math.imul(high + low, 0xc2b2ae35) ^ (low >>> 16);
  }
  return ((high >>> 0) & 0x1fffff) * 4294967296 + (low >>> 0);
}
