/**
 * DuckDB, loaded when the first query needs it: the one engine behind all questions. Its plain bindings are used: the
 * package with classes around them takes 0.15 s more to load, in every command of a pipe.
 */
import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync, rmSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import type {
  Connection,
  Database,
  DataChunk,
  LogicalType,
  Result,
  ScalarFunctionMainFunction,
} from "@duckdb/node-bindings";
import { FlowtapError, InputError } from "../errors.js";
import { COLUMNS, type ColumnName, FlowColumns, type RowSource } from "../record/columns.js";
import { quoted } from "./dialect.js";

/** Types that results are read with. */
export type ResultType = "UBIGINT" | "BIGINT" | "TIMESTAMPTZ" | "INTEGER" | "SMALLINT" | "DOUBLE";

/** One column of a run of result rows; 64-bit numbers as two halves, low first (as in record/columns.ts). */
export type ResultArray = Int16Array | Int32Array | Uint32Array | Float64Array;

/** Takes `count` result rows; the arrays are valid only during the call. */
export type TakeRows = (arrays: readonly ResultArray[], count: number) => void;

/** Takes result rows as the octets that the arrays would be views of: making those views costs 7 µs each. */
export interface OctetTaker {
  /** The octets, one array for each column, are valid only during the call. */
  takeOctets(columns: readonly Uint8Array[], count: number): void;
}

export interface EngineOptions {
  /** Folder for what does not fit into memory. */
  readonly temporary?: string | undefined;
}

/** Rows of a vector, the unit in which DuckDB takes and gives them. */
const VECTOR = 2048;

/** Octets that queries may hold before they spill to disk: the smaller of 3.5 GiB and 60 % of the machine's memory. */
const MEMORY = Math.min(3.5 * 1024 ** 3, Math.floor(totalmem() * 0.6));

/** What a streamed query computes ahead of who takes its rows; with the default of 1 MB it takes 1.5 times the CPU. */
const STREAMED = "16MB";

/**
 * Makes count(*) OVER (PARTITION BY ...) a join of the relation with itself. Our rows can be read once only: it found none
 * of them (DuckDB 1.5.6).
 */
const READS_TWICE = "window_self_join";

/** Milliseconds after which a chunk is not there yet but being computed. */
const COMPUTING = 1;

/** Chunks that wait to be handed on: as many as a stream computes at a time, with some columns. */
const MOST_HELD = 64;

type Bindings = typeof import("@duckdb/node-bindings");

/** DuckDB's numbers of the types in use (`Type` in its bindings). */
const TYPE: Readonly<Record<ResultType, number>> = {
  SMALLINT: 3,
  INTEGER: 4,
  BIGINT: 5,
  UBIGINT: 9,
  DOUBLE: 11,
  TIMESTAMPTZ: 31,
};

export class Engine {
  readonly #bindings: Bindings;
  readonly #database: Database;
  readonly #connection: Connection;
  readonly #spill: string;
  #names = 0;
  /** What a callback threw: DuckDB reports it as text only. */
  #failure: unknown;

  private constructor(bindings: Bindings, database: Database, connection: Connection, spill: string) {
    this.#bindings = bindings;
    this.#database = database;
    this.#connection = connection;
    this.#spill = spill;
  }

  static async open({ temporary }: EngineOptions = {}): Promise<Engine> {
    const { default: bindings } = await import("@duckdb/node-bindings");
    const spill = spillFolder(temporary ?? process.env.SILK_TMPDIR ?? process.env.TMPDIR ?? tmpdir());
    const config = bindings.create_config();
    const settings = {
      memory_limit: `${MEMORY}B`,
      temp_directory: spill,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    };
    for (const [name, value] of Object.entries(settings)) bindings.set_config(config, name, value);
    const database = await bindings.open(":memory:", config);
    const connection = await bindings.connect(database);
    await bindings.query(connection, `SET streaming_buffer_size = '${STREAMED}'`);
    await bindings.query(connection, `SET disabled_optimizers = '${READS_TWICE}'`);
    return new Engine(bindings, database, connection, spill);
  }

  /** Makes the rows of a source a relation; returns its SQL text. It can be read once. */
  addRows(source: RowSource): string {
    const bindings = this.#bindings;
    this.#names += 1;
    const name = `rows_${this.#names}`;
    const relation = bindings.create_table_function();
    bindings.table_function_set_name(relation, name);
    bindings.table_function_supports_projection_pushdown(relation, true);
    bindings.table_function_set_bind(relation, (info) => {
      for (const column of COLUMNS) bindings.bind_add_result_column(info, column.name, this.#type(column.type));
    });
    bindings.table_function_set_init(relation, (info) => {
      bindings.init_set_max_threads(info, 1);
      const count = bindings.init_get_column_count(info);
      // A query that needs no column still counts rows: DuckDB then asks for an index beyond the columns.
      const asked = Array.from({ length: count }, (_, k) => COLUMNS[bindings.init_get_column_index(info, k)]?.name);
      const columns = new FlowColumns(
        VECTOR,
        asked.filter((each) => each !== undefined),
      );
      bindings.init_set_init_data(info, { asked, columns } satisfies Scan);
    });
    bindings.table_function_set_function(relation, (info, output) => {
      const { asked, columns } = bindings.function_get_init_data(info) as Scan;
      const count = this.#guard(() => source.read(columns));
      bindings.data_chunk_set_size(output, count);
      if (count === 0) return;
      for (let k = 0; k < asked.length; k++) {
        const column = asked[k];
        const array = column === undefined ? undefined : columns.arrays[column];
        if (array === undefined) continue;
        const octets = (array.byteLength / columns.capacity) * count;
        bindings.copy_data_to_vector(
          bindings.data_chunk_get_vector(output, k),
          0,
          array.buffer as ArrayBuffer,
          0,
          octets,
        );
      }
    });
    bindings.register_table_function(this.#connection, relation);
    return `${name}()`;
  }

  /**
   * Adds a function of columns to SQL that JavaScript computes, a vector at a time; its result is an INTEGER.
   *
   * @param compute fills `result` with one number a row
   */
  addFunction(
    name: string,
    parameters: readonly ResultType[],
    compute: (arrays: readonly ResultArray[], count: number, result: Int32Array) => void,
  ): void {
    const computed = new Int32Array(VECTOR);
    this.#addScalar(name, parameters, "INTEGER", "same result for same values", (_info, input, output) => {
      const count = this.#bindings.data_chunk_get_size(input);
      this.#guard(() => compute(this.#arrays(input, parameters, count), count, computed));
      this.#bindings.copy_data_to_vector(output, 0, computed.buffer as ArrayBuffer, 0, 4 * count);
    });
  }

  #addScalar(
    name: string,
    parameters: readonly ResultType[],
    returns: ResultType,
    evaluation: "same result for same values" | "called for every row",
    compute: ScalarFunctionMainFunction,
  ): void {
    const bindings = this.#bindings;
    const scalar = bindings.create_scalar_function();
    bindings.scalar_function_set_name(scalar, name);
    for (const type of parameters) bindings.scalar_function_add_parameter(scalar, this.#type(type));
    bindings.scalar_function_set_return_type(scalar, this.#type(returns));
    if (evaluation === "called for every row") bindings.scalar_function_set_volatile(scalar);
    bindings.scalar_function_set_function(scalar, compute);
    bindings.register_scalar_function(this.#connection, scalar);
  }

  /**
   * Runs a query whose rows need not keep an order and hands them on. They pass through a function in SQL, which takes
   * 0.07 µs a row where fetching them takes 0.6 when rows come from JavaScript. Rows of one source that is read by one
   * thread do come in their order.
   *
   * @param select a SELECT with exactly these columns
   */
  async pour(
    select: string,
    columns: readonly string[],
    types: readonly ResultType[],
    take: TakeRows | OctetTaker,
  ): Promise<void> {
    this.#names += 1;
    const name = `sink_${this.#names}`;
    this.#addScalar(name, types, "SMALLINT", "called for every row", (_info, input) => {
      const count = this.#bindings.data_chunk_get_size(input);
      if (count > 0) this.#guard(() => this.#handOn(input, types, count, take));
    });
    const text = `SELECT count(${name}(${columns.map(quoted).join(", ")})) FROM (${select})`;
    await this.run(text);
  }

  /** Runs a query and hands its rows on in its order. */
  async stream(select: string, types: readonly ResultType[], take: TakeRows | OctetTaker): Promise<void> {
    await this.#attempt(async () => {
      const prepared = await this.#bindings.prepare(this.#connection, select);
      await this.#fetch(await this.#bindings.execute_prepared_streaming(prepared), types, take);
    });
  }

  /** Runs a query with a small result of numbers. */
  async numbers(sql: string): Promise<number[][]> {
    const rows: number[][] = [];
    await this.#attempt(async () => {
      const result = await this.#bindings.query(this.#connection, sql);
      const columns = this.#bindings.column_count(result);
      const types = Array.from({ length: columns }, (_, k) => typeNumbered(this.#bindings.column_type(result, k)));
      await this.#fetch(result, types, (arrays, count) => {
        for (let i = 0; i < count; i++)
          rows.push(
            arrays.map((array, k) =>
              WIDTH[types[k]!] === 8 && types[k] !== "DOUBLE" ? number64(array, i) : array[i]!,
            ),
          );
      });
    });
    return rows;
  }

  async run(sql: string): Promise<void> {
    await this.#attempt(() => this.#bindings.query(this.#connection, sql));
  }

  /** Makes `progress` known, which costs the engine a little. */
  async measureProgress(): Promise<void> {
    await this.run("SET enable_progress_bar = true; SET enable_progress_bar_print = false");
  }

  /** Percentage of the running query that is done, -1 when that is not known. */
  get progress(): number {
    return this.#bindings.query_progress(this.#connection).percentage;
  }

  /** Folder for what does not fit into memory: it is made when it is asked for, and goes with the engine. */
  get spill(): string {
    mkdirSync(this.#spill, { recursive: true, mode: 0o700 });
    return this.#spill;
  }

  close(): void {
    this.#bindings.disconnect_sync(this.#connection);
    this.#bindings.close_sync(this.#database);
    rmSync(this.#spill, { recursive: true, force: true });
  }

  /**
   * Fetches chunks and hands them on in order. The engine computes a stream's rows only while a chunk is being fetched,
   * many at a time: chunks that are there are fetched first and held, and handed on while it computes the next ones.
   */
  async #fetch(result: Result, types: readonly ResultType[], take: TakeRows | OctetTaker): Promise<void> {
    const held: DataChunk[] = [];
    const handOn = () => {
      const chunk = held.shift()!;
      this.#handOn(chunk, types, this.#bindings.data_chunk_get_size(chunk), take);
    };
    for (let ended = false; !ended; ) {
      const next = this.#bindings.fetch_chunk(result);
      try {
        let settled = false;
        const fetched = next.finally(() => {
          settled = true;
        });
        if (held.length > 0) await Promise.race([fetched, pause(COMPUTING)]);
        while (held.length > 0 && (!settled || held.length >= MOST_HELD)) {
          handOn();
          await turn();
        }
      } finally {
        await next.catch(() => {});
      }
      const chunk = await next;
      ended = chunk === null || this.#bindings.data_chunk_get_size(chunk) === 0;
      if (!ended) held.push(chunk!);
    }
    while (held.length > 0) handOn();
  }

  #type(type: ResultType): LogicalType {
    return this.#bindings.create_logical_type(TYPE[type]);
  }

  #handOn(chunk: DataChunk, types: readonly ResultType[], count: number, take: TakeRows | OctetTaker): void {
    if (typeof take === "function") take(this.#arrays(chunk, types, count), count);
    else take.takeOctets(this.#octets(chunk, types, count), count);
  }

  #octets(chunk: DataChunk, types: readonly ResultType[], count: number): Uint8Array[] {
    const bindings = this.#bindings;
    return types.map((type, k) =>
      bindings.vector_get_data(bindings.data_chunk_get_vector(chunk, k), count * WIDTH[type]),
    );
  }

  #arrays(chunk: DataChunk, types: readonly ResultType[], count: number): ResultArray[] {
    const octets = this.#octets(chunk, types, count);
    return types.map((type, k) => {
      const { buffer, byteOffset } = octets[k]!;
      if (type === "SMALLINT") return new Int16Array(buffer, byteOffset, count);
      if (type === "INTEGER") return new Int32Array(buffer, byteOffset, count);
      if (type === "DOUBLE") return new Float64Array(buffer, byteOffset, count);
      return new Uint32Array(buffer, byteOffset, 2 * count);
    });
  }

  /** Runs what a callback does; its error ends the query, and `#attempt` throws it again. */
  #guard<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      const failure = this.#failure ?? error;
      this.#failure = undefined;
      if (failure instanceof FlowtapError) throw failure;
      const message = failure instanceof Error ? failure.message : String(failure);
      throw new InputError(`query failed: ${message.split("\n")[0]}`);
    }
  }
}

const WIDTH: Readonly<Record<ResultType, number>> = {
  SMALLINT: 2,
  INTEGER: 4,
  BIGINT: 8,
  UBIGINT: 8,
  TIMESTAMPTZ: 8,
  DOUBLE: 8,
};

/** What a scan of rows keeps. */
interface Scan {
  readonly asked: readonly (ColumnName | undefined)[];
  readonly columns: FlowColumns;
}

function typeNumbered(number: number): ResultType {
  const found = (Object.keys(TYPE) as ResultType[]).find((type) => TYPE[type] === number);
  if (found === undefined) throw new RangeError(`results of type ${number} cannot be read`);
  return found;
}

/** A 64-bit number of row `i`, exact up to 2^53. */
export function number64(array: ResultArray, i: number): number {
  return array[2 * i + 1]! * 4294967296 + array[2 * i]!;
}

/** Name of a folder that DuckDB makes when it needs it. */
function spillFolder(parent: string): string {
  try {
    accessSync(parent, constants.W_OK);
  } catch {
    throw new InputError(`temporary folder ${parent} cannot be written: give another with --temp-directory`);
  }
  return join(parent, `flowtap-${process.pid}-${randomBytes(4).toString("hex")}`);
}
