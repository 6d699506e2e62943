/** The question that a command asks: where flows come from, which of them, and the engine that answers. */
import { openSink } from "../files/octet_sink.js";
import { COLUMN_NAMES } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { TextOutput } from "../text/output.js";
import type { ProgressLine } from "../text/progress.js";
import type { Countries } from "./countries.js";
import { Engine, type OctetTaker, type TakeRows } from "./engine.js";
import type { Part } from "./field.js";
import type { FieldLookups } from "./field_lookups.js";
import type { FlowFiles } from "./flow_files.js";
import type { FlowInputs } from "./flow_inputs.js";
import type { ColumnFunction } from "./partition/switch.js";
import type { Condition } from "./partition/switches.js";
import type { PrefixMaps } from "./prefix_maps.js";
import { showQueryProgress } from "./query_progress.js";

/** Addresses of a flow, in columns of two halves. */
export type AddressColumn = "sip" | "dip" | "nhip";

export interface FlowQueryOptions {
  readonly site: Site;
  readonly inputs: FlowInputs;
  /** Conditions that all must hold. */
  readonly conditions: readonly Condition[];
  readonly functions: readonly ColumnFunction[];
  readonly countries: Countries;
  readonly lookups: FieldLookups;
  readonly prefixMaps: PrefixMaps;
  readonly temporary?: string | undefined;
  /** Print the first statement instead of running it. */
  readonly explain: boolean;
  /** Whether a bar shows how far it has come. */
  readonly progress: "shown" | "hidden";
}

/** Thrown when a statement has been printed for `--sql`: there is nothing left to do. */
export class Explained extends Error {
  override readonly name = "Explained";
}

export class FlowQuery {
  readonly site: Site;
  readonly inputs: FlowInputs;
  /** Countries of addresses; what declares them must come before the engine opens. */
  readonly countries: Countries;
  readonly lookups: FieldLookups;
  /** Labels that prefix maps give to flows; the same holds for them. */
  readonly prefixMaps: PrefixMaps;
  readonly #options: FlowQueryOptions;
  #engine: Engine | undefined;
  #progress: ProgressLine | undefined;

  constructor(options: FlowQueryOptions) {
    this.#options = options;
    this.site = options.site;
    this.inputs = options.inputs;
    this.countries = options.countries;
    this.lookups = options.lookups;
    this.prefixMaps = options.prefixMaps;
  }

  /** The files among the inputs, when they were given by name. */
  get files(): FlowFiles | undefined {
    return this.inputs.files;
  }

  /**
   * A statement over the relation `flows`: `body` is a SELECT, or further common table expressions and one.
   *
   * @throws Explained after printing it for `--sql`
   */
  statement(body: string): string {
    // Files that a statement names twice are scanned twice: to keep all flows would take more.
    const kept = this.inputs.rereadable ? "NOT MATERIALIZED " : "";
    const flows = `WITH flows AS ${kept}(${this.#passing()})`;
    const rest = /^\s*WITH /i.test(body) ? `, ${body.replace(/^\s*WITH /i, "")}` : ` ${body}`;
    return this.explained(flows + rest);
  }

  /**
   * SELECT of groups of one address each. Where inputs can be read twice, addresses whose upper half is zero, all of
   * IPv4, are grouped by their lower half alone: 50 M flows by source took 1.4 CPU s so, 1.8 by both halves.
   *
   * @param list SELECT list by the SQL of both halves
   */
  addressGroups(column: AddressColumn, list: (hi: string, lo: string) => string): string {
    const [hi, lo] = [`${column}_hi`, `${column}_lo`];
    const groups = (where: string, upper: string, by: string) =>
      `SELECT ${list(upper, lo)} FROM flows ${where} GROUP BY ${by}`;
    if (!this.inputs.rereadable) return groups("", hi, `${hi}, ${lo}`);
    const short = groups(`WHERE ${hi} = 0`, "0::UBIGINT", lo);
    return `${short} UNION ALL ${groups(`WHERE ${hi} <> 0`, hi, `${hi}, ${lo}`)}`;
  }

  /** SELECT of all flows. */
  #all(): string {
    return `SELECT ${COLUMN_NAMES.join(", ")} FROM ${this.inputs.relation()}`;
  }

  /** SELECT of the flows for which all conditions hold. */
  #passing(): string {
    const { conditions } = this.#options;
    const select = this.#all();
    const where = (sqls: readonly string[]) => (sqls.length === 0 ? select : `${select} WHERE ${sqls.join(" AND ")}`);
    const narrow = this.inputs.rereadable
      ? conditions.find(({ alternatives }) => alternatives !== undefined)
      : undefined;
    if (narrow?.alternatives === undefined) return where(conditions.map(({ sql }) => sql));
    const others = conditions.filter((each) => each !== narrow).map(({ sql }) => sql);
    const [first, second] = narrow.alternatives;
    return `${where([...others, first])} UNION ALL ${where([...others, second, `NOT (${first})`])}`;
  }

  /** Whether the first statement will be printed instead of run. */
  get explains(): boolean {
    return this.#options.explain;
  }

  /**
   * A statement of a command's own, over whatever relations.
   *
   * @throws Explained after printing it for `--sql`
   */
  explained(statement: string): string {
    if (!this.#options.explain) return statement;
    const output = new TextOutput(openSink("-", "text"));
    output.add(`${statement};\n`);
    output.end();
    throw new Explained();
  }

  /** Whether switches ask for some flows only, be it that all are among them. */
  get partitioning(): "none" | "given" {
    return this.#options.conditions.length === 0 ? "none" : "given";
  }

  /** Condition of the query, for commands that need the flows it does not hold for, too. */
  get condition(): string {
    const { conditions } = this.#options;
    return conditions.length === 0 ? "true" : conditions.map(({ sql }) => sql).join(" AND ");
  }

  /** Statement over all flows, whether the conditions hold or not. */
  unfiltered(body: string): string {
    return this.explained(`WITH flows AS (${this.#all()}) ${body}`);
  }

  /** The engine, opened when first needed. */
  async engine(): Promise<Engine> {
    if (this.#engine === undefined) {
      this.#engine = await Engine.open({ temporary: this.#options.temporary });
      for (const each of this.#options.functions)
        this.#engine.addFunction(each.name, each.parameters, each.compute.bind(each));
      await this.inputs.attach(this.#engine);
      if (this.#options.progress === "shown") this.#progress = await showQueryProgress(this.#engine, this.inputs);
    }
    return this.#engine;
  }

  /**
   * Hands on the rows of a statement that gives `parts`, in the order of the input when it has one.
   *
   * @param order `statement` when it has an ORDER BY of its own
   */
  async deliver(
    statement: string,
    names: readonly string[],
    parts: readonly Part[],
    take: TakeRows | OctetTaker,
    order: "input" | "statement" = "input",
  ): Promise<void> {
    const engine = await this.engine();
    const types = parts.map(({ type }) => type);
    if (order === "input" && this.inputs.order === "one-thread") await engine.pour(statement, names, types, take);
    else await engine.stream(statement, types, take);
  }

  close(): void {
    this.#progress?.stop();
    this.#engine?.close();
    this.inputs.close();
  }
}
