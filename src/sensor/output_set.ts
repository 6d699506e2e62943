import type { FlowtapError } from "../errors.js";
import type { Exporter } from "../export/exporter.js";
import { Fanout } from "../export/fanout.js";
import { type InterfaceNames, openOutputs } from "../export/open.js";
import type { OutputOptions } from "../export/options.js";
import type { FlowSink } from "../meter/meter.js";
import type { FlowBatch } from "../record/batch.js";

/** Outputs that are opened together, and what they were opened with: with the same they are kept by a reload. */
interface Unit {
  readonly key: string;
  readonly exporters: readonly Exporter[];
}

/** The outputs of a sensor, which a reload may replace while flows go on. */
export class OutputSet implements FlowSink {
  #units: readonly Unit[];
  #fanout: Fanout;
  /** Outputs that a reload has taken away and that send what they still hold. */
  readonly #closing = new Set<Fanout>();
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
    const kept: Unit[] = store === undefined ? [] : [{ key: "store", exporters: [store] }];
    const units = await openUnits(options, [], interfaceName);
    return new OutputSet([...kept, ...units], interfaceName, onFailure);
  }

  /** Where flows go now, and outputs on their way out. */
  get exporters(): readonly Exporter[] {
    return [this.#fanout, ...this.#closing].flatMap(({ exporters }) => exporters);
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
    const units = [...store, ...(await openUnits(options, alive, this.#interfaceName))];
    const gone = alive.filter((unit) => !units.includes(unit));
    this.#units = units;
    this.#fanout.flush();
    this.#fanout = this.#fanoutOf(units);
    if (gone.length > 0) void this.#retire(this.#fanoutOf(gone));
  }

  async #retire(fanout: Fanout): Promise<void> {
    this.#closing.add(fanout);
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

  async close(): Promise<void> {
    await this.#fanout.close();
  }

  abort(): void {
    this.#fanout.abort();
    for (const fanout of this.#closing) fanout.abort();
  }
}

/** Opens the outputs that `known` does not have. All or none of the new ones. */
async function openUnits(
  options: OutputOptions,
  known: readonly Unit[],
  interfaceName: InterfaceNames,
): Promise<Unit[]> {
  const { destinations, ...common } = options;
  const network = destinations.filter(({ kind }) => kind === "network");
  // Collectors that share flows are one unit.
  const groups =
    common.collectors === "all"
      ? destinations.map((each) => [each])
      : [...destinations.filter(({ kind }) => kind !== "network").map((each) => [each]), network];
  const units: Unit[] = [];
  try {
    for (const group of groups) {
      const key = JSON.stringify([group, common]);
      const same = known.find((unit) => unit.key === key);
      units.push(same ?? { key, exporters: await openOutputs({ ...common, destinations: group }, interfaceName) });
    }
  } catch (error) {
    for (const unit of units) if (!known.includes(unit)) for (const exporter of unit.exporters) exporter.abort();
    throw error;
  }
  return units;
}
