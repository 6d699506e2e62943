/**
 * The collecting process (RFC 7011 section 2): takes messages of any protocol in the order of their arrival, finds their
 * session, and hands the rows that they become to the session's target. Whatever comes, nothing is thrown; each message
 * ends in one counter.
 */
import { NFDUMP_VERSION } from "../formats/nfdump/message.js";
import { SFLOW_VERSION } from "../formats/sflow/header.js";
import type { MessageOutcome, SessionCounters } from "./counters.js";
import { DataSets } from "./data_sets.js";
import { IpfixMessageDecoder } from "./ipfix.js";
import type { Peer, ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import { NetFlow5Decoder } from "./netflow5.js";
import { NetFlow9Decoder } from "./netflow9.js";
import { NfdumpMessageDecoder } from "./nfdump.js";
import { type CollectingProcessOptions, type CollectorLimits, DEFAULT_LIMITS } from "./options.js";
import { RowDecoder } from "./row_decoder.js";
import { restoreSession, type SavedSession, savedSession } from "./saved_session.js";
import type { Session, SessionIdentity } from "./session.js";
import { SessionTable } from "./session_table.js";
import { SflowMessageDecoder } from "./sflow.js";
import type { UnreadElement } from "./unread_elements.js";
import { WaitingSets } from "./waiting_sets.js";

/** Whose messages are of no protocol. */
const NOBODY: SessionIdentity = { protocol: "unknown", domain: 0, agent: "" };

export class CollectingProcess {
  readonly #limits: CollectorLimits;
  readonly #sessions: SessionTable;
  readonly #rows: RowDecoder;
  readonly #waiting: WaitingSets;
  readonly #sets: DataSets;
  readonly #sflow: SflowMessageDecoder;
  #templateOctets = 0;
  readonly #decoders: ReadonlyMap<number, MessageDecoder>;

  constructor(options: CollectingProcessOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#rows = new RowDecoder(options);
    this.#waiting = new WaitingSets(this.#limits.waitingOctets, this.#limits.waitingSeconds);
    this.#sets = new DataSets(this.#rows, this.#waiting);
    this.#sessions = new SessionTable(options, this.#limits.exporters, {
      keeperOf: (session) => ({
        reserve: (octets) => this.#reserve(octets, session),
        learned: (template) => this.#sets.resume(session, template),
      }),
      ended: (session) => {
        this.#waiting.forget(session);
        this.#sflow.forget(session);
      },
    });
    this.#decoders = new Map<number, MessageDecoder>([
      [5, new NetFlow5Decoder(this.#rows, "netflow5")],
      [7, new NetFlow5Decoder(this.#rows, "netflow7")],
      [9, new NetFlow9Decoder(this.#sets)],
      [10, new IpfixMessageDecoder(this.#sets)],
      [NFDUMP_VERSION, new NfdumpMessageDecoder(options)],
    ]);
    this.#sflow = new SflowMessageDecoder(options.scale ?? "exported");
  }

  /**
   * Decodes a message. Its rows are with the target when this returns. Nothing in it is thrown; what the target throws is
   * passed on, and the message is not counted then.
   */
  take(message: ReceivedMessage): void {
    const { octets, peer, received } = message;
    this.#waiting.expire(received);
    const decoder = this.#decoderOf(octets);
    const identity = typeof decoder === "string" ? undefined : decoder.identify(octets);
    const session = this.#sessions.heard(peer, identity ?? NOBODY, received);
    let outcome: MessageOutcome = "cutOff";
    if (typeof decoder === "string") outcome = decoder;
    else if (identity !== undefined) outcome = decoder.decode(message, session);
    session.counters.octets += octets.byteLength;
    session.counters.messages[outcome] += 1;
  }

  /** Gives up (`now` in microseconds since 1970) data sets whose template does not come: to be called now and then when nothing else comes. */
  expire(now: number): void {
    this.#waiting.expire(now);
  }

  /** Data sets that wait for their template. */
  get waitingDataSets(): number {
    return this.#waiting.size;
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

  /** Records with elements beyond those that are counted apart. */
  get otherUnreadRecords(): number {
    return this.#rows.unread.others.records;
  }

  /**
   * Templates and samplers of exporters over UDP, to be put back by the next process.
   *
   * @param now microseconds since 1970: templates whose life time is over are left out
   */
  saved(now: number): SavedSession[] {
    return this.#sessions.all.flatMap((session) => savedSession(session, now) ?? []);
  }

  /** Puts back what an earlier process knew, before the first message. */
  restore(saved: readonly SavedSession[]): void {
    for (const each of saved) restoreSession(this.#sessions.heard(each.peer, each.identity, each.lastHeard), each);
  }

  /** The decoder of the message's version, or what the message is without one. */
  #decoderOf(octets: DataView): MessageDecoder | "cutOff" | "unknownVersion" {
    if (octets.byteLength < 2) return "cutOff";
    const version = octets.getUint16(0);
    const found = this.#decoders.get(version);
    if (found !== undefined) return found;
    // Versions of sFlow have four octets.
    if (version !== 0 || octets.byteLength < 4 || octets.getUint32(0) !== SFLOW_VERSION) return "unknownVersion";
    return this.#sflow;
  }

  /** Makes room for templates at the cost of the sessions heard of the longest ago. */
  #reserve(octets: number, session: Session): boolean {
    while (octets > 0 && this.#templateOctets + octets > this.#limits.templateOctets)
      if (!this.#sessions.evictOldest(session)) return false;
    this.#templateOctets += octets;
    return true;
  }
}
