/** The sessions that are known, the one heard of the longest ago first. */
import { SessionCounters } from "./counters.js";
import type { Peer } from "./message.js";
import type { CollectingProcessOptions } from "./options.js";
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
    const key = keyOf(peer, identity);
    let session = this.#sessions.get(key);
    if (session === undefined) {
      if (this.#sessions.size >= this.#most) this.evictOldest();
      session = new Session(peer, identity, received, this.#options, this.#hooks.keeperOf);
    } else {
      this.#sessions.delete(key);
    }
    this.#sessions.set(key, session);
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

  #end(key: string, session: Session): void {
    this.#hooks.ended(session);
    session.templates.clear();
    this.#past.add(session.counters);
    this.#sessions.delete(key);
  }
}

function keyOf({ transport, address, port }: Peer, { protocol, domain, agent }: SessionIdentity): string {
  return `${transport} ${address} ${port} ${protocol} ${domain} ${agent}`;
}
