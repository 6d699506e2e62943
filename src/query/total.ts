/** rwtotal: flows summed up by one key. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { type TableColumn, type TableStyle, tableLine, tableStyle, titleLine } from "../text/table.js";
import { number64, type ResultType } from "./engine.js";
import type { FlowQuery } from "./flow_query.js";
import { columnName } from "./table/column_name.js";
import { tableFormat } from "./table/table_format.js";
import { simple } from "./table/value_column.js";
import { writeTable } from "./table/write_table.js";
import { TOTAL_KEYS, type TotalKey } from "./total_keys.js";
import { VolumeLimits, type Volumes } from "./volume_limits.js";

const TYPES: readonly ResultType[] = ["BIGINT", "BIGINT", "BIGINT", "BIGINT"];
const NOTHING: Volumes = { records: 0, bytes: 0, packets: 0 };

/** @throws UsageError when not exactly one key is given */
export function totalKey(args: Arguments): TotalKey {
  const [key, other] = TOTAL_KEYS.filter(({ option }) => args.flag(option));
  if (key === undefined) throw new UsageError("No key specified: one of the key switches is required");
  if (other !== undefined)
    throw new UsageError(`May only specify one key: --${key.option} and --${other.option} were given`);
  return key;
}

/** Prints the bins of the query and returns the exit status. */
export async function runTotal(query: FlowQuery, args: Arguments): Promise<number> {
  const key = totalKey(args);
  const bins =
    `SELECT (${key.sql})::BIGINT AS k, count(*)::BIGINT AS records, sum(bytes)::BIGINT AS bytes, ` +
    `sum(packets)::BIGINT AS packets FROM flows WHERE ${key.condition} GROUP BY k`;
  const limits = new VolumeLimits(args);
  const format = tableFormat(args);
  if (format !== undefined) {
    const values = ["records", "bytes", "packets"].map((name) => simple(name, "integer", name, "BIGINT"));
    const columns = [simple(`key_${columnName(key.title)}`, "integer", "k", "BIGINT"), ...values];
    const from = `(${bins}) WHERE ${limits.condition()} ORDER BY k`;
    return writeTable(query, args, format, { columns, from, order: "statement" });
  }
  const engine = await query.engine();
  const statement = query.statement(`${bins} ORDER BY k`);
  await withTextOutput(args, async (output) => {
    const table = new TotalTable(key, tableStyle(args), limits, args.flag("skip-zeroes") ? "left out" : "shown");
    await engine.stream(statement, TYPES, (arrays, count) => {
      for (let i = 0; i < count; i++) {
        const [k, records, bytes, packets] = arrays.map((array) => number64(array, i));
        table.add(output, k!, { records: records!, bytes: bytes!, packets: packets! });
      }
    });
    table.finish(output, args.flag("summation") ? "with sums" : "without sums");
  });
  return 0;
}

/** The printed bins; keys come in ascending order. */
class TotalTable {
  readonly #key: TotalKey;
  readonly #style: TableStyle;
  readonly #columns: readonly TableColumn[];
  readonly #limits: VolumeLimits;
  readonly #empty: "left out" | "shown";
  #next = 0;
  #titled = false;
  readonly #sums = { records: 0, bytes: 0, packets: 0 };

  constructor(key: TotalKey, style: TableStyle, limits: VolumeLimits, empty: "left out" | "shown") {
    this.#key = key;
    this.#style = style;
    this.#limits = limits;
    this.#empty = empty;
    this.#columns = [
      { title: key.title, width: 11 },
      { title: "Records", width: 15 },
      { title: "Bytes", width: 20 },
      { title: "Packets", width: 17 },
    ];
  }

  add(output: TextOutput, key: number, volumes: Volumes): void {
    this.#titles(output);
    this.#empties(output, key);
    this.#next = key + 1;
    if (!this.#limits.admit(volumes)) return;
    this.#line(output, this.#key.text(key), volumes);
    this.#sums.records += volumes.records;
    this.#sums.bytes += volumes.bytes;
    this.#sums.packets += volumes.packets;
  }

  finish(output: TextOutput, ending: "with sums" | "without sums"): void {
    this.#titles(output);
    this.#empties(output, this.#key.count);
    if (ending === "with sums") this.#line(output, "TOTALS", this.#sums);
  }

  #titles(output: TextOutput): void {
    if (this.#titled) return;
    this.#titled = true;
    output.add(titleLine(this.#columns, this.#style));
  }

  /** Bins without flows before that of `end`. */
  #empties(output: TextOutput, end: number): void {
    if (this.#empty === "left out" || !this.#limits.admit(NOTHING)) return;
    for (let key = this.#next; key < end; key++) this.#line(output, this.#key.text(key), NOTHING);
  }

  #line(output: TextOutput, title: string, { records, bytes, packets }: Volumes): void {
    output.add(tableLine(this.#columns, [title, String(records), String(bytes), String(packets)], this.#style));
  }
}
