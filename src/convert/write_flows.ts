/** The flows of a query in the format asked for. */
import type { Arguments } from "../cli/switches.js";
import { type FlowOutput, type OutputFormat, openFlowOutput, recordWriter, withOutputs } from "../query/flow_output.js";
import type { FlowQuery } from "../query/flow_query.js";
import { asRows, ROW_PARTS } from "../query/result_rows.js";
import { filterToParquet } from "../query/table/parquet_filter.js";
import { COLUMN_NAMES, FlowColumns } from "../record/columns.js";
import { ROWS } from "../records/record_files.js";
import type { ChangeRows } from "../records/transform.js";

/**
 * Writes all flows of the query to `path`, or leaves nothing there.
 *
 * @param change brings rows into the bounds of the format
 */
export async function writeFlows(
  query: FlowQuery,
  path: string,
  format: OutputFormat,
  change: ChangeRows,
  args: Arguments,
  called: string,
): Promise<void> {
  if (format === "parquet") {
    await filterToParquet(query, [{ kind: "pass", path, most: Number.POSITIVE_INFINITY }], "uncounted");
    return;
  }
  const writer = await recordWriter(format);
  const open = () => openFlowOutput(path, writer, query, args, called);
  if (readsFilesOnly(query)) await copyRows(query, open, change);
  else await selectRows(query, open, change);
}

/** Whether all flows of files are wanted that flowtap reads itself: then no query engine is needed. */
function readsFilesOnly({ files, inputs, partitioning }: FlowQuery): boolean {
  return partitioning === "none" && files !== undefined && inputs.paths.length === files.paths.length;
}

async function copyRows({ files }: FlowQuery, open: () => FlowOutput, change: ChangeRows): Promise<void> {
  const rows = new FlowColumns(ROWS);
  // An input that cannot be read leaves no output behind, and what it says of its sensors comes first.
  files!.read(rows);
  const output = open();
  await withOutputs([output], async () => {
    for (; rows.count > 0; files!.read(rows)) {
      change(rows);
      if (rows.count > 0) output.write(rows);
    }
  });
}

async function selectRows(query: FlowQuery, open: () => FlowOutput, change: ChangeRows): Promise<void> {
  // The engine first: statements name the rows as it knows them.
  await query.engine();
  const statement = query.statement(`SELECT ${COLUMN_NAMES.join(", ")} FROM flows`);
  const output = open();
  await withOutputs([output], () =>
    query.deliver(statement, COLUMN_NAMES, ROW_PARTS, (arrays, count) => {
      const rows = asRows(arrays, count);
      change(rows);
      if (rows.count > 0) output.write(rows);
    }),
  );
}
