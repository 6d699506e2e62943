/** Prefix maps as tables for other programs. */
import { UNKNOWN_COUNTRY } from "../country/country_code.js";
import { NO_LABEL, NO_PREFIX_VALUE, type PrefixMap } from "../formats/silk/prefix_map.js";
import { forEachMapRange, keyWords } from "../formats/silk/prefix_map_ranges.js";
import type { TableFormat } from "../query/table/table_format.js";
import { simple, type ValueColumn } from "../query/table/value_column.js";
import { writeRows } from "../query/table/write_rows.js";
import type { FlowColumns, RowSource } from "../record/columns.js";
import { Site, TWO_WAY_SITE } from "../site/site.js";
import { asAddress } from "./map_keys.js";

/** Ranges of a map, as first and last key and value one behind the other. */
class MapRows implements RowSource {
  readonly #map: PrefixMap;
  readonly #words: 1 | 4;
  #ranges = new Uint32Array(1024);
  #length = 0;
  #next = 0;

  constructor(map: PrefixMap, name: string, ignored: ReadonlySet<number>) {
    this.#map = map;
    this.#words = keyWords(map);
    forEachMapRange(map, name, (first, last, value) => {
      if (!ignored.has(value)) this.#add(first, last, value);
    });
  }

  #add(first: Uint32Array, last: Uint32Array, value: number): void {
    const end = this.#length + 2 * this.#words + 1;
    if (end > this.#ranges.length) {
      const larger = new Uint32Array(2 * this.#ranges.length);
      larger.set(this.#ranges);
      this.#ranges = larger;
    }
    this.#ranges.set(first, this.#length);
    this.#ranges.set(last, this.#length + this.#words);
    this.#ranges[end - 1] = value;
    this.#length = end;
  }

  read(into: FlowColumns): number {
    const { arrays } = into;
    const { key, labels, values } = this.#map;
    const words = this.#words;
    let rows = 0;
    for (; rows < into.capacity && this.#next < this.#length; rows++) {
      const at = this.#next;
      this.#next += 2 * words + 1;
      const value = this.#ranges[this.#next - 1]!;
      if (key === "proto-port") setNumbers(arrays, rows, this.#ranges[at]!, this.#ranges[at + 1]!);
      else {
        setAddress(arrays.sip_hi, arrays.sip_lo, rows, this.#ranges.subarray(at, at + words));
        setAddress(arrays.dip_hi, arrays.dip_lo, rows, this.#ranges.subarray(at + words, at + 2 * words));
      }
      if (arrays.sensor !== undefined)
        arrays.sensor[rows] = values === "countries" ? countryOf(value) : Math.min(value, labels.length);
    }
    into.count = rows;
    return rows;
  }

  close(): void {}
}

function countryOf(value: number): number {
  return value === NO_PREFIX_VALUE ? UNKNOWN_COUNTRY : value & 0xffff;
}

function setNumbers(arrays: FlowColumns["arrays"], row: number, first: number, last: number): void {
  if (arrays.proto !== undefined) arrays.proto[row] = first >>> 16;
  if (arrays.sport !== undefined) arrays.sport[row] = first & 0xffff;
  if (arrays.application !== undefined) arrays.application[row] = last >>> 16;
  if (arrays.dport !== undefined) arrays.dport[row] = last & 0xffff;
}

function setAddress(hi: Uint32Array | undefined, lo: Uint32Array | undefined, row: number, words: Uint32Array): void {
  const [w0, w1, w2, w3] = asAddress(words);
  hi?.set([w1, w0], 2 * row);
  lo?.set([w3, w2], 2 * row);
}

function address(name: string, column: "sip" | "dip"): ValueColumn {
  return {
    name,
    kind: "address",
    parts: [
      { sql: `${column}_hi`, type: "UBIGINT" },
      { sql: `${column}_lo`, type: "UBIGINT" },
    ],
  };
}

function keyColumns({ key }: PrefixMap): readonly ValueColumn[] {
  if (key !== "proto-port") return [address("start_ip", "sip"), address("end_ip", "dip")];
  return [
    simple("start_protocol", "integer", "proto", "SMALLINT"),
    simple("start_port", "integer", "sport", "INTEGER"),
    simple("end_protocol", "integer", "application", "INTEGER"),
    simple("end_port", "integer", "dport", "INTEGER"),
  ];
}

/**
 * Writes the ranges of a map to a path, or standard output (`-`).
 *
 * @param name of the map's file, for errors
 * @param ignored values that are left out
 */
export async function writeMapTable(
  map: PrefixMap,
  name: string,
  ignored: ReadonlySet<number>,
  format: TableFormat,
  path: string,
): Promise<void> {
  const value: ValueColumn =
    map.values === "countries"
      ? simple("value", "country", "sensor", "INTEGER")
      : { ...simple("value", "label", "sensor", "INTEGER"), texts: [...map.labels, NO_LABEL] };
  const columns = [...keyColumns(map), value];
  await writeRows(new MapRows(map, name, ignored), columns, format, path, new Site(TWO_WAY_SITE));
}
