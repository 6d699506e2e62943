/** Prints what files are: `flowtap fileinfo`. */
import type { Arguments } from "../../cli/switches.js";
import { ArgumentError, FlowtapError, UsageError } from "../../errors.js";
import { inputPaths } from "../../files/inputs.js";
import { isStdin, OctetSource } from "../../files/octet_source.js";
import {
  type Cell,
  type CellColumn,
  type CellFormat,
  type CellKind,
  writeCells,
} from "../../query/table/cell_table.js";
import { columnName } from "../../query/table/column_name.js";
import { loadSite } from "../../site/load.js";
import { Site, TWO_WAY_SITE } from "../../site/site.js";
import type { TextOutput } from "../../text/output.js";
import { openBody } from "./body.js";
import { type Description, FILE_FIELDS, type FieldValue, type FileFacts, type FileField } from "./file_description.js";
import { foreignDescription } from "./foreign_file.js";
import { isSilk, readSilkHeader, type SilkHeader } from "./header.js";

const TITLE_WIDTH = 20;

/**
 * Describes the files that the switches name.
 *
 * @param complain called with each file's error; the other files are still described
 * @returns whether all files could be read
 */
export function describeFiles(args: Arguments, out: TextOutput, complain: (message: string) => void): boolean {
  const fields = chosenFields(args.value("fields"));
  const titles = args.flag("no-titles") ? "without" : "with";
  const totals = { files: 0, records: 0, octets: 0 };
  const allRead = eachFile(args, complain, (path, { values, records, size }) => {
    totals.files += 1;
    totals.records += records;
    totals.octets += size;
    if (titles === "with") out.add(`${path}:\n`);
    for (const each of fields) out.add(fieldText(each.title, values.get(each.number), titles));
  });
  if (args.flag("summary")) {
    out.add("**SUMMARY**:\n");
    out.add(fieldText("number-files", String(totals.files), "with"));
    out.add(fieldText("total-records", String(totals.records), "with"));
    out.add(fieldText("all-file-sizes", String(totals.octets), "with"));
  }
  return allRead;
}

/** The same as a table for other programs, a row for each file. @returns whether all files could be read */
export async function writeDescriptions(
  args: Arguments,
  format: CellFormat,
  complain: (message: string) => void,
): Promise<boolean> {
  if (args.flag("summary")) throw new UsageError("Cannot use --summary with --output-format");
  const fields = chosenFields(args.value("fields"));
  const columns: readonly CellColumn[] = [
    { name: "file", kind: "text" },
    ...fields.map(({ name, kind }) => ({ name: columnName(name), kind })),
  ];
  let allRead = true;
  await writeCells(args, format, columns, (add) => {
    allRead = eachFile(args, complain, (path, { values }) =>
      add([path, ...fields.map(({ number, kind }) => cellOf(values.get(number), kind))]),
    );
  });
  return allRead;
}

function cellOf(value: FieldValue, kind: CellKind): Cell {
  if (value === undefined) return kind === "list" ? [] : undefined;
  return kind === "integer" ? Number(value) : value;
}

function eachFile(
  args: Arguments,
  complain: (message: string) => void,
  take: (path: string, description: Description) => void,
): boolean {
  if (!args.flag("xargs") && args.positionals.length === 0) throw new UsageError("No input files given");
  let allRead = true;
  let site: Site | undefined;
  for (const path of inputPaths(args)) {
    let description: Description;
    try {
      site ??= siteOf(args);
      description = descriptionOf(path, site);
    } catch (error) {
      if (!(error instanceof FlowtapError)) throw error;
      complain(error.message);
      allRead = false;
      continue;
    }
    take(path, description);
  }
  return allRead;
}

/** The names of all fields, one a line, for `--help-fields`. */
export function fieldsHelp(): string {
  const byNumber = [...FILE_FIELDS].sort((a, b) => a.number - b.number);
  return byNumber
    .map(({ name, number, help }) => `${String(number).padStart(3)}  ${name.padEnd(17)} ${help}\n`)
    .join("");
}

function siteOf(args: Arguments): Site {
  try {
    return loadSite(args);
  } catch (error) {
    // Names are a comfort here: a site that cannot be read is an error only when it was asked for.
    if (args.value("site-config-file") !== undefined) throw error;
    return new Site(TWO_WAY_SITE);
  }
}

function fieldText(title: string, value: FieldValue, titles: "with" | "without"): string {
  if (value === undefined) return "";
  if (titles === "without") return typeof value === "string" ? `${value}\n` : value.map((each) => `${each}\n`).join("");
  const start = `  ${title.padEnd(TITLE_WIDTH)}`;
  if (typeof value === "string") return `${start}${value}\n`;
  return `${start}\n${value.map((each, k) => `${String(k + 1).padStart(TITLE_WIDTH)}  ${each}\n`).join("")}`;
}

/**
 * The fields that `--fields` names, by name, number, range of numbers or unique prefix, in the order of printing.
 *
 * @throws ArgumentError naming a field that there is not
 */
function chosenFields(list: string | undefined): readonly FileField[] {
  if (list === undefined) return FILE_FIELDS;
  const chosen = new Set(list.split(",").flatMap((word) => fieldsNamed(word.trim(), list)));
  return FILE_FIELDS.filter((each) => chosen.has(each));
}

function fieldsNamed(word: string, list: string): readonly FileField[] {
  const range = /^(\d+)(?:-(\d+))?$/.exec(word);
  const fail = (reason: string) => new ArgumentError("fields", reason, "fields", list);
  if (range !== null) {
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    const found = FILE_FIELDS.filter(({ number }) => number >= first && number <= last);
    if (found.length !== last - first + 1) throw fail(`No match was found for the field '${word}'`);
    return found;
  }
  const given = word.toLowerCase();
  const exact = FILE_FIELDS.find(({ name, title }) => name === given || title === given);
  const found = exact === undefined ? FILE_FIELDS.filter(({ name }) => name.startsWith(given)) : [exact];
  if (word === "" || found.length === 0) throw fail(`No match was found for the field '${word}'`);
  if (found.length > 1) throw fail(`The field '${word}' matches multiple keys`);
  return found;
}

/** @throws InputError when the file cannot be read or is of no format that flowtap reads */
function descriptionOf(path: string, site: Site): Description {
  const source = new OctetSource(path);
  try {
    const size = isStdin(path) ? 0 : (source.size ?? 0);
    if (!isSilk(source)) return foreignDescription(source, size);
    const header = readSilkHeader(source);
    const facts: FileFacts = { header, records: countRecords(source, header), size, site };
    return { ...facts, values: new Map(FILE_FIELDS.map((each) => [each.number, each.value(facts)])) };
  } finally {
    source.close();
  }
}

/** Records behind the header, counted without taking them apart. */
function countRecords(source: OctetSource, header: SilkHeader): number {
  const length = Math.max(1, header.recordLength);
  const { size } = source;
  if (header.compression === "none" && size !== undefined && !source.isCompressed)
    return Math.floor((size - header.headerLength) / length);
  const body = openBody(source, header.compression);
  let octets = 0;
  while (body.need(1)) {
    octets += body.available;
    body.take(body.available);
  }
  return Math.floor(octets / length);
}
