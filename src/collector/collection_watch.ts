/** Says in the log what changes for the worse or better while a collector runs. */
import type { SessionCounters } from "../collect/counters.js";
import type { Log } from "../log/log.js";
import type { Listener, ListenerCounters } from "../receive/listener.js";
import type { RowStore } from "../store/row_store.js";
import type { Collection } from "./collection.js";
import type { LogSubject } from "./log_subjects.js";
import type { Route } from "./plan.js";
import { sumOf } from "./report.js";

/** Counters of listeners whose growth people should hear of. */
const OF_LISTENERS: readonly { read(counters: ListenerCounters): number; text: string }[] = [
  { read: ({ droppedKernel }) => droppedKernel, text: "the kernel dropped datagrams: raise --buffer" },
  {
    read: ({ droppedRing }) => droppedRing,
    text: "datagrams were dropped because decoding or the store is too slow: raise --ring and --buffer",
  },
  { read: ({ gate }) => gate.address, text: "messages came from addresses that are not accepted" },
  { read: ({ gate }) => gate.protocol, text: "messages came of a protocol that is not taken here" },
  { read: ({ errors }) => errors, text: "receiving failed" },
];

/** The same of what is decoded, where a probe's flags let it through. */
const OF_TOTALS: readonly { subject: LogSubject; read(totals: SessionCounters): number; text: string }[] = [
  {
    subject: "bad",
    read: ({ messages }) => sumOf(messages) - messages.decoded,
    text: "messages could not be read to their end",
  },
  {
    subject: "trouble",
    read: ({ dataSets }) => sumOf(dataSets) - dataSets.decoded,
    text: "data was given up: its template did not come",
  },
  {
    subject: "missing",
    read: ({ sequence }) => sequence.lostMessages,
    text: "messages were lost on their way, sequence numbers say",
  },
  {
    subject: "missing",
    read: ({ sequence }) => sequence.lostRecords,
    text: "records were lost on their way, sequence numbers say",
  },
  {
    subject: "firewall-event",
    read: ({ records }) => records.events,
    text: "records of firewalls were passed over: they say that a flow began, or alert",
  },
  {
    subject: "trouble",
    read: ({ templates }) => templates.refused,
    text: "templates were refused: an exporter sends too many",
  },
];

export class CollectionWatch {
  readonly #log: Log;
  readonly #seen = new Map<string, number>();
  #trouble: string | undefined;
  #lost = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Compares with the look before; called about every second. */
  look(listeners: readonly Listener[], collection: Collection, store: RowStore | undefined): void {
    for (const listener of listeners) {
      const counters = listener.counters();
      for (const { read, text } of OF_LISTENERS)
        this.#compare(listener.name, text, read(counters), { listener: listener.name });
    }
    for (const { route, process } of collection.processes) this.#lookAtRoute(route, process.totals);
    if (store !== undefined) this.#lookAtStore(store);
  }

  #lookAtRoute({ name, logged }: Route, totals: SessionCounters): void {
    const prefix = name === "" ? "" : `probe ${name}`;
    const fields = name === "" ? {} : { probe: name };
    for (const { subject, read, text } of OF_TOTALS)
      if (logged.has(subject)) this.#compare(prefix, text, read(totals), fields);
  }

  #compare(name: string, text: string, total: number, fields: Readonly<Record<string, unknown>>): void {
    const key = `${name} ${text}`;
    const before = this.#seen.get(key) ?? 0;
    this.#seen.set(key, total);
    if (total <= before) return;
    this.#log.warn({ ...fields, count: total - before, total }, name === "" ? text : `${name}: ${text}`);
  }

  #lookAtStore(store: RowStore): void {
    const { trouble, writing } = store;
    const fields = { output: store.name };
    if (trouble !== undefined && trouble !== this.#trouble) this.#log.warn(fields, trouble);
    if (trouble === undefined && this.#trouble !== undefined && writing)
      this.#log.info(fields, `${store.name}: flows are stored again`);
    this.#trouble = trouble;
    const { lostRecords } = store.status();
    if (lostRecords > this.#lost)
      this.#log.warn(
        { ...fields, records: lostRecords - this.#lost, total: lostRecords },
        `${store.name}: flows are lost`,
      );
    this.#lost = lostRecords;
  }
}
