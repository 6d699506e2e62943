/** What `rwpmaplookup` does. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { OctetSource } from "../files/octet_source.js";
import { linesIn } from "../formats/silk/text/lines.js";
import { cellFormat, writeCells } from "../query/table/cell_table.js";
import { columnName } from "../query/table/column_name.js";
import { increment } from "../sets/edges.js";
import { loadAddressSet } from "../sets/set_file.js";
import { ipFormat } from "../text/ip_format.js";
import { withTextOutput } from "../text/output.js";
import { tableLine, tableStyle, titleLine } from "../text/table.js";
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
  const format = cellFormat(args);
  const lookUpAll = (take: (cells: readonly string[]) => void) => {
    const lookup = new Lookup(map, columns, take);
    if (args.flag("no-files")) for (const key of args.positionals) lookup.ofText(key, key, report);
    for (const each of paths) {
      if (args.flag("ipset-files")) lookUpSet(each, lookup);
      else lookUpFile(each, lookup, report);
    }
  };
  if (format !== undefined) {
    const named = columns.map(({ title }) => ({ name: columnName(title), kind: "text" }) as const);
    await writeCells(args, format, named, lookUpAll);
    return 0;
  }
  await withTextOutput(args, async (output) => {
    output.add(titleLine(columns, table));
    lookUpAll((cells) => output.add(tableLine(columns, cells, table)));
  });
  return 0;
}

class Lookup {
  readonly #map: LookedUpMap;
  readonly #columns: readonly LookupColumn[];
  readonly #take: (cells: readonly string[]) => void;

  /** @param take called with the columns' cells for each key */
  constructor(map: LookedUpMap, columns: readonly LookupColumn[], take: (cells: readonly string[]) => void) {
    this.#map = map;
    this.#columns = columns;
    this.#take = take;
  }

  of(key: Uint32Array, input: string | undefined): void {
    const answer = this.#map.find(key);
    this.#take(this.#columns.map(({ cell }) => cell(key, answer, input)));
  }

  /** Looks up a key in text, or reports why there is none. */
  ofText(text: string, place: string, report: (text: string) => void): void {
    let key: Uint32Array;
    try {
      key = this.#map.parse(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      report(`Error parsing key ${place}: ${error.message}`);
      return;
    }
    this.of(key, text);
  }
}

/** Keys one a line; `#` begins a comment. */
function lookUpFile(path: string, lookup: Lookup, report: (text: string) => void): void {
  const source = new OctetSource(path);
  try {
    let line = 0;
    for (const each of linesIn(source)) {
      line += 1;
      const comment = each.indexOf("#");
      const text = (comment < 0 ? each : each.slice(0, comment)).trim();
      if (text !== "") lookup.ofText(text, `on line ${line} of ${source.name}`, report);
    }
  } finally {
    source.close();
  }
}

/** The addresses of a set. */
function lookUpSet(path: string, lookup: Lookup): void {
  loadAddressSet(path).forEachRange((range) => {
    const key = range.slice(0, 4);
    for (;;) {
      lookup.of(key, undefined);
      if (key.every((word, k) => word === range[4 + k])) return;
      increment(key, 0, 4);
    }
  });
}
