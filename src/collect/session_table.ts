/** The sessions that are known, the one heard of the longest ago first, to the second. */
import { SessionCounters } from "./counters.js";
import type { Peer } from "./message.js";
import type { CollectingProcessOptions } from "./options.js";
import { PeerSessions } from "./peer_sessions.js";
import { Session, type SessionIdentity } from "./session.js";
import type { TemplateKeeper } from "./session_templates.js";

export interface SessionHooks {
  /** Who accounts for the templates of a session. */
  keeperOf(session: Session): TemplateKeeper;
  /** Called with each session that is given up, before its counters join those of the past. */
  ended(session: Session): void;
}

export class SessionTable {
  /** Sessions given up because there were too many. */
  evicted = 0;
  readonly #sessions = new Map<string, Session>();
  readonly #ofPeer = new PeerSessions();
  readonly #most: number;
  readonly #options: CollectingProcessOptions;
  readonly #hooks: SessionHooks;
  readonly #past = new SessionCounters();

  /** @param most sessions that are kept */
  constructor(options: CollectingProcessOptions, most: number, hooks: SessionHooks) {
    this.#options = options;
    this.#most = Math.max(1, most);
    this.#hooks = hooks;
  }

  /** The session of that peer and identity, which is made when it is not known, and is now the last one heard of. */
  heard(peer: Peer, identity: SessionIdentity, received: number): Session {
    let session = this.#ofPeer.find(peer, identity);
    if (session === undefined) {
      const key = keyOf(peer, identity);
      session = this.#sessions.get(key) ?? this.#begin(key, peer, identity, received);
      this.#ofPeer.add(peer, session);
    }
    // To the end of the order at most once a second: a text and a change of the map for each message cost 1.2 us.
    if (secondOf(received) !== secondOf(session.lastHeard)) {
      const key = keyOf(session.peer, identity);
      this.#sessions.delete(key);
      this.#sessions.set(key, session);
    }
    session.lastHeard = received;
    return session;
  }

  /** Gives up the session heard of the longest ago, unless it is `keep`. */
  evictOldest(keep?: Session): boolean {
    for (const [key, session] of this.#sessions) {
      if (session === keep) continue;
      this.#end(key, session);
      this.evicted += 1;
      return true;
    }
    return false;
  }

  /** Ends all sessions of a peer whose connection is closed. */
  endOf({ transport, address, port }: Peer): void {
    for (const [key, session] of this.#sessions) {
      const { peer } = session;
      if (peer.transport === transport && peer.address === address && peer.port === port) this.#end(key, session);
    }
  }

  endAll(): void {
    for (const [key, session] of this.#sessions) this.#end(key, session);
  }

  get all(): Session[] {
    return [...this.#sessions.values()];
  }

  /** The counters of all sessions, those given up included. */
  get totals(): SessionCounters {
    const sums = new SessionCounters();
    sums.add(this.#past);
    for (const session of this.#sessions.values()) sums.add(session.counters);
    return sums;
  }

  #begin(key: string, peer: Peer, identity: SessionIdentity, received: number): Session {
    if (this.#sessions.size >= this.#most) this.evictOldest();
    const session = new Session(peer, identity, received, this.#options, this.#hooks.keeperOf);
    this.#sessions.set(key, session);
    return session;
  }

  #end(key: string, session: Session): void {
    session.isOver = true;
    this.#ofPeer.drop(session);
    this.#hooks.ended(session);
    session.templates.clear();
    this.#past.add(session.counters);
    this.#sessions.delete(key);
  }
}

function keyOf({ transport, address, port }: Peer, { protocol, domain, agent }: SessionIdentity): string {
  return `${transport} ${address} ${port} ${protocol} ${domain} ${agent}`;
}

/** The second of a time in microseconds. */
function secondOf(time: number): number {
  return Math.floor(time / 1e6);
}
