/** Reads the datagrams that native receivers put into their ring. */
import type { Peer, ReceivedMessage, Transport } from "../collect/message.js";
import { ipv4Text, ipv6Text } from "../text/address.js";
import type { DatagramRing } from "./native_receiver.js";

/** Offsets in `DatagramHead`, native/receive/datagram_ring.h. */
const HEAD = { octets: 4, time: 8, address: 16, sourcePort: 32, destinationPort: 34, size: 40 } as const;

/** `octets` of the gap before the end of the memory. */
const SKIPPED = 0xffffffff;

/** Octets that are read before they are given back: the receiver goes on meanwhile. */
const PIECE = 256 * 1024;

/** Peers that are remembered, so that each has one object; beyond, all are made anew. */
const MOST_PEERS = 16_384;

/** The third word of ::ffff:a.b.c.d as this host reads it. */
const [MAPPED] = new Uint32Array(Uint8Array.of(0, 0, 0xff, 0xff).buffer);

/** Takes a message and the port that it was sent to. */
export type TakeDatagram = (message: ReceivedMessage, destinationPort: number) => void;

export class Datagrams {
  readonly #ring: DatagramRing;
  readonly #memory: ArrayBuffer;
  readonly #u8: Uint8Array;
  readonly #u16: Uint16Array;
  readonly #u32: Uint32Array;
  readonly #f64: Float64Array;
  readonly #transport: Transport;
  readonly #peers = new Map<number | string, Peer>();
  /** Where the next datagram begins. */
  #position = 0;

  constructor(ring: DatagramRing, memory: ArrayBuffer, transport: Transport) {
    this.#ring = ring;
    this.#memory = memory;
    this.#u8 = new Uint8Array(memory);
    this.#u16 = new Uint16Array(memory);
    this.#u32 = new Uint32Array(memory);
    this.#f64 = new Float64Array(memory);
    this.#transport = transport;
  }

  /**
   * Hands on the datagrams that are ready, about `most` octets of them.
   *
   * @returns octets that were read; 0 when nothing is ready
   */
  read(most: number, take: TakeDatagram): number {
    let read = 0;
    while (read < most) {
      const ready = this.#ring.poll();
      if (ready === 0) break;
      const start = this.#position;
      const end = start + ready;
      const pause = Math.min(end, start + PIECE);
      while (this.#position < pause) this.#readOne(take);
      const size = this.#position - start;
      this.#ring.release(size);
      read += size;
      if (this.#position === this.#memory.byteLength) this.#position = 0;
    }
    return read;
  }

  #readOne(take: TakeDatagram): void {
    const at = this.#position;
    const octets = this.#u32[(at + HEAD.octets) >> 2]!;
    this.#position = at + this.#u32[at >> 2]!;
    if (octets === SKIPPED) return;
    const message: ReceivedMessage = {
      peer: this.#peerAt(at),
      received: this.#f64[(at + HEAD.time) >> 3]!,
      octets: new DataView(this.#memory, at + HEAD.size, octets),
    };
    take(message, this.#u16[(at + HEAD.destinationPort) >> 1]!);
  }

  #peerAt(at: number): Peer {
    const u32 = this.#u32;
    const address = (at + HEAD.address) >> 2;
    const port = this.#u16[(at + HEAD.sourcePort) >> 1]!;
    const isIpv4 = (u32[address]! | u32[address + 1]!) === 0 && u32[address + 2] === MAPPED;
    const key = isIpv4
      ? u32[address + 3]! * 65_536 + port
      : `${u32[address]} ${u32[address + 1]} ${u32[address + 2]} ${u32[address + 3]} ${port}`;
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const text = isIpv4 ? ipv4Text(this.#u8, at + HEAD.address) : ipv6Text(this.#u8, at + HEAD.address);
    const peer: Peer = { transport: this.#transport, address: text, port };
    if (this.#peers.size >= MOST_PEERS) this.#peers.clear();
    this.#peers.set(key, peer);
    return peer;
  }
}
