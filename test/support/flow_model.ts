/**
 * What flows a list of packets makes, by the rules alone: a map of open flows, looked at only when a packet of theirs
 * comes. No wheel, no batches, no eviction.
 */

import type { SentPacket } from "./conversations.js";
import type { MeteredFlow } from "./meter_flows.js";

export interface Timeouts {
  /** Microseconds. */
  readonly idle: number;
  readonly active: number;
}

type Pair = [forward: number, reverse: number];

interface OpenFlow {
  readonly first: SentPacket;
  readonly continuation: boolean;
  end: number;
  reverseDelta: number;
  readonly packets: Pair;
  readonly octets: Pair;
  readonly sequence: Pair;
  readonly initialFlags: Pair;
  readonly unionFlags: Pair;
  readonly fragments: [boolean, boolean];
  readonly fin: [boolean, boolean];
  readonly finAcknowledged: [boolean, boolean];
  readonly afterFin: [boolean, boolean];
}

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
/** Flags of a segment that only acknowledges or closes; ECE and CWR ride on those. */
const CLOSING = FIN | ACK | 0xc0;

/** flowEndReason 3; every other one depends on when the end was noticed. */
const END_OF_FLOW = 3;

const ATTRIBUTE = { fragments: 0x01, packetsAfterFin: 0x08, continuation: 0x20 } as const;

/** Whatever a flow says that does not depend on when its end was noticed, as one comparable line. */
export function comparable(flow: MeteredFlow): string {
  const mask = ATTRIBUTE.fragments | ATTRIBUTE.packetsAfterFin | ATTRIBUTE.continuation;
  return JSON.stringify({
    key: [
      flow.source,
      flow.sourcePort,
      flow.destination,
      flow.destinationPort,
      flow.protocol,
      flow.ipVersion,
      flow.vlan,
    ],
    times: [flow.start, flow.end, flow.reverseDelta],
    counters: [...flow.packets, ...flow.octets],
    flags: [...flow.initialFlags, ...flow.unionFlags],
    sequence: flow.sequence,
    ended: flow.reason === END_OF_FLOW,
    attributes: flow.attributes.map((bits) => bits & mask),
  });
}

/** The flows of `packets`, in which time does not go backwards, as `comparable` lines in no particular order. */
export function modelFlows(packets: readonly SentPacket[], timeouts: Timeouts): string[] {
  const open = new Map<string, OpenFlow>();
  const ended: string[] = [];
  for (const packet of packets) {
    const key = JSON.stringify([packet.version, packet.protocol, packet.vlans, [packet.from, packet.to].sort()]);
    let flow = open.get(key);
    if (flow !== undefined) {
      const isIdle = packet.time - flow.end > timeouts.idle;
      const isOld = packet.time - flow.first.time > timeouts.active;
      const reopens = flow.fin[0] && flow.fin[1] && (packet.tcpFlags & (SYN | ACK)) === SYN;
      if (isIdle || isOld || reopens) {
        ended.push(asLine(flow, !isIdle && !isOld));
        flow = begin(packet, isOld && !isIdle);
        open.set(key, flow);
      }
    } else {
      flow = begin(packet, false);
      open.set(key, flow);
    }
    if (add(flow, packet) === "ended") {
      ended.push(asLine(flow, true));
      open.delete(key);
    }
  }
  for (const flow of open.values()) ended.push(asLine(flow, false));
  return ended;
}

function begin(first: SentPacket, continuation: boolean): OpenFlow {
  return {
    first,
    continuation,
    end: first.time,
    reverseDelta: 0,
    packets: [0, 0],
    octets: [0, 0],
    sequence: [0, 0],
    initialFlags: [0, 0],
    unionFlags: [0, 0],
    fragments: [false, false],
    fin: [false, false],
    finAcknowledged: [false, false],
    afterFin: [false, false],
  };
}

function add(flow: OpenFlow, packet: SentPacket): "open" | "ended" {
  const way = packet.from === flow.first.from ? 0 : 1;
  const { tcpFlags: flags, sequence } = packet;
  if (flow.packets[way] === 0) {
    flow.sequence[way] = sequence;
    flow.initialFlags[way] = flags;
    if (way === 1) flow.reverseDelta = packet.time - flow.first.time;
  } else if (packet.protocol === 6 && (flow.sequence[way] - sequence) >>> 0 < 1 << 20) {
    // The segment precedes what was taken for the first one: initial flags are those of the lowest sequence number.
    flow.unionFlags[way] |= flow.initialFlags[way];
    flow.initialFlags[way] = flags;
    flow.sequence[way] = sequence;
  } else {
    flow.unionFlags[way] |= flags;
  }
  flow.packets[way] += 1;
  flow.octets[way] += packet.octets;
  flow.end = packet.time;
  if (packet.fragment) flow.fragments[way] = true;
  if (packet.protocol !== 6) return "open";
  if ((flags & RST) !== 0) return "ended";
  if (flow.fin[way] && (flags & ~CLOSING) !== 0) flow.afterFin[way] = true;
  if (flow.fin[1 - way] && (flags & ACK) !== 0) flow.finAcknowledged[1 - way] = true;
  if ((flags & FIN) !== 0) flow.fin[way] = true;
  return flow.finAcknowledged[0] && flow.finAcknowledged[1] ? "ended" : "open";
}

function asLine(flow: OpenFlow, isEndOfFlow: boolean): string {
  const { first } = flow;
  const attributes = (way: 0 | 1) =>
    (flow.fragments[way] ? ATTRIBUTE.fragments : 0) |
    (flow.afterFin[way] ? ATTRIBUTE.packetsAfterFin : 0) |
    (flow.continuation ? ATTRIBUTE.continuation : 0);
  return comparable({
    source: first.source,
    destination: first.destination,
    sourcePort: first.sourcePort,
    destinationPort: first.destinationPort,
    protocol: first.protocol,
    ipVersion: first.version,
    vlan: first.vlans.at(-1) ?? 0,
    start: first.time,
    end: flow.end,
    reverseDelta: flow.reverseDelta,
    reason: isEndOfFlow ? END_OF_FLOW : 0,
    attributes: [attributes(0), attributes(1)],
    packets: flow.packets,
    octets: flow.octets,
    sequence: flow.sequence,
    initialFlags: flow.initialFlags,
    unionFlags: flow.unionFlags,
  });
}
