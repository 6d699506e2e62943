/** rwsort: flows in an order. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { COLUMNS } from "../record/columns.js";
import type { FieldUse, FlowField } from "./field.js";
import { chooseFlowFields } from "./fields.js";
import { openFlowOutput, outputFormat, recordWriter, withOutputs } from "./flow_output.js";
import type { FlowQuery } from "./flow_query.js";
import { plainStyle } from "./print_style.js";
import { asRows } from "./result_rows.js";
import { siteMetadata } from "./table/parquet_site.js";
import { recordList, writeParquet } from "./table/parquet_table.js";

/** Flows that are not ICMP sort with type and code 0, as in SiLK. */
function useOf({ name }: FlowField): FieldUse {
  return name === "iType" || name === "iCode" ? "bin" : "record";
}

/** Writes the flows of the query in the order of some fields and returns the exit status. */
export async function runSort(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const list = args.value("fields");
  if (list === undefined) throw new UsageError("The --fields switch is required");
  const style = plainStyle(query);
  const direction = args.flag("reverse") ? "DESC" : "ASC";
  const keys = chooseFlowFields(list, "fields", query.prefixMaps.fields()).flatMap((field) =>
    field.parts(useOf(field), style),
  );
  const order = keys.map(({ sql }) => `${sql} ${direction}`);
  const format = outputFormat(args, query.inputs.format());
  const path = args.value("output-path") ?? "-";
  const engine = await query.engine();
  // Flows that are equal keep the order of the input.
  const sorted = (list: string) =>
    query.statement(
      `SELECT ${list} FROM (SELECT *, row_number() OVER () AS arrival FROM flows) ORDER BY ${order.join(", ")}, arrival`,
    );
  if (format === "parquet") {
    await writeParquet(engine, sorted(recordList(query.site)), path, [siteMetadata(query.site)]);
    return 0;
  }
  const statement = sorted("* EXCLUDE (arrival)");
  const output = openFlowOutput(path, await recordWriter(format), query, args, called);
  await withOutputs([output], () =>
    engine.stream(
      statement,
      COLUMNS.map(({ type }) => type),
      (arrays, count) => output.write(asRows(arrays, count)),
    ),
  );
  return 0;
}
