/** Flow files that the record tools read in order, without the query engine. */
import type { Arguments, Switch } from "../cli/switches.js";
import { InputError } from "../errors.js";
import { inputPaths, XARGS_SWITCH } from "../files/inputs.js";
import { OUTPUT_PATH_SWITCH } from "../formats/silk/output.js";
import { FlowFiles, isParquet } from "../query/flow_files.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { SITE_SWITCH } from "../site/load.js";
import type { Site } from "../site/site.js";

export const PRINT_FILENAMES_SWITCH: Switch = {
  name: "print-filenames",
  group: "Input",
  help: "Print the names of the inputs on standard error as they are read",
};

/** Switches of the tools that read files of flows and write flows. */
export const RECORD_SWITCHES: readonly Switch[] = [
  OUTPUT_PATH_SWITCH,
  ...FLOW_OUTPUT_SWITCHES,
  PRINT_FILENAMES_SWITCH,
  XARGS_SWITCH,
  SITE_SWITCH,
];

/** Rows taken at once; their columns stay in the second-level cache. */
export const ROWS = 4096;

/**
 * Opens the files that the arguments name.
 *
 * @param site learns the names that streams bring
 * @throws InputError for a Parquet file: those are read by the query engine
 */
export function openRecordFiles(args: Arguments, site: Site, paths = inputPaths(args)): FlowFiles {
  const parquet = paths.find(isParquet);
  if (parquet !== undefined)
    throw new InputError(`${parquet}: Parquet files are not read here: rwsort and rwfilter make flow files of them`);
  const onOpen = args.flag("print-filenames")
    ? (path: string) => void process.stderr.write(`${path === "-" ? "stdin" : path}\n`)
    : () => {};
  return new FlowFiles(paths, { site, onOpen });
}
