/** What a collector is doing, for metrics, health and the status. */
import { SessionCounters } from "../collect/counters.js";
import type { Session } from "../collect/session.js";
import type { Listener, ListenerCounters } from "../receive/listener.js";
import type { Collection } from "./collection.js";
import type { IncomingCounters, IncomingFolder } from "./incoming_folder.js";
import { SteadyLosses } from "./steady_losses.js";

export interface ListenerState {
  readonly name: string;
  readonly place: string;
  readonly counters: ListenerCounters;
  /** Why it does not live; undefined while it does. @param now milliseconds since 1970 */
  deadReason(now: number): string | undefined;
}

/** What became of the files of a polled folder. */
export interface FolderState extends IncomingCounters {
  readonly path: string;
}

/** What one exporter has sent in one protocol, over the sessions that are known now. */
export interface ExporterState {
  /** Its address, or `other` for those beyond the first hundred. */
  readonly exporter: string;
  readonly protocol: string;
  readonly counters: SessionCounters;
}

export interface CollectorState {
  readonly listeners: readonly ListenerState[];
  readonly folders: readonly FolderState[];
  /** Sums over all sessions that ever were. */
  readonly totals: SessionCounters;
  /** Rows handed on. */
  readonly rows: number;
  /** Of them those of files that had rows. */
  readonly fileRows: number;
  /** Sessions known now, and those given up because there were too many. */
  readonly sessions: number;
  readonly evictedSessions: number;
  readonly exporters: readonly ExporterState[];
}

/** Exporters that have series of their own: metrics must not grow with who sends. */
const MOST_EXPORTERS = 100;
const OTHER = "other";

/** Looks at a running collector. */
export class CollectorObservation {
  readonly #listeners: readonly Listener[];
  readonly #folders: readonly IncomingFolder[];
  readonly #collection: Collection;
  /** Exporters by whose name series are kept: the first ones, for good, so that series do not come and go. */
  readonly #named = new Set<string>();
  readonly #losses = new SteadyLosses();

  constructor(listeners: readonly Listener[], folders: readonly IncomingFolder[], collection: Collection) {
    this.#listeners = listeners;
    this.#folders = folders;
    this.#collection = collection;
  }

  read(): CollectorState {
    const { processes, totals, rows, fileRows } = this.#collection;
    this.#losses.raise("", totals);
    const sessions = processes.flatMap(({ process }) => process.sessions);
    return {
      listeners: this.#listeners.map((each) => ({
        name: each.name,
        place: each.place,
        counters: each.counters(),
        deadReason: (now) => each.deadReason(now),
      })),
      folders: this.#folders.map(({ path, counters }) => ({ path, ...counters })),
      totals,
      rows,
      fileRows,
      sessions: sessions.length,
      evictedSessions: processes.reduce((sum, { process }) => sum + process.evictedSessions, 0),
      exporters: this.#exporters(sessions),
    };
  }

  #exporters(sessions: readonly Session[]): ExporterState[] {
    const states = new Map<string, ExporterState>();
    for (const { peer, identity, counters } of sessions) {
      const exporter = this.#labelOf(peer.address);
      const { protocol } = identity;
      const key = `${protocol} ${exporter}`;
      const state = states.get(key) ?? { exporter, protocol, counters: new SessionCounters() };
      states.set(key, state);
      state.counters.add(counters);
    }
    for (const [key, { counters }] of states) this.#losses.raise(key, counters);
    return [...states.values()];
  }

  #labelOf(address: string): string {
    if (this.#named.has(address)) return address;
    if (this.#named.size >= MOST_EXPORTERS) return OTHER;
    this.#named.add(address);
    return address;
  }
}
