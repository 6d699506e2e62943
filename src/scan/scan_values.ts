/** Scans as tables for other programs. */

import { openSink } from "../files/octet_sink.js";
import { Engine } from "../query/engine.js";
import { valueList, writeParquet } from "../query/table/parquet_table.js";
import type { TableFormat } from "../query/table/table_format.js";
import { tableWriter } from "../query/table/table_sink.js";
import { simple, type ValueColumn } from "../query/table/value_column.js";
import { type FlowColumns, MAPPED_IPV4, type RowSource } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { MODEL_NUMBERS } from "./detector.js";
import type { Scan } from "./scan_table.js";

/** Scans handed on at once. */
const RUN = 2048;

const MILLIONTHS = 1e6;

/** Probabilities travel to the engine as millionths: columns of flow records have no fractions. */
const COLUMNS: readonly ValueColumn[] = [
  {
    name: "sip",
    kind: "address",
    parts: [
      { sql: "sip_hi", type: "UBIGINT" },
      { sql: "sip_lo", type: "UBIGINT" },
    ],
  },
  simple("proto", "integer", "proto", "SMALLINT"),
  simple("stime", "time", "stime", "TIMESTAMPTZ"),
  simple("etime", "time", "etime", "TIMESTAMPTZ"),
  simple("flows", "integer", "flow_id", "BIGINT"),
  simple("packets", "integer", "packets", "BIGINT"),
  simple("bytes", "integer", "bytes", "BIGINT"),
  simple("scan_model", "integer", "application", "INTEGER"),
  simple("scan_prob", "decimal", `(sensor / ${MILLIONTHS})::DOUBLE`, "DOUBLE"),
];

/** Writes scans to a path, or standard output (`-`). */
export async function writeScans(scans: readonly Scan[], format: TableFormat, path: string, site: Site): Promise<void> {
  if (format === "parquet") {
    const engine = await Engine.open();
    try {
      const relation = engine.addRows(new ScanRows(scans));
      await writeParquet(engine, `SELECT ${valueList(COLUMNS, site)} FROM ${relation}`, path);
    } finally {
      engine.close();
    }
    return;
  }
  const writer = await tableWriter(format);
  const sink = openSink(path, writer.content);
  try {
    const table = writer.open(sink, COLUMNS, site);
    for (let at = 0; at < scans.length; at += RUN) {
      const run = scans.slice(at, at + RUN);
      table.write(arraysOf(run), run.length);
    }
    table.end();
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.close();
}

function arraysOf(scans: readonly Scan[]) {
  const wide = (value: (scan: Scan) => number) => {
    const array = new Uint32Array(2 * scans.length);
    for (let i = 0; i < scans.length; i++) setWide(array, i, value(scans[i]!));
    return array;
  };
  return [
    wide(() => 0),
    wide(({ source }) => MAPPED_IPV4 * 2 ** 32 + source),
    Int16Array.from(scans, ({ proto }) => proto),
    wide(({ start }) => start),
    wide(({ end }) => end),
    wide(({ flows }) => flows),
    wide(({ packets }) => packets),
    wide(({ bytes }) => bytes),
    Int32Array.from(scans, ({ model }) => MODEL_NUMBERS[model]),
    Float64Array.from(scans, ({ probability }) => millionths(probability) / MILLIONTHS),
  ];
}

function millionths(probability: number): number {
  return Math.round(probability * MILLIONTHS);
}

function setWide(array: Uint32Array | undefined, i: number, value: number): void {
  if (array === undefined) return;
  array[2 * i] = value % 2 ** 32;
  array[2 * i + 1] = Math.floor(value / 2 ** 32);
}

class ScanRows implements RowSource {
  readonly #scans: readonly Scan[];
  #next = 0;

  constructor(scans: readonly Scan[]) {
    this.#scans = scans;
  }

  read(into: FlowColumns): number {
    const { arrays } = into;
    const count = Math.min(into.capacity, this.#scans.length - this.#next);
    for (let i = 0; i < count; i++) {
      const scan = this.#scans[this.#next + i]!;
      setWide(arrays.sip_hi, i, 0);
      setWide(arrays.sip_lo, i, MAPPED_IPV4 * 2 ** 32 + scan.source);
      setWide(arrays.stime, i, scan.start);
      setWide(arrays.etime, i, scan.end);
      setWide(arrays.flow_id, i, scan.flows);
      setWide(arrays.packets, i, scan.packets);
      setWide(arrays.bytes, i, scan.bytes);
      if (arrays.proto !== undefined) arrays.proto[i] = scan.proto;
      if (arrays.application !== undefined) arrays.application[i] = MODEL_NUMBERS[scan.model];
      if (arrays.sensor !== undefined) arrays.sensor[i] = millionths(scan.probability);
    }
    this.#next += count;
    into.count = count;
    return count;
  }

  close(): void {}
}
