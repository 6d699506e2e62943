/** The decoding side of a collector: a collecting process for each route, and where its rows go. */
import { CollectingProcess } from "../collect/collecting_process.js";
import { SessionCounters } from "../collect/counters.js";
import type { Peer, ReceivedMessage } from "../collect/message.js";
import type { FlowColumns, RowSink } from "../record/columns.js";
import type { RowStore } from "../store/row_store.js";
import type { CollectorPlan, Route } from "./plan.js";
import { RowOutputs } from "./row_outputs.js";
import type { DecodeSettings } from "./settings.js";

interface Collecting {
  readonly route: Route;
  readonly process: CollectingProcess;
  readonly outputs: RowOutputs;
}

export class Collection {
  /** Sessions that ever were. */
  sessions = 0;
  /** Rows of files that had rows. */
  fileRows = 0;
  /** By the names of routes, which a plan that is made anew keeps. */
  readonly #routes = new Map<string, Collecting>();
  readonly #store: RowStore | undefined;

  constructor(plan: CollectorPlan, decode: DecodeSettings, store: RowStore | undefined, sink: RowSink | undefined) {
    this.#store = store;
    for (const route of plan.routes) {
      const outputs = new RowOutputs(store, route.sensors, sink);
      const process = new CollectingProcess({
        target: () => outputs,
        limits: decode.limits,
        scale: decode.scale,
        // Asked once a session.
        habits: () => {
          this.sessions += 1;
          return route.habits;
        },
      });
      this.#routes.set(route.name, { route, process, outputs });
    }
  }

  /** The process of each route. */
  get processes(): readonly { readonly route: Route; readonly process: CollectingProcess }[] {
    return [...this.#routes.values()];
  }

  take(route: Route, message: ReceivedMessage): void {
    this.#routes.get(route.name)!.process.take(message);
  }

  /** Hands on rows that somebody has collected before. */
  takeRows(route: Route, rows: FlowColumns): void {
    this.#routes.get(route.name)!.outputs.write(rows);
    this.fileRows += rows.count;
  }

  /** A connection or a file has ended. */
  end(route: Route, peer: Peer): void {
    this.#routes.get(route.name)!.process.end(peer);
  }

  /** Hands on all rows that there are. */
  flush(): void {
    for (const { outputs } of this.#routes.values()) outputs.flush();
    this.#store?.flush();
  }

  /** Gives up data sets whose template has not come in time. @param now microseconds since 1970 */
  expire(now: number): void {
    for (const { process } of this.#routes.values()) process.expire(now);
  }

  /** Ends all sessions; what waits for its template is given up. */
  close(): void {
    for (const { process } of this.#routes.values()) process.close();
    this.flush();
  }

  /** Counters of all sessions that ever were. */
  get totals(): SessionCounters {
    const totals = new SessionCounters();
    for (const { process } of this.#routes.values()) totals.add(process.totals);
    return totals;
  }

  /** Rows handed on to store or file. */
  get rows(): number {
    let rows = 0;
    for (const { outputs } of this.#routes.values()) rows += outputs.rows;
    return rows;
  }
}
