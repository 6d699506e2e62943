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

/** Parquet files as a relation. */
export function parquetRelation(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal).join(", ")}], hive_partitioning = true, hive_types = {sensor: VARCHAR, type: VARCHAR}, union_by_name = true)`;
}
