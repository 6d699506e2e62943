/** Sampled packets of a datagram that wait to become rows: in columns, decoded by the meter's own decoder. */
import { loadNative } from "../../meter/native.js";
import type { NativeSampledHeaders } from "./native_headers.js";

/** Offsets in a packet's summary (native/decode/packet.h), host-endian, addresses in wire order. */
export const PACKET = {
  sourceAddress: 0,
  destinationAddress: 16,
  sourcePort: 32,
  destinationPort: 34,
  protocol: 36,
  flags: 37,
  vlanId: 38,
  ipOctets: 48,
  tcpSequence: 56,
  tcpFlags: 60,
  ipClassOfService: 61,
  ttl: 62,
} as const;
export const PACKET_SIZE = 64;

/** Bits of `flags` (native/decode/packet.h, packetFlag). */
export const PACKET_FLAG = { ipv6: 0x01, icmp: 0x10 } as const;

/** Link type of a packet that the agent summarised itself. */
export const DESCRIBED = 0xffff_ffff;

/** Samples that wait together at most. */
const CAPACITY = 256;

export class SampledPackets {
  count = 0;
  readonly headers = new Uint32Array(4 * CAPACITY);
  readonly u8 = new Uint8Array(PACKET_SIZE * CAPACITY);
  readonly u16 = new Uint16Array(this.u8.buffer);
  readonly u32 = new Uint32Array(this.u8.buffer);
  readonly ignored = new Uint8Array(CAPACITY);
  /** ifIndex, 0 for none or several. */
  readonly input = new Uint32Array(CAPACITY);
  readonly output = new Uint32Array(CAPACITY);
  /** Tag by which the packet came in, as the switch says. */
  readonly vlan = new Uint16Array(CAPACITY);
  /** Of so many packets one was sampled. */
  readonly rate = new Uint32Array(CAPACITY);
  /** 4, 6, or 0 for none. */
  readonly nextHopVersion = new Uint8Array(CAPACITY);
  /** Four words each, the first one highest; IPv4 in the last. */
  readonly nextHop = new Uint32Array(4 * CAPACITY);
  readonly #native: NativeSampledHeaders = new (loadNative().SampledHeaders)();

  get isFull(): boolean {
    return this.count === CAPACITY;
  }

  /** Begins with the next one: nothing is known of it but its rate. */
  begin(input: number, output: number, rate: number): number {
    const at = this.count;
    this.input[at] = input;
    this.output[at] = output;
    this.rate[at] = rate;
    this.vlan[at] = 0;
    this.nextHopVersion[at] = 0;
    return at;
  }

  /** Where the header of sample `at` is. */
  setHeader(at: number, offset: number, captured: number, wire: number, linkType: number): void {
    this.headers[4 * at] = offset;
    this.headers[4 * at + 1] = captured;
    this.headers[4 * at + 2] = wire;
    this.headers[4 * at + 3] = linkType;
  }

  /** Sample `at` has a summary already. */
  setDescribed(at: number): void {
    this.setHeader(at, 0, 0, 0, DESCRIBED);
  }

  decode(datagram: DataView): void {
    this.#native.decode(datagram, this.headers, this.count, this.u8, this.ignored);
  }
}
