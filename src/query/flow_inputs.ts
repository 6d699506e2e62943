/** The relation that a query's flows come from: files, streams, a store. */
import type { RowSource } from "../record/columns.js";
import { COLUMNS, type ColumnType, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { inStore, literal, parquetRelation } from "./dialect.js";
import type { Engine } from "./engine.js";
import { FlowFiles, type FlowFormat, isParquet } from "./flow_files.js";
import type { InputOctets } from "./input_octets.js";

/** A part of the input: Parquet files, or rows that flowtap reads. */
export type Segment =
  | { readonly kind: "parquet"; readonly paths: readonly string[] }
  | {
      readonly kind: "rows";
      readonly source: RowSource;
      /** SQL relation over that of the source: gives the rows of a journal sensor and type. */
      readonly over?: (relation: string) => string;
    };

export class FlowInputs {
  /** The files among the segments, when they were given by name. */
  readonly files: FlowFiles | undefined;
  readonly #segments: readonly Segment[];
  readonly #site: Site;
  readonly #names = new Map<RowSource, string>();

  constructor(segments: readonly Segment[], site: Site, files?: FlowFiles) {
    this.#segments = segments;
    this.#site = site;
    this.files = files;
  }

  /**
   * Files and streams by name. Parquet files come behind the others: they are read in another way.
   *
   * @param wrap what the rows of the others pass through
   */
  static ofPaths(
    paths: readonly string[],
    site: Site,
    onOpen: (path: string) => void,
    wrap: (files: FlowFiles) => RowSource = (files) => files,
  ): FlowInputs {
    const parquet = paths.filter(isParquet);
    const others = paths.filter((path) => !parquet.includes(path));
    const segments: Segment[] = [];
    let files: FlowFiles | undefined;
    if (others.length > 0) {
      files = new FlowFiles(others, { site, onOpen });
      segments.push({ kind: "rows", source: wrap(files) });
    }
    if (parquet.length > 0) segments.push({ kind: "parquet", paths: parquet });
    for (const path of parquet) onOpen(path);
    return new FlowInputs(segments, site, files);
  }

  /** Names of all files but journals, in the order in which they are read. */
  get paths(): readonly string[] {
    return [
      ...(this.files?.paths ?? []),
      ...this.#segments.flatMap((each) => (each.kind === "parquet" ? each.paths : [])),
    ];
  }

  /** `one-thread` when rows pass a query in the order of the input. */
  get order(): "one-thread" | "any" {
    return this.#segments.length === 1 && this.#segments[0]?.kind === "rows" ? "one-thread" : "any";
  }

  /** Whether a second query finds the same flows. */
  get rereadable(): boolean {
    return this.#segments.every(({ kind }) => kind === "parquet");
  }

  /** Format of the first input. */
  format(): FlowFormat {
    return this.files?.format() ?? "parquet";
  }

  /** Input files: those opened so far, Parquet files and journals. */
  get count(): number {
    const others = this.#segments.reduce((sum, each) => sum + this.#filesOf(each), 0);
    return others + (this.files?.opened ?? 0);
  }

  /** Octets of the files that are read here, not by the engine; undefined for none. */
  get octets(): InputOctets | undefined {
    return this.files?.octets;
  }

  #filesOf(segment: Segment): number {
    if (segment.kind === "parquet") return segment.paths.length;
    return segment.over === undefined ? 0 : 1;
  }

  /** SQL of all segments; rows that flowtap reads are named `rows_N()` once the engine knows them. */
  relation(): string {
    if (this.#segments.length === 0) return `(${EMPTY})`;
    const parts = this.#segments.map((each) => this.#segment(each));
    return parts.length === 1 ? parts[0]! : `(${parts.map((part) => `FROM ${part}`).join(" UNION ALL ")})`;
  }

  #segment(segment: Segment): string {
    if (segment.kind === "parquet") return parquetRows(segment.paths, this.#site);
    const name = this.#names.get(segment.source) ?? "rows()";
    return segment.over?.(name) ?? name;
  }

  /** Makes the rows that flowtap reads known to the engine. */
  async attach(engine: Engine): Promise<void> {
    for (const each of this.#segments) {
      if (each.kind === "rows") this.#names.set(each.source, engine.addRows(each.source));
      else
        await this.#learn(
          engine,
          each.paths.filter((path) => !inStore(path)),
        );
    }
  }

  /** Files that are not in a store bring the names of its sensors and types. */
  async #learn(engine: Engine, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const { learnSite } = await import("./table/parquet_site.js");
    await learnSite(engine, paths, this.#site);
  }

  close(): void {
    for (const each of this.#segments) if (each.kind === "rows") each.source.close();
  }
}

const EMPTY = `SELECT ${COLUMNS.map(({ name, type }) => `NULL::${type} AS ${name}`).join(", ")} WHERE false`;

/** Rows of Parquet files: sensor and type are names there, in a column or in the folders' names. */
function parquetRows(paths: readonly string[], site: Site): string {
  const columns = COLUMNS.map(({ name }) => {
    if (name === "sensor") return `${sensorNumber(site)} AS sensor`;
    if (name === "flowtype") return `${flowtypeNumber(site)} AS flowtype`;
    return name;
  });
  return `(SELECT ${columns.join(", ")} FROM ${parquetRelation(paths)})`;
}

function sensorNumber(site: Site): string {
  const names = site.config.sensors.map(({ name, id }) => ({ name, id }));
  return `${namedNumber("sensor", names, "INTEGER", UNKNOWN_SENSOR)}::INTEGER`;
}

function flowtypeNumber(site: Site): string {
  const names = site.config.flowtypes.map(({ type, id }) => ({ name: type, id }));
  return `${namedNumber("type", names, "SMALLINT", UNKNOWN_FLOWTYPE)}::SMALLINT`;
}

/** The number of a name; what is not defined may be a number itself. Casts that fail cost 0.2 µs: letters are not tried. */
function namedNumber(
  column: string,
  names: readonly { readonly name: string; readonly id: number }[],
  type: ColumnType,
  unknown: number,
): string {
  const cases = names.map(({ name, id }) => `WHEN ${column} = ${literal(name)} THEN ${id}`);
  const digits = `WHEN ${column} >= '0' AND ${column} < ':' THEN coalesce(TRY_CAST(${column} AS ${type}), ${unknown})`;
  return `(CASE ${[...cases, digits].join(" ")} ELSE ${unknown} END)`;
}
