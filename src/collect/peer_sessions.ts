/** The sessions of each peer, found without a text as key: receivers hand on one object a peer. */
import type { Peer } from "./message.js";
import type { Session, SessionIdentity } from "./session.js";

/** Sessions remembered for one peer; routers have few observation domains. */
const MOST = 16;

export class PeerSessions {
  readonly #sessions = new WeakMap<Peer, Session[]>();

  find(peer: Peer, { protocol, domain, agent }: SessionIdentity): Session | undefined {
    const sessions = this.#sessions.get(peer);
    if (sessions === undefined) return undefined;
    for (const each of sessions) {
      const { identity, isOver } = each;
      if (!isOver && identity.domain === domain && identity.protocol === protocol && identity.agent === agent)
        return each;
    }
    return undefined;
  }

  /** Remembers a session for a peer, which may be another object than the session's own. */
  add(peer: Peer, session: Session): void {
    const others = (this.#sessions.get(peer) ?? []).filter(({ isOver }) => !isOver);
    if (others.length >= MOST) others.shift();
    this.#sessions.set(peer, [...others, session]);
  }

  /** Forgets a session that is over. */
  drop(session: Session): void {
    const sessions = this.#sessions.get(session.peer);
    if (sessions !== undefined)
      this.#sessions.set(
        session.peer,
        sessions.filter((each) => each !== session),
      );
  }
}
