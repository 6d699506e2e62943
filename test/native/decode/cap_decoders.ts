/** The header decoders of the npm package cap as an oracle; its capture half is left alone. */

import { createRequire } from "node:module";
import ipaddr from "ipaddr.js";
import pcapParser from "pcap-parser";
import type { Expectation } from "./dissection.js";

interface Decoded<Header> {
  readonly info: Header;
  readonly offset: number;
}

interface CapDecoders {
  Ethernet(frame: Buffer): Decoded<{ readonly type?: number; readonly vlan?: { readonly VID: number } }>;
  IPV4(frame: Buffer, offset: number): Decoded<Ipv4Header>;
  IPV6(frame: Buffer, offset: number): Decoded<Ipv6Header>;
  TCP(frame: Buffer, offset: number): Decoded<PortsHeader & { readonly seqno: number; readonly flags: number }>;
  UDP(frame: Buffer, offset: number): Decoded<PortsHeader>;
}

interface Ipv4Header {
  readonly dscp: number;
  readonly ecn: number;
  readonly totallen: number;
  readonly fragoffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly srcaddr: string;
  readonly dstaddr: string;
}

interface Ipv6Header {
  readonly class: number;
  readonly payloadlen: number;
  readonly hopLimit: number;
  readonly protocol?: number;
  readonly srcaddr: string;
  readonly dstaddr: string;
}

interface PortsHeader {
  readonly srcport: number;
  readonly dstport: number;
}

const cap = createRequire(import.meta.url)("cap/lib/Decoders.js") as CapDecoders;

/** cap writes an address as sixteen octets in hexadecimal. */
function addressOf(octets: string): string {
  const bytes = octets.split(":").map((octet) => Number.parseInt(octet, 16));
  return ipaddr.fromByteArray(bytes).toString();
}

function transportOf(frame: Buffer, offset: number, protocol: number | undefined): Expectation {
  if (protocol === 6 && frame.length >= offset + 20) {
    const { info } = cap.TCP(frame, offset);
    const ports = { sourcePort: info.srcport, destinationPort: info.dstport };
    return { ...ports, tcpSequence: info.seqno, tcpFlags: info.flags & 0xff };
  }
  if (protocol === 17 && frame.length >= offset + 8) {
    const { info } = cap.UDP(frame, offset);
    return { sourcePort: info.srcport, destinationPort: info.dstport };
  }
  return {};
}

/** What cap says of an Ethernet frame with at most one tag, or nothing when there is no whole IP header of its kind. */
export function expectationByCap(frame: Buffer): Expectation | undefined {
  if (frame.length < 14 + 4) return undefined;
  const ethernet = cap.Ethernet(frame);
  const vlanId = ethernet.info.vlan?.VID ?? 0;
  const at = ethernet.offset;
  const version = (frame[at] ?? 0) >> 4;
  if (ethernet.info.type === 0x0800 && version === 4 && frame.length >= at + 20) {
    const { info, offset } = cap.IPV4(frame, at);
    return {
      ...(info.fragoffset === 0 ? transportOf(frame, offset, info.protocol) : {}),
      vlanId,
      source: info.srcaddr,
      destination: info.dstaddr,
      protocol: info.protocol,
      ipOctets: info.totallen,
      ttl: info.ttl,
      ipClassOfService: (info.dscp << 2) | info.ecn,
    };
  }
  if (ethernet.info.type === 0x86dd && version === 6 && frame.length >= at + 40) {
    const { info, offset } = cap.IPV6(frame, at);
    // cap misreads the length of an authentication header and the offset of a fragment: only what has neither.
    const plain = frame[at + 6] !== 44 && frame[at + 6] !== 51 && frame[at + 6] !== 59;
    return {
      ...(plain ? { ...transportOf(frame, offset, info.protocol), protocol: info.protocol! } : {}),
      vlanId,
      source: addressOf(info.srcaddr),
      destination: addressOf(info.dstaddr),
      ipOctets: 40 + info.payloadlen,
      ttl: info.hopLimit,
      ipClassOfService: info.class,
    };
  }
  return undefined;
}

/** The frames of a pcap file in microseconds, read by pcap-parser. */
export function framesOf(path: string): Promise<Buffer[]> {
  return new Promise((fulfil, reject) => {
    const frames: Buffer[] = [];
    const parser = pcapParser.parse(path);
    parser.on("packet", (packet) => frames.push(packet.data));
    parser.on("error", reject);
    parser.on("end", () => fulfil(frames));
  });
}
