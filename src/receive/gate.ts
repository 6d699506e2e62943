/** The gate that messages of one listener pass: from whom, of which protocol. */
import type { Peer, ReceivedMessage } from "../collect/message.js";
import type { AcceptList } from "./accept_list.js";
import { type ExportProtocol, protocolOf } from "./protocols.js";

/** Takes a message; its octets are valid during the call only. */
export type TakeMessage = (message: ReceivedMessage) => void;

/** Somebody that messages may be from, and where theirs go. */
export interface Admission {
  readonly accept: AcceptList;
  readonly protocols: readonly ExportProtocol[];
  readonly take: TakeMessage;
  /** The connection of a peer is closed. */
  end?(peer: Peer): void;
}

/** What became of messages: each is in one of these. */
export interface GateCounters {
  /** Handed on. */
  taken: number;
  /** From an address that is not accepted. */
  address: number;
  /** Of a protocol that is not taken here, or of none. */
  protocol: number;
}

/** Peers that are remembered; beyond, all are looked up anew. */
const MOST_PEERS = 16_384;

export class Gate {
  readonly counters: GateCounters = { taken: 0, address: 0, protocol: 0 };
  #admissions: readonly Admission[];
  readonly #known = new Map<string, Admission | undefined>();

  /** @param admissions the first that accepts an address is the one for it */
  constructor(admissions: readonly Admission[]) {
    this.#admissions = admissions;
  }

  /** Lets others pass from now on. */
  replace(admissions: readonly Admission[]): void {
    this.#admissions = admissions;
    this.#known.clear();
  }

  /** The admission for an address; undefined when it is not accepted. */
  admissionOf({ address }: Pick<Peer, "address">): Admission | undefined {
    if (this.#known.has(address)) return this.#known.get(address);
    const found = this.#admissions.find(({ accept }) => accept.accepts(address));
    if (this.#known.size >= MOST_PEERS) this.#known.clear();
    this.#known.set(address, found);
    return found;
  }

  /** The connection of a peer is closed. */
  end(peer: Peer): void {
    this.admissionOf(peer)?.end?.(peer);
  }

  pass(message: ReceivedMessage): void {
    const admission = this.admissionOf(message.peer);
    if (admission === undefined) {
      this.counters.address += 1;
      return;
    }
    const protocol = protocolOf(message.octets);
    if (protocol === undefined || !admission.protocols.includes(protocol)) {
      this.counters.protocol += 1;
      return;
    }
    this.counters.taken += 1;
    admission.take(message);
  }
}
