/** What `rwpmaplookup` does. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { OctetSource } from "../files/octet_source.js";
import { linesIn } from "../formats/silk/text/lines.js";
import { increment } from "../sets/edges.js";
import { loadAddressSet } from "../sets/set_file.js";
import { ipFormat } from "../text/ip_format.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { type TableStyle, tableLine, tableStyle, titleLine } from "../text/table.js";
import { type LookedUpMap, openLookedUpMap } from "./looked_up_map.js";
import { type LookupColumn, lookupColumns } from "./lookup_columns.js";
import { chosenMap } from "./map_choice.js";

/** Runs `rwpmaplookup` and returns its exit status. */
export async function runMapLookup(args: Arguments, called: string): Promise<number> {
  const path = chosenMap(args);
  if (path === undefined) throw new UsageError("Must specify one of --map-file, --address-types, --country-codes");
  if (args.flag("no-files") && args.flag("ipset-files"))
    throw new UsageError("Cannot use --no-files with --ipset-files");
  if (args.flag("no-files") && args.flag("xargs")) throw new UsageError("Cannot use --no-files with --xargs");
  if (args.flag("no-files") && args.positionals.length === 0) throw new UsageError("No keys given to look up");
  const table = tableStyle(args);
  const ip = ipFormat(args);
  const paths = args.flag("no-files") ? [] : inputPaths(args);
  const map = openLookedUpMap(path);
  if (args.flag("ipset-files") && map.key === "proto-port")
    throw new UsageError("Cannot use --ipset-files with a map of protocols and ports");
  const columns = lookupColumns(args.value("fields"), map, ip);
  const report = args.flag("no-errors")
    ? () => {}
    : (text: string) => void process.stderr.write(`${called}: ${text}\n`);
  await withTextOutput(args, async (output) => {
    const printer = new AnswerPrinter(map, columns, table, output);
    output.add(titleLine(columns, table));
    if (args.flag("no-files")) for (const key of args.positionals) printer.printText(key, key, report);
    for (const each of paths) {
      if (args.flag("ipset-files")) printSet(each, printer);
      else printFile(each, printer, report);
    }
  });
  return 0;
}

class AnswerPrinter {
  readonly #map: LookedUpMap;
  readonly #columns: readonly LookupColumn[];
  readonly #table: TableStyle;
  readonly #output: TextOutput;

  constructor(map: LookedUpMap, columns: readonly LookupColumn[], table: TableStyle, output: TextOutput) {
    this.#map = map;
    this.#columns = columns;
    this.#table = table;
    this.#output = output;
  }

  print(key: Uint32Array, input: string | undefined): void {
    const answer = this.#map.find(key);
    const cells = this.#columns.map(({ cell }) => cell(key, answer, input));
    this.#output.add(tableLine(this.#columns, cells, this.#table));
  }

  /** Looks up a key in text, or reports why there is none. */
  printText(text: string, place: string, report: (text: string) => void): void {
    let key: Uint32Array;
    try {
      key = this.#map.parse(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      report(`Error parsing key ${place}: ${error.message}`);
      return;
    }
    this.print(key, text);
  }
}

/** Keys one a line; `#` begins a comment. */
function printFile(path: string, printer: AnswerPrinter, report: (text: string) => void): void {
  const source = new OctetSource(path);
  try {
    let line = 0;
    for (const each of linesIn(source)) {
      line += 1;
      const comment = each.indexOf("#");
      const text = (comment < 0 ? each : each.slice(0, comment)).trim();
      if (text !== "") printer.printText(text, `on line ${line} of ${source.name}`, report);
    }
  } finally {
    source.close();
  }
}

/** The addresses of a set. */
function printSet(path: string, printer: AnswerPrinter): void {
  loadAddressSet(path).forEachRange((range) => {
    const key = range.slice(0, 4);
    for (;;) {
      printer.print(key, undefined);
      if (key.every((word, k) => word === range[4 + k])) return;
      increment(key, 0, 4);
    }
  });
}
