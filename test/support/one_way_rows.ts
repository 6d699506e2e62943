/** The rows that NetFlow and IPFIX (10) make of flows: what a collector should have of each direction. */
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import type { Flow } from "./batches.js";
import type { PlainRow } from "./rows.js";

const SATURATED = 0xffff_ffffn;

/** Values of a row that the format carries, as text; times in milliseconds. */
export type Carried = Readonly<Record<string, string>>;

/** Takes what the format carries out of rows. */
export function carriedBy(version: 5 | 9 | 10): (row: PlainRow) => Carried {
  return (row) => ({
    stime: String((row.stime as bigint) / 1000n),
    etime: String((row.etime as bigint) / 1000n),
    source: `${row.sip_hi} ${row.sip_lo}`,
    destination: `${row.dip_hi} ${row.dip_lo}`,
    key: [row.sport, row.dport, row.proto, row.tos, row.flags].join(),
    counters: `${row.packets} ${row.bytes}`,
    input: String(row.input),
    ...(version !== 5 && { more: [row.vlan, row.min_ttl, row.max_ttl, row.end_reason].join() }),
    ...(version === 9 && { timeout: String(Number(row.attributes) & ROW_ATTRIBUTE.activeTimeout) }),
  });
}

/** Days that uptimes of 32 bits reach back, less some. */
const REACH = 40 * 86_400_000_000;

/** Flows as random as those given, but with times that a meter can have before `now`, in microseconds. */
export function atTimesBefore(now: number, flows: readonly Flow[]): Flow[] {
  return flows.map((flow) => {
    const start = now - REACH + (Number(flow.flowStart) % REACH);
    const end = start + (Number(flow.flowEnd) % (now - start));
    return {
      ...flow,
      flowStart: start,
      flowEnd: end,
      reverseFlowDelta: Number(flow.reverseFlowDelta) % (end - start + 1),
    };
  });
}

/** The rows of flows in their order, forward direction before the reverse one. */
export function expectedRows(flows: readonly Flow[], version: 5 | 9 | 10): Carried[] {
  return flows.flatMap((flow) => {
    const answered = Number(flow.reversePackets) > 0;
    return answered ? [oneWay(flow, "", version), oneWay(flow, "reverse", version)] : [oneWay(flow, "", version)];
  });
}

function oneWay(flow: Flow, prefix: "" | "reverse", version: 5 | 9 | 10): Carried {
  const of = (name: string) => Number(flow[prefix === "" ? name : `reverse${name[0]!.toUpperCase()}${name.slice(1)}`]);
  const forward = prefix === "";
  const icmp = [1, 58].includes(Number(flow.protocolIdentifier));
  const address = (name: string) => {
    const octets = Buffer.from(flow[name] as readonly number[]);
    return `${octets.readBigUInt64BE(0)} ${octets.readBigUInt64BE(8)}`;
  };
  const counter = (name: string) => {
    const value = BigInt(of(name));
    return version === 5 && value > SATURATED ? SATURATED : value;
  };
  const [source, destination] = forward ? ["source", "destination"] : ["destination", "source"];
  const ports = [flow[`${source}TransportPort`], flow[`${destination}TransportPort`]];
  if (icmp && !forward) ports.splice(0, 2, 0, flow.reverseTcpSequence);
  // Reverse ports of ICMP over IPv6 do not occur in version 5, which has no IPv6.
  const start = Number(flow.flowStart) + (forward ? 0 : Number(flow.reverseFlowDelta));
  const [first, last] = [Math.floor(start / 1000), Math.floor(Number(flow.flowEnd) / 1000)];
  const flags = of("initialTcpFlags") | of("unionTcpFlags");
  // Without an inner tag the outer one, which only IPFIX carries, is the innermost.
  const tag = Number(flow.vlanId) || (version === 10 ? flow.serviceVlanId : 0);
  return {
    stime: String(first),
    etime: String(Math.max(first, last)),
    source: address(`${source}Address`),
    destination: address(`${destination}Address`),
    key: [...ports, flow.protocolIdentifier, of("ipClassOfService"), flags].join(),
    counters: `${counter("packets")} ${counter("octets")}`,
    input: String(of("interface")),
    ...(version !== 5 && { more: [tag, of("minimumTtl"), of("maximumTtl"), flow.flowEndReason].join() }),
    // IPFIX has attributes of their own for it.
    ...(version === 9 && { timeout: String(flow.flowEndReason === 2 ? ROW_ATTRIBUTE.activeTimeout : 0) }),
  };
}
