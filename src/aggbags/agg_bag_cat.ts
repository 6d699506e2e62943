/** What rwaggbagcat does. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import type { AggBagFile } from "../formats/silk/aggbag.js";
import { type TableFormat, tableFormat } from "../query/table/table_format.js";
import { loadSite } from "../site/load.js";
import { ipFormat } from "../text/ip_format.js";
import { openTextOutput, type TextOutput } from "../text/output.js";
import { timeFormat } from "../text/silk_time.js";
import { type TableStyle, tableStyle, titleLine } from "../text/table.js";
import { withAggBag } from "./agg_bag_file.js";
import { aggField, wordOffsets } from "./agg_field.js";
import { type AggPrintStyle, fieldPrinter } from "./field_printer.js";

/** Runs `rwaggbagcat` and returns its exit status. */
export async function runAggBagCat(args: Arguments): Promise<number> {
  const format = tableFormat(args);
  const table = tableStyle(args);
  const style = printStyle(args, table);
  const paths = inputPaths(args);
  if (format !== undefined) return writeTable(args, paths, style, format);
  const output = openTextOutput(args);
  try {
    for (const path of paths) withAggBag(path, (file) => printRows(file, style, table, output));
  } finally {
    // What was printed of the files before one that cannot be read stays.
    await output.end();
  }
  return 0;
}

function printStyle(args: Arguments, { padded }: TableStyle): AggPrintStyle {
  return {
    site: loadSite(args),
    time: { ...timeFormat(args), fraction: 0 },
    ip: ipFormat(args),
    // The only format whose name begins so.
    mappedIpv4: /(^|,)\s*u/i.test(args.value("ip-format") ?? "") ? "as-ipv4" : "as-ipv6",
    sensors: args.flag("integer-sensors") ? "numbers" : "names",
    flags: args.flag("integer-tcp-flags") ? "numbers" : "letters",
    padding: padded ? "padded" : "unpadded",
  };
}

function printRows(file: AggBagFile, style: AggPrintStyle, table: TableStyle, output: TextOutput): void {
  const printers = file.fields.map((each) => fieldPrinter(aggField(each), style));
  const offsets = [...wordOffsets(file.fields).values()];
  const { padded, separator, finalSeparator } = table;
  const last = printers.length - 1;
  output.add(titleLine(printers, table));
  file.forEachRow((words) => {
    let line = "";
    for (let k = 0; k <= last; k++) {
      const { width, text } = printers[k]!;
      const cell = text(words, offsets[k]!);
      line += padded ? cell.padStart(width) : cell;
      if (k < last || finalSeparator) line += separator;
    }
    output.add(`${line}\n`);
  });
}

async function writeTable(
  args: Arguments,
  paths: readonly string[],
  { site }: AggPrintStyle,
  format: TableFormat,
): Promise<number> {
  const [path, another] = paths;
  if (another !== undefined) throw new UsageError("--output-format takes one aggregate bag only");
  const { writeAggBagTable } = await import("./agg_bag_table.js");
  await writeAggBagTable(path!, format, args.value("output-path") ?? "-", site);
  return 0;
}
