/** What exporters send, changed: everything is read or counted, and memory stays bounded. */
import type { SessionCounters } from "../../src/collect/counters.js";
import { Collection, type Datagram, datagramsOf, NOW } from "../support/collecting.js";
import { fixtureCaptures } from "../support/fixtures.js";
import type { Mutator } from "./mutation.js";
import type { FuzzTarget } from "./target.js";

/** Datagrams of one run. */
const LONGEST = 40;

type Sequence = readonly Datagram[];

export class MessageTarget implements FuzzTarget {
  readonly name = "messages";
  readonly #sequences: Sequence[];
  readonly #pieces: readonly Uint8Array[];
  #last: Sequence = [];

  constructor() {
    this.#sequences = fixtureCaptures("export").map((path) => datagramsOf(path).slice(0, LONGEST));
    this.#pieces = this.#sequences.flatMap((each) => each.map(({ octets }) => octets));
  }

  run(mutator: Mutator): ReadonlySet<string> {
    const base = [...mutator.pick(this.#sequences), ...(mutator.below(3) === 0 ? mutator.pick(this.#sequences) : [])];
    const sequence = base.slice(0, LONGEST).map((each) => ({
      ...each,
      octets: mutator.below(3) === 0 ? each.octets : mutator.changed(each.octets, this.#pieces),
    }));
    this.#last = sequence;
    const collection = new Collection({
      scale: mutator.pick(["exported", "scaled"]),
      limits: {
        exporters: 6,
        templatesPerExporter: 8,
        templateOctets: 4000,
        waitingOctets: 20_000,
        waitingSeconds: 1,
      },
    });
    sequence.forEach(({ octets, peer }, k) => {
      collection.take(octets, { peer, received: NOW + k * 200_000 });
    });
    checkSums(collection, sequence.length);
    const features = featuresOf(collection.process.totals);
    collection.process.close();
    checkSums(collection, sequence.length);
    return features;
  }

  keep(): void {
    this.#sequences.push(this.#last);
  }

  get last(): string {
    return this.#last.map(({ octets }) => Buffer.from(octets).toString("hex")).join("\n");
  }
}

/** Each message, data set and row in one counter. */
function checkSums(collection: Collection, messages: number): void {
  const { totals, waitingDataSets } = collection.process;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const wrong = [
    sum(totals.messages) === messages ? "" : "messages",
    sum(totals.dataSets) + waitingDataSets === totals.dataSetsReceived ? "" : "data sets",
    totals.rows.written === collection.rows.length ? "" : "rows",
  ].filter((each) => each !== "");
  if (wrong.length > 0) throw new Error(`counters do not add up: ${wrong.join(", ")}`);
}

/** Which counters moved, and how far: what a run has reached. */
function featuresOf(totals: SessionCounters): ReadonlySet<string> {
  const groups = ["messages", "dataSets", "records", "templates", "sequence", "rows"] as const;
  return new Set(
    groups.flatMap((group) =>
      Object.entries(totals[group]).flatMap(([name, count]) =>
        count === 0 ? [] : [`${group}.${name}.${Math.floor(Math.log2(Math.abs(count)))}`],
      ),
    ),
  );
}
