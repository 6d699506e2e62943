/** Runs that read flows, change them one by one, and write them. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import type { FlowFiles } from "../query/flow_files.js";
import { openFlowOutput, outputFormat, recordWriter } from "../query/flow_output.js";
import { FlowColumns } from "../record/columns.js";
import { loadSite } from "../site/load.js";
import type { Site } from "../site/site.js";
import { openRecordFiles, ROWS } from "./record_files.js";

/** Changes rows in place, or leaves some out by moving the others up and lowering `count`. */
export type ChangeRows = (rows: FlowColumns) => void;

/** Writes the flows of the inputs to `path` as `change` leaves them. */
export async function transformRecords(
  args: Arguments,
  called: string,
  change: ChangeRows,
  path = args.value("output-path") ?? "-",
): Promise<void> {
  const site = loadSite(args);
  const files = openRecordFiles(args, site);
  try {
    await transformFiles(files, site, path, args, called, change);
  } finally {
    files.close();
  }
}

/** The same with files that are open. An input that cannot be read leaves no output behind. */
export async function transformFiles(
  files: FlowFiles,
  site: Site,
  path: string,
  args: Arguments,
  called: string,
  change: ChangeRows,
): Promise<void> {
  const format = outputFormat(args, files.format());
  if (format === "parquet") throw new UsageError("--output-format=parquet is written by rwsort and rwfilter only");
  const rows = new FlowColumns(ROWS);
  files.read(rows);
  const output = openFlowOutput(path, await recordWriter(format), { site, files }, args, called);
  try {
    for (; rows.count > 0; files.read(rows)) {
      change(rows);
      if (rows.count > 0) output.write(rows);
    }
  } catch (error) {
    output.abort();
    throw error;
  }
  output.close();
}
