import { resolve } from "node:path";
import { type FlowtapError, UsageError } from "../errors.js";
import type { Destination } from "../export/destination.js";
import type { Exporter } from "../export/exporter.js";
import { Fanout } from "../export/fanout.js";
import { type InterfaceNames, openOutputs } from "../export/open.js";
import type { OutputOptions } from "../export/options.js";
import type { FlowSink } from "../meter/meter.js";
import type { FlowBatch } from "../record/batch.js";

/** Outputs that are opened together, and what they were opened with: with the same they are kept by a reload. */
interface Unit {
  readonly key: string;
  /** What two outputs must not write at the same time: the path of a file, or standard output. */
  readonly taken: string | undefined;
  readonly exporters: readonly Exporter[];
}

/** The outputs of a sensor, which a reload may replace while flows go on. */
export class OutputSet implements FlowSink {
  #units: readonly Unit[];
  #fanout: Fanout;
  /** Outputs that a reload has taken away and that send what they still hold, and their ends. */
  readonly #closing = new Map<Fanout, Promise<void>>();
  readonly #interfaceName: InterfaceNames;
  readonly #onFailure: (error: FlowtapError) => void;

  private constructor(units: readonly Unit[], interfaceName: InterfaceNames, onFailure: (error: FlowtapError) => void) {
    this.#units = units;
    this.#interfaceName = interfaceName;
    this.#onFailure = onFailure;
    this.#fanout = this.#fanoutOf(units);
  }

  /**
   * Opens all outputs or none.
   *
   * @param store goes first and stays through every reload
   * @param onFailure hears of an output that failed while others go on
   * @throws FlowtapError naming the output
   */
  static async open(
    options: OutputOptions,
    store: Exporter | undefined,
    interfaceName: InterfaceNames,
    onFailure: (error: FlowtapError) => void,
  ): Promise<OutputSet> {
    const kept: Unit[] = store === undefined ? [] : [{ key: "store", taken: undefined, exporters: [store] }];
    const units = await openUnits(options, [], interfaceName);
    return new OutputSet([...kept, ...units], interfaceName, onFailure);
  }

  /** Where flows go now, and outputs on their way out. */
  get exporters(): readonly Exporter[] {
    return [this.#fanout, ...this.#closing.keys()].flatMap(({ exporters }) => exporters);
  }

  hasFailed(exporter: Exporter): boolean {
    return this.#fanout.hasFailed(exporter);
  }

  /**
   * Opens what is new, keeps what is the same, and closes the rest in the background. No flow is lost: until the new
   * outputs stand the old ones are used.
   *
   * @throws FlowtapError naming the output that cannot be opened; then everything stays as it was
   */
  async replace(options: OutputOptions): Promise<void> {
    const store = this.#units.filter(({ key }) => key === "store");
    const alive = this.#units.filter(({ exporters }) => !exporters.some((each) => this.hasFailed(each)));
    refuseTwice(options, alive);
    const units = [...store, ...(await openUnits(options, alive, this.#interfaceName))];
    const gone = alive.filter((unit) => !units.includes(unit));
    this.#units = units;
    this.#fanout.flush();
    this.#fanout = this.#fanoutOf(units);
    if (gone.length === 0) return;
    const fanout = this.#fanoutOf(gone);
    this.#closing.set(fanout, this.#retire(fanout));
  }

  async #retire(fanout: Fanout): Promise<void> {
    try {
      await fanout.close();
    } catch (error) {
      fanout.abort();
      this.#onFailure(error as FlowtapError);
    } finally {
      this.#closing.delete(fanout);
    }
  }

  #fanoutOf(units: readonly Unit[]): Fanout {
    return new Fanout(
      units.flatMap(({ exporters }) => exporters),
      this.#onFailure,
    );
  }

  write(batch: FlowBatch): void {
    this.#fanout.write(batch);
  }

  report(records: Parameters<Fanout["report"]>[0]): void {
    this.#fanout.report(records);
  }

  flush(): void {
    this.#fanout.flush();
  }

  ready(): Promise<void> | undefined {
    return this.#fanout.ready();
  }

  /** Those that a reload has taken away have their say, too. */
  async close(): Promise<void> {
    await Promise.all([this.#fanout.close(), ...this.#closing.values()]);
  }

  abort(): void {
    this.#fanout.abort();
    for (const fanout of this.#closing.keys()) fanout.abort();
  }
}

/**
 * A file or standard output that goes on with other options would be written twice over.
 *
 * @throws UsageError naming the output
 */
function refuseTwice(options: OutputOptions, alive: readonly Unit[]): void {
  const keys = new Set(groupsOf(options).map((group) => keyOf(group, options)));
  for (const destination of options.destinations) {
    const taken = takenBy(destination);
    if (taken === undefined) continue;
    if (alive.some((unit) => unit.taken === taken && !keys.has(unit.key)))
      throw new UsageError(
        `-o ${taken}: it is being written with other options, which cannot change before the next start`,
      );
  }
}

function takenBy(destination: Destination): string | undefined {
  if (destination.kind === "stdout") return "-";
  return destination.kind === "file" ? resolve(destination.path) : undefined;
}

/** Destinations that are opened together: collectors that share flows. */
function groupsOf({ destinations, collectors }: OutputOptions): Destination[][] {
  if (collectors === "all") return destinations.map((each) => [each]);
  const network = destinations.filter(({ kind }) => kind === "network");
  return [...destinations.filter(({ kind }) => kind !== "network").map((each) => [each]), network];
}

/** Everything that an output is opened with. What is for datagrams only does not make another file of a file. */
function keyOf(group: readonly Destination[], options: OutputOptions): string {
  const { destinations: _, ...common } = options;
  const { groups, timestamps, observationDomain, sampling } = options;
  const [first] = group;
  if (first === undefined || first.kind === "network" || first.kind === "null") return JSON.stringify([group, common]);
  const tabular = first.format === "csv" || first.format === "text";
  const fields = tabular ? options.fields : undefined;
  return JSON.stringify([group, { groups, fields, timestamps, observationDomain, sampling }]);
}

/** Opens the outputs that `known` does not have. All or none of the new ones. */
async function openUnits(
  options: OutputOptions,
  known: readonly Unit[],
  interfaceName: InterfaceNames,
): Promise<Unit[]> {
  const units: Unit[] = [];
  try {
    for (const group of groupsOf(options)) {
      const key = keyOf(group, options);
      const same = known.find((unit) => unit.key === key);
      const taken = takenBy(group[0]!);
      units.push(
        same ?? { key, taken, exporters: await openOutputs({ ...options, destinations: group }, interfaceName) },
      );
    }
  } catch (error) {
    for (const unit of units) if (!known.includes(unit)) for (const exporter of unit.exporters) exporter.abort();
    throw error;
  }
  return units;
}
