/** Data sets whose template has not come yet: they wait for it, a bounded time and in bounded room. */
import type { ExportMoment } from "./row_decoder.js";
import type { Session } from "./session.js";

/** What a set costs beside its octets. */
const OVERHEAD = 256;

/** Part of the room that one session may take, so that one without templates does not keep others from waiting. */
const SHARE = 1 / 4;

interface WaitingSet {
  readonly session: Session;
  readonly template: number;
  readonly octets: DataView;
  readonly moment: ExportMoment;
}

/** What waits of one session, by template. */
interface SessionShare {
  octets: number;
  readonly byTemplate: Map<number, Set<WaitingSet>>;
}

export class WaitingSets {
  readonly #octets: number;
  readonly #time: number;
  /** The one that has waited longest first. */
  readonly #sets = new Set<WaitingSet>();
  readonly #shares = new Map<Session, SessionShare>();
  #total = 0;

  /** @param octets room; @param seconds how long sets wait */
  constructor(octets: number, seconds: number) {
    this.#octets = octets;
    this.#time = seconds * 1e6;
  }

  get size(): number {
    return this.#sets.size;
  }

  /** Keeps a copy of the records from `start` on, before `end`; counts them when there is no room. */
  add(session: Session, template: number, view: DataView, start: number, end: number, moment: ExportMoment): void {
    const size = end - start + OVERHEAD;
    const share = this.#shares.get(session) ?? { octets: 0, byTemplate: new Map() };
    if (share.octets + size > this.#octets * SHARE || this.#total + size > this.#octets) {
      session.counters.dataSets.noRoom += 1;
      return;
    }
    const copy = new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice();
    const set = { session, template, octets: new DataView(copy.buffer), moment };
    this.#sets.add(set);
    this.#shares.set(session, share);
    const others = share.byTemplate.get(template);
    if (others === undefined) share.byTemplate.set(template, new Set([set]));
    else others.add(set);
    share.octets += size;
    this.#total += size;
  }

  /** Takes out what waits for a template of a session, in the order in which it came. */
  take(session: Session, template: number): { octets: DataView; moment: ExportMoment }[] {
    const found = this.#shares.get(session)?.byTemplate.get(template);
    if (found === undefined) return [];
    const sets = [...found];
    for (const each of sets) this.#remove(each);
    return sets;
  }

  /** Gives up what has waited too long. */
  expire(now: number): void {
    for (const each of this.#sets) {
      if (now - each.moment.received <= this.#time) return;
      this.#remove(each);
      each.session.counters.dataSets.expired += 1;
    }
  }

  /** Gives up what waits of a session that is over. */
  forget(session: Session): void {
    for (const sets of this.#shares.get(session)?.byTemplate.values() ?? [])
      for (const each of sets) {
        this.#remove(each);
        session.counters.dataSets.forgotten += 1;
      }
  }

  #remove(set: WaitingSet): void {
    const { session, template, octets } = set;
    const size = octets.byteLength + OVERHEAD;
    this.#sets.delete(set);
    this.#total -= size;
    const share = this.#shares.get(session)!;
    share.octets -= size;
    const others = share.byTemplate.get(template)!;
    others.delete(set);
    if (others.size === 0) share.byTemplate.delete(template);
    if (share.octets === 0) this.#shares.delete(session);
  }
}
