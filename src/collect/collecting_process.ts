/**
 * The collecting process (RFC 7011 section 2): takes messages of any protocol in the order of their arrival, finds their
 * session, and hands the rows that they become to the session's target. Whatever comes, nothing is thrown; each message
 * ends in one counter.
 */
import type { SessionCounters } from "./counters.js";
import type { Peer, ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import { NetFlow5Decoder } from "./netflow5.js";
import { type CollectingProcessOptions, type CollectorLimits, DEFAULT_LIMITS } from "./options.js";
import { RowDecoder } from "./row_decoder.js";
import type { Session } from "./session.js";
import { SessionTable } from "./session_table.js";
import type { UnreadElement } from "./unread_elements.js";

export class CollectingProcess {
  readonly #limits: CollectorLimits;
  readonly #sessions: SessionTable;
  readonly #rows: RowDecoder;
  readonly #decoders: ReadonlyMap<number, MessageDecoder>;

  constructor(options: CollectingProcessOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#rows = new RowDecoder(options);
    this.#sessions = new SessionTable(options, this.#limits.exporters, () => {});
    this.#decoders = new Map<number, MessageDecoder>([
      [5, new NetFlow5Decoder(this.#rows, "netflow5")],
      [7, new NetFlow5Decoder(this.#rows, "netflow7")],
    ]);
  }

  /** Decodes a message. Its rows are with the target when this returns. */
  take(message: ReceivedMessage): void {
    const { octets, peer, received } = message;
    const decoder = octets.byteLength < 2 ? undefined : this.#decoders.get(octets.getUint16(0));
    const identity = decoder?.identify(octets);
    if (decoder === undefined || identity === undefined) {
      const session = this.#sessions.heard(peer, { protocol: "unknown", domain: 0, agent: "" }, received);
      session.counters.octets += octets.byteLength;
      session.counters.messages[decoder === undefined && octets.byteLength >= 2 ? "unknownVersion" : "cutOff"] += 1;
      return;
    }
    const session = this.#sessions.heard(peer, identity, received);
    session.counters.octets += octets.byteLength;
    session.counters.messages[decoder.decode(message, session)] += 1;
  }

  /** Ends the sessions of a connection that is closed, or of a file that is read. */
  end(peer: Peer): void {
    this.#sessions.endOf(peer);
  }

  /** Ends all sessions. */
  close(): void {
    this.#sessions.endAll();
  }

  /** The sessions that are known, the one heard of the longest ago first. */
  get sessions(): readonly Session[] {
    return this.#sessions.all;
  }

  /** Counters of all sessions since the start, also of those that are over. */
  get totals(): SessionCounters {
    return this.#sessions.totals;
  }

  /** Sessions given up because there were too many. */
  get evictedSessions(): number {
    return this.#sessions.evicted;
  }

  /** Elements that came in records and that no column takes. */
  get unreadElements(): readonly UnreadElement[] {
    return this.#rows.unread.elements;
  }
}
