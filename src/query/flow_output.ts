/** Flow records as outputs of rwfilter, rwsort and others: IPFIX or SiLK, to files, FIFOs and standard output. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import { type OctetSink, openSink } from "../files/octet_sink.js";
import { IpfixRowWriter } from "../formats/ipfix/row_writer.js";
import type { FlowColumns, RowSink } from "../record/columns.js";
import type { Site } from "../site/site.js";
import type { FlowFiles, FlowFormat } from "./flow_files.js";
import { openSilkOutput } from "./silk_output.js";
import { FlowTable } from "./table/flow_table.js";
import { TABLE_FORMATS, type TableFormat } from "./table/table_format.js";
import { type TableWriter, tableWriter } from "./table/table_sink.js";

/** Formats of flow records on pipes. */
export type RecordFormat = "ipfix" | "silk";

export type OutputFormat = RecordFormat | TableFormat;

const OUTPUT_FORMATS = ["ipfix", "silk", ...TABLE_FORMATS] as const;

/** The format asked for, or what the first input suggests. */
export function outputFormat(args: Arguments, input: FlowFormat): OutputFormat {
  const given = args.value("output-format");
  if (given === undefined) return suggestedFormat(input);
  const found = OUTPUT_FORMATS.find((each) => each === given);
  if (found === undefined)
    throw new ArgumentError("output-format", `Expected one of ${OUTPUT_FORMATS.join(", ")}`, "output-format", given);
  return found;
}

/** What writes flow records in a format, loaded when it is one for tables. */
export async function recordWriter(format: Exclude<OutputFormat, "parquet">): Promise<RecordFormat | TableWriter> {
  return format === "ipfix" || format === "silk" ? format : tableWriter(format);
}

/** Flows stay in SiLK's format when that is what they came in. */
export function suggestedFormat(input: FlowFormat): RecordFormat {
  return input === "silk" ? "silk" : "ipfix";
}

/** Where flows come from, as far as their outputs tell of it. */
export interface FlowOrigin {
  readonly site: Site;
  readonly files: FlowFiles | undefined;
}

/** Takes rows and writes them; a new file stands under its name only after `close`. */
export class FlowOutput {
  readonly #octets: OctetSink;
  readonly #rows: RowSink;

  constructor(octets: OctetSink, rows: RowSink) {
    this.#octets = octets;
    this.#rows = rows;
  }

  write(rows: FlowColumns): void {
    this.#rows.write(rows);
  }

  close(): void {
    this.#rows.end();
    this.#octets.close();
  }

  abort(): void {
    this.#octets.abort();
  }
}

/**
 * Opens an output for flow records.
 *
 * @param format a format of flow records, or the writer of one for tables
 * @param called how the command was called, for the history in SiLK's headers
 */
export function openFlowOutput(
  path: string,
  format: RecordFormat | TableWriter,
  origin: FlowOrigin,
  args: Arguments,
  called: string,
): FlowOutput {
  if (typeof format !== "string") {
    const table = openSink(path, format.content);
    return new FlowOutput(table, new FlowTable(table, format, origin.site));
  }
  const octets = openSink(path, "binary");
  const rows =
    format === "silk"
      ? openSilkOutput(octets, path, origin.files, args, called)
      : new IpfixRowWriter(octets, { names: origin.site.config });
  return new FlowOutput(octets, rows);
}

/** Runs `write` with opened outputs: closes them after it, or leaves nothing of them when it fails. */
export async function withOutputs(outputs: readonly FlowOutput[], write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    for (const each of outputs) each.abort();
    throw error;
  }
  for (const each of outputs) each.close();
}
