/** Tables as Parquet files, which the query engine writes. */
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type OctetSink, openSink } from "../../files/octet_sink.js";
import { COLUMNS } from "../../record/columns.js";
import type { Site } from "../../site/site.js";
import { literal, quoted } from "../dialect.js";
import type { Engine } from "../engine.js";
import { simple, type ValueColumn } from "./value_column.js";
import { listedText, valueSql } from "./value_sql.js";

/** Octets that are copied at once. */
const PIECE = 1024 * 1024;

/** SELECT list of typed values by name. */
export function valueList(columns: readonly ValueColumn[], site: Site): string {
  return columns.map((each) => `${valueSql(each, site)} AS ${quoted(each.name)}`).join(", ");
}

/**
 * SELECT list of whole flow records, as our commands read them again: the columns of the relation `flows` as they are,
 * but sensor and type by name, as in a store.
 */
export function recordList(site: Site): string {
  return COLUMNS.map(({ name, type }) => {
    if (name === "sensor") return valueList([simple("sensor", "sensor", name, type)], site);
    if (name === "flowtype") return `${listedText(uniqueTypes(site), name)} AS type`;
    return name;
  }).join(", ");
}

/** Names of types by flowtype. Of two classes' types of one name, the first has the name: it is read as that one. */
function uniqueTypes(site: Site): readonly string[] {
  const { flowtypes } = site.config;
  return Array.from({ length: 256 }, (_, id) => {
    const type = site.typeName(id);
    return flowtypes.find((each) => each.type === type)?.id === id ? type : String(id);
  });
}

/** Further options of COPY. */
const NO_OPTIONS: readonly string[] = [];

/** Writes the rows of a SELECT to `path`, which may be standard output or a FIFO. Refused as every output is. */
export async function writeParquet(engine: Engine, select: string, path: string, options = NO_OPTIONS): Promise<void> {
  const sink = openSink(path, "binary");
  try {
    await copyParquet(engine, select, sink, options);
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.close();
}

/** Writes the rows of a SELECT to an output. The engine writes to files only: what it has finished is copied. */
export async function copyParquet(
  engine: Engine,
  select: string,
  sink: OctetSink,
  options = NO_OPTIONS,
): Promise<void> {
  mkdirSync(engine.spill, { recursive: true });
  const folder = mkdtempSync(join(engine.spill, "parquet-"));
  const file = join(folder, "table.parquet");
  try {
    const all = ["FORMAT parquet", "PARQUET_VERSION v2", "COMPRESSION zstd", ...options].join(", ");
    await engine.run(`COPY (${select}) TO ${literal(file)} (${all})`);
    copy(file, sink);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copy(file: string, sink: OctetSink): void {
  const fd = openSync(file, "r");
  try {
    const piece = new Uint8Array(PIECE);
    for (;;) {
      const octets = readSync(fd, piece, 0, PIECE, null);
      if (octets === 0) return;
      sink.write(piece.subarray(0, octets));
    }
  } finally {
    closeSync(fd);
  }
}
