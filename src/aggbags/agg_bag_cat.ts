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
import { type AggPrintStyle, type FieldPrinter, fieldPrinter } from "./field_printer.js";
import { NativeRows } from "./native_rows.js";

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

/** Rows up to which loading the native part costs more than it gains. */
const FEW = 5000;

function printRows(file: AggBagFile, style: AggPrintStyle, table: TableStyle, output: TextOutput): void {
  const printers = file.fields.map((each) => fieldPrinter(aggField(each), style));
  const line = lineMaker(printers, [...wordOffsets(file.fields).values()], table);
  let rows = 0;
  let native: NativeRows | undefined;
  output.add(titleLine(printers, table));
  file.forEachRow((words) => {
    rows += 1;
    if (rows === FEW) native = NativeRows.of(file.fields, style, table, (octets) => output.addOctets(octets));
    if (native?.add(words)) return;
    native?.flush();
    output.add(line(words));
  });
  native?.flush();
}

function lineMaker(
  printers: readonly FieldPrinter[],
  offsets: readonly number[],
  { padded, separator, finalSeparator }: TableStyle,
): (words: Uint32Array) => string {
  const last = printers.length - 1;
  return (words) => {
    let line = "";
    for (let k = 0; k <= last; k++) {
      const { width, text } = printers[k]!;
      const cell = text(words, offsets[k]!);
      line += padded ? cell.padStart(width) : cell;
      if (k < last || finalSeparator) line += separator;
    }
    return `${line}\n`;
  };
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
