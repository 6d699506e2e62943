/** rwsort: flows in an order. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { COLUMNS } from "../record/columns.js";
import { CANONICAL } from "../text/ip_format.js";
import { TIME_FORMAT_DEFAULT } from "../text/silk_time.js";
import { chooseFlowFields, type PrintStyle } from "./fields.js";
import { asRows } from "./filter.js";
import { openFlowOutput, outputFormat, withOutputs } from "./flow_output.js";
import type { FlowQuery } from "./flow_query.js";

/** Writes the flows of the query in the order of some fields and returns the exit status. */
export async function runSort(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const list = args.value("fields");
  if (list === undefined) throw new UsageError("The --fields switch is required");
  const style: PrintStyle = {
    site: query.site,
    countries: query.countries,
    time: TIME_FORMAT_DEFAULT,
    ip: CANONICAL,
    addresses: "ipv4-and-ipv6",
    sensors: "names",
    flags: "letters",
    padded: true,
  };
  const direction = args.flag("reverse") ? "DESC" : "ASC";
  const keys = chooseFlowFields(list, "fields").flatMap((field) => field.parts("record", style));
  const order = keys.map(({ sql }) => `${sql} ${direction}`);
  const format = outputFormat(args, query.inputs.format());
  if (format !== "ipfix" && format !== "silk") throw new UsageError(`--output-format=${format}: not implemented`);
  const engine = await query.engine();
  // Flows that are equal keep the order of the input.
  const statement = query.statement(
    `SELECT * EXCLUDE (arrival) FROM (SELECT *, row_number() OVER () AS arrival FROM flows) ORDER BY ${order.join(", ")}, arrival`,
  );
  const output = openFlowOutput(args.value("output-path") ?? "-", format, query, args, called);
  await withOutputs([output], () =>
    engine.stream(
      statement,
      COLUMNS.map(({ type }) => type),
      (arrays, count) => output.write(asRows(arrays, count)),
    ),
  );
  return 0;
}
