/** The SQL that DuckDB understands, where it differs from other engines: the only place that writes such text. */

/** A name that may be a reserved word. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Microseconds since the epoch of a time column. */
export function microseconds(column: string): string {
  return `epoch_us(${column})`;
}

/** A time column's whole milliseconds since the epoch, as SiLK keeps times. */
export function milliseconds(column: string): string {
  return `epoch_ms(${column})`;
}

/** A time literal of microseconds since the epoch. */
export function timeLiteral(value: number): string {
  return `make_timestamptz(${value})`;
}

/** Integer division. */
export function quotient(dividend: string, divisor: number): string {
  return `(${dividend} // ${divisor})`;
}

/** Whether a Parquet file is one of a store. */
export function inStore(path: string): boolean {
  return ["sensor", "type"].every((key) => new RegExp(`(^|/)${key}=[^/]*/`).test(path));
}

/**
 * Parquet files as a relation: those of a store have sensor and type in the names of their folders, and the same columns,
 * so that not every file need be opened before the query starts (0.5 s for 175 files).
 */
export function parquetRelation(paths: readonly string[]): string {
  const stored = paths.filter(inStore);
  const others = paths.filter((path) => !inStore(path));
  const hive = "hive_partitioning = true, hive_types = {sensor: VARCHAR, type: VARCHAR}";
  const relations = [
    ...(stored.length === 0 ? [] : [`read_parquet(${pathList(stored)}, ${hive})`]),
    ...(others.length === 0
      ? []
      : [`read_parquet(${pathList(others)}, hive_partitioning = false, union_by_name = true)`]),
  ];
  return relations.length === 1
    ? relations[0]!
    : `(${relations.map((each) => `FROM ${each}`).join(" UNION ALL BY NAME ")})`;
}

/** Paths as a list. */
export function pathList(paths: readonly string[]): string {
  return `[${paths.map(literal).join(", ")}]`;
}
