import type { FlowSink } from "../meter/meter.js";
import type { FlowBatch } from "../record/batch.js";
import { ATTRIBUTE, BASE } from "../record/layout.js";
import { CELLS, OTHERS, TrafficTable, WINDOWS } from "./traffic_table.js";

/** Rows of the tables whose keys come from the network. */
const MOST_ROWS = 65_536;

const PROTOCOL = { icmp: 1, tcp: 6, icmp6: 58 } as const;
const SYN = 0x02;
const SYN_ACK = 0x12;
/** Ports below this are servers' where nothing else is known. */
const FIRST_FREE_PORT = 1024;

/**
 * Flow records added up by host, conversation, service, protocol and link. Every view's sums are those of the records,
 * hosts' twice: each is credited to both ends.
 *
 * A conversation is client, server, server's port and protocol. Records that continue a flow begin with whoever sent
 * next: which end is the server then is what the conversation's first record said.
 */
export class Traffic implements FlowSink {
  /** Address. */
  readonly hosts: TrafficTable;
  /** Client's address, server's address, protocol and port. */
  readonly conversations: TrafficTable;
  /** Protocol << 16 | server's port, 0 where the protocol has none. */
  readonly ports: TrafficTable;
  /** Protocol number. */
  readonly protocols = new TrafficTable(1, 256);
  /** Slot of the interface << 16 | VLAN. */
  readonly links = new TrafficTable(1, 4096);
  /** Flows that began. */
  flows = 0;
  #elapsed = 0;
  /** Row of the latest record's conversation. */
  #row = OTHERS;

  /** @param mostRows of each table whose keys come from the network; a power of two */
  constructor(mostRows = MOST_ROWS) {
    this.hosts = new TrafficTable(4, mostRows);
    this.conversations = new TrafficTable(9, mostRows);
    this.ports = new TrafficTable(1, mostRows);
  }

  ready(): undefined {}
  flush(): void {}

  /** Adds the records of a batch. */
  write(batch: FlowBatch): void {
    const { stride, u32, u8 } = batch;
    for (let at = batch.first * stride, end = at + batch.count * stride; at < end; at += stride) {
      const begun = (u8[at + BASE.attributes[0]]! & ATTRIBUTE.continuation) === 0 ? 1 : 0;
      const protocol = u8[at + BASE.protocolIdentifier]!;
      const reversed = this.#placeConversation(batch, at, protocol, begun);
      // "Up" is from client to server.
      const octets = counter(u32, at + BASE.octets[0]);
      const octetsBack = counter(u32, at + BASE.octets[1]);
      const packets = counter(u32, at + BASE.packets[0]);
      const packetsBack = counter(u32, at + BASE.packets[1]);
      const octetsUp = reversed ? octetsBack : octets;
      const octetsDown = reversed ? octets : octetsBack;
      const packetsUp = reversed ? packetsBack : packets;
      const packetsDown = reversed ? packets : packetsBack;

      const { hosts, conversations, ports, protocols, links } = this;
      credit(conversations.pending, this.#row, octetsUp, octetsDown, packetsUp, packetsDown, begun, 0);
      setAddress(hosts.key, 0, conversations.key, 0);
      credit(hosts.pending, hosts.place(), octetsUp, octetsDown, packetsUp, packetsDown, begun, 0);
      setAddress(hosts.key, 0, conversations.key, 4);
      credit(hosts.pending, hosts.place(), octetsDown, octetsUp, packetsDown, packetsUp, 0, begun);
      ports.key[0] = conversations.key[8]!;
      credit(ports.pending, ports.place(), octetsUp, octetsDown, packetsUp, packetsDown, begun, 0);
      protocols.key[0] = protocol;
      credit(protocols.pending, protocols.place(), octetsUp, octetsDown, packetsUp, packetsDown, begun, 0);

      const vlan = batch.u16[(at + BASE.vlanId) >>> 1]!;
      links.key[0] = (u8[at + BASE.interface[reversed ? 1 : 0]]! << 16) | vlan;
      if (packetsUp > 0) credit(links.pending, links.place(), octetsUp, 0, packetsUp, 0, begun, 0);
      links.key[0] = (u8[at + BASE.interface[reversed ? 0 : 1]]! << 16) | vlan;
      if (packetsDown > 0)
        credit(links.pending, links.place(), 0, octetsDown, 0, packetsDown, packetsUp > 0 ? 0 : begun, 0);
      this.flows += begun;
    }
  }

  /** Finds or makes the record's conversation, and tells whether the record's source is its server. */
  #placeConversation({ u32, u16, u8 }: FlowBatch, at: number, protocol: number, begun: number): boolean {
    const { key } = this.conversations;
    const source = (at + BASE.sourceAddress) >>> 2;
    const destination = (at + BASE.destinationAddress) >>> 2;
    const icmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6;
    const sourcePort = icmp ? 0 : u16[(at + BASE.sourceTransportPort) >>> 1]!;
    const destinationPort = icmp ? 0 : u16[(at + BASE.destinationTransportPort) >>> 1]!;
    const flags = u8[at + BASE.initialTcpFlags[0]]! & SYN_ACK;
    let reversed = false;
    let known = begun === 1;
    if (protocol === PROTOCOL.tcp) {
      known = known && (flags & SYN) !== 0;
      reversed = known && flags === SYN_ACK;
    } else if (known) {
      reversed = sourcePort < FIRST_FREE_PORT && destinationPort >= FIRST_FREE_PORT;
    }
    const straight = (protocol << 16) | destinationPort;
    const back = (protocol << 16) | sourcePort;
    if (!known) {
      setConversation(key, u32, source, destination, straight);
      this.#row = this.conversations.find();
      if (this.#row !== 0) return false;
      setConversation(key, u32, destination, source, back);
      this.#row = this.conversations.find();
      if (this.#row !== 0) return true;
      // The flow is older than this view.
      reversed = sourcePort < destinationPort;
    }
    if (reversed) setConversation(key, u32, destination, source, back);
    else setConversation(key, u32, source, destination, straight);
    this.#row = this.conversations.place();
    return reversed;
  }

  /** Takes what came in since the last tick into totals and rates. @param seconds since then */
  tick(seconds: number): void {
    this.#elapsed += seconds;
    const kept = WINDOWS.map((window) => Math.exp(-seconds / window));
    for (const table of [this.hosts, this.conversations, this.ports, this.protocols, this.links])
      table.tick(seconds, kept);
  }

  /** What a rate over window number `window` is to be multiplied with, as that window has not been seen in full. */
  correction(window: number): number {
    return this.#elapsed <= 0 ? 0 : 1 / (1 - Math.exp(-this.#elapsed / WINDOWS[window]!));
  }
}

function setAddress(key: Uint32Array, word: number, u32: Uint32Array, at: number): void {
  key[word] = u32[at]!;
  key[word + 1] = u32[at + 1]!;
  key[word + 2] = u32[at + 2]!;
  key[word + 3] = u32[at + 3]!;
}

/** The 64-bit counter at octet `at`. */
function counter(u32: Uint32Array, at: number): number {
  return u32[at >>> 2]! + u32[(at >>> 2) + 1]! * 0x1_0000_0000;
}

function setConversation(key: Uint32Array, u32: Uint32Array, client: number, server: number, service: number): void {
  setAddress(key, 0, u32, client);
  setAddress(key, 4, u32, server);
  key[8] = service;
}

/** Adds to a row's cells, in the order of CELL. */
function credit(
  pending: Float64Array,
  row: number,
  octetsSent: number,
  octetsReceived: number,
  packetsSent: number,
  packetsReceived: number,
  opened: number,
  accepted: number,
): void {
  const at = row * CELLS;
  pending[at]! += octetsSent;
  pending[at + 1]! += octetsReceived;
  pending[at + 2]! += packetsSent;
  pending[at + 3]! += packetsReceived;
  pending[at + 4]! += opened;
  pending[at + 5]! += accepted;
}
