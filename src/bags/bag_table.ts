/** Bags as tables for other programs. */
import type { Arguments } from "../cli/switches.js";
import { OutputError } from "../errors.js";
import { NO_LABEL, type PrefixMap } from "../formats/silk/prefix_map.js";
import { columnName } from "../query/table/column_name.js";
import type { TableFormat } from "../query/table/table_format.js";
import { simple, type ValueColumn } from "../query/table/value_column.js";
import { writeRows } from "../query/table/write_rows.js";
import { type FlowColumns, MAPPED_IPV4, type RowSource } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { rowAttributes } from "./attributes.js";
import type { Bag } from "./bag.js";
import type { FieldType } from "./field_type.js";
import { type CounterOrder, placesByCounter } from "./print_bag.js";

/** Of the column in which countries and labels travel. */
const HIGHEST_INTEGER = 2 ** 31 - 1;

/** Rows that are handed on at once. */
const RUN = 2048;

/**
 * The columns of flow records that keys travel in: the engine takes rows of no others. Counters travel as octets.
 */
function keyColumn(bag: Bag, labels: PrefixMap | undefined): ValueColumn {
  const { key } = bag.type;
  const { kind } = key;
  const name = nameOf(key, "key");
  if (bag.hasAddresses)
    return {
      name,
      kind: "address",
      parts: [
        { sql: "sip_hi", type: "UBIGINT" },
        { sql: "sip_lo", type: "UBIGINT" },
      ],
    };
  if (kind === "time") return simple(name, "time", "stime", "TIMESTAMPTZ");
  if (kind === "tcp-flags") return simple(name, "flags", "flags", "SMALLINT");
  if (kind === "attributes") return simple(name, "attributes", "attributes", "SMALLINT");
  if (kind === "sensor") return simple(name, "sensor", "sensor", "INTEGER");
  if (labels !== undefined)
    return { ...simple(name, "label", "application", "INTEGER"), texts: [...labels.labels, NO_LABEL] };
  if (kind === "country") return simple(name, "country", "application", "INTEGER");
  return simple(name, "integer", "input", "BIGINT");
}

function nameOf(type: FieldType, fallback: string): string {
  return type.kind === "custom" ? fallback : columnName(type.name);
}

class BagRows implements RowSource {
  readonly #bag: Bag;
  readonly #places: Uint32Array | undefined;
  readonly #highest: number;
  #next = 0;

  /**
   * @param places order of the keys; that of the bag when it is left out
   * @param highest number of a label, which all higher ones become
   */
  constructor(bag: Bag, places: Uint32Array | undefined, highest: number) {
    this.#bag = bag;
    this.#places = places;
    this.#highest = highest;
  }

  read(into: FlowColumns): number {
    const { count, width, keys, counters } = this.#bag;
    const { arrays } = into;
    const rows = Math.min(into.capacity, RUN, count - this.#next);
    for (let row = 0; row < rows; row++) {
      const i = this.#places === undefined ? this.#next + row : this.#places[this.#next + row]!;
      const last = keys[(i + 1) * width - 1]!;
      setPair(arrays.bytes, row, counters[2 * i]!, counters[2 * i + 1]!);
      setPair(arrays.sip_lo, row, last, width === 1 ? MAPPED_IPV4 : keys[4 * i + 2]!);
      if (width === 4) setPair(arrays.sip_hi, row, keys[4 * i + 1]!, keys[4 * i]!);
      setPair(arrays.input, row, last, 0);
      if (arrays.stime !== undefined) setMicroseconds(arrays.stime, row, last);
      if (arrays.flags !== undefined) arrays.flags[row] = last & 255;
      if (arrays.attributes !== undefined) arrays.attributes[row] = rowAttributes(last);
      if (arrays.sensor !== undefined) arrays.sensor[row] = last;
      if (arrays.application !== undefined) arrays.application[row] = Math.min(last, this.#highest);
    }
    this.#next += rows;
    into.count = rows;
    return rows;
  }

  close(): void {}
}

function setPair(array: Uint32Array | undefined, row: number, low: number, high: number): void {
  if (array === undefined) return;
  array[2 * row] = low;
  array[2 * row + 1] = high;
}

function setMicroseconds(array: Uint32Array, row: number, seconds: number): void {
  const value = seconds * 1e6;
  setPair(array, row, value % 2 ** 32, Math.floor(value / 2 ** 32));
}

export interface BagTableOptions {
  /** Undefined for the order of keys. */
  readonly order: CounterOrder | undefined;
  /** Labels that keys stand for. */
  readonly labels: PrefixMap | undefined;
}

/**
 * Writes keys and counters as a table to `--output-path` or standard output.
 *
 * @throws OutputError when a counter is above 2^63 - 1
 */
export async function writeBagTable(
  bag: Bag,
  { order, labels }: BagTableOptions,
  format: TableFormat,
  args: Arguments,
  site: Site,
): Promise<void> {
  if (!bag.fitsSigned) throw new OutputError(`--output-format=${format}: a counter is above 9223372036854775807`);
  const columns = [keyColumn(bag, labels), simple(nameOf(bag.type.counter, "counter"), "integer", "bytes", "BIGINT")];
  const rows = new BagRows(
    bag,
    order === undefined ? undefined : placesByCounter(bag, order),
    labels?.labels.length ?? HIGHEST_INTEGER,
  );
  await writeRows(rows, columns, format, args.value("output-path") ?? "-", site);
}
