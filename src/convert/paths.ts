/** What is converted, and into what: the last argument is the output, and its ending says the format. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { type OutputFormat, outputFormat } from "../query/flow_output.js";

/** Formats by the ending of a name. */
const ENDINGS: readonly (readonly [RegExp, OutputFormat])[] = [
  [/\.(ipfix|yaf)$/i, "ipfix"],
  [/\.(rw|rwf|silk)$/i, "silk"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(arrow|arrows)$/i, "arrow"],
  [/\.(json|jsonl|ndjson)$/i, "json"],
  [/\.csv$/i, "csv"],
];

export interface ConversionPaths {
  readonly inputs: readonly string[];
  readonly output: string;
  readonly format: OutputFormat;
}

/** @throws UsageError when there are too few names, or nothing tells the format */
export function conversionPaths(args: Arguments): ConversionPaths {
  const inputs = args.positionals.slice(0, -1);
  const output = args.positionals.at(-1);
  if (output === undefined || inputs.length === 0)
    throw new UsageError("give at least two names: the files to read, and last the one to write");
  return { inputs, output, format: formatOf(args, output) };
}

function formatOf(args: Arguments, output: string): OutputFormat {
  if (args.flag("output-format")) return outputFormat(args, "ipfix");
  if (/nfcapd/i.test(output)) throw new UsageError(`${output}: files of nfdump are read, not written`);
  const found = ENDINGS.find(([ending]) => ending.test(output))?.[1];
  if (found !== undefined) return found;
  throw new UsageError(
    `cannot tell the format of ${output}: give --output-format, or end it in .ipfix, .rw, .parquet, .arrow, .json or .csv`,
  );
}
