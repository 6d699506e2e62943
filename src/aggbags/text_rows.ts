/** Rows of aggregate bags from lines of text, as rwaggbagbuild reads them. */
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { linesIn } from "../formats/silk/text/lines.js";
import type { Site } from "../site/site.js";
import { rowWords } from "./agg_bag.js";
import { AggBagBuilder } from "./agg_bag_builder.js";
import { type AggField, aggFieldNamed, inRecordOrder, wordOffsets } from "./agg_field.js";
import { type FieldParser, type FieldValue, fieldParser } from "./field_text.js";

/** A column that is not read. */
const IGNORED = "ignore";

/** What the columns of a text hold. */
export type ColumnList = readonly (AggField | typeof IGNORED)[];

export interface TextSyntax {
  /** One character. */
  readonly separator: string;
  /** Fields of `--fields`; undefined where titles tell them. */
  readonly listed: ColumnList | undefined;
  readonly firstLine: "may be titles" | "is values";
  /** Values that all rows have. */
  readonly constants: readonly FieldValue[];
}

/** Told of each line that cannot be read. */
export interface BadLines {
  /** @returns whether to go on */
  take(place: string, line: string, reason: string): "go on" | "stop";
}

/**
 * The columns of `--fields`.
 *
 * @throws ArgumentError naming a field that there is not or that is given twice
 */
export function listedColumns(list: string): ColumnList {
  const fail = (reason: string) => new ArgumentError("fields", reason, "fields", list);
  const columns = list.split(",").map((word) => {
    const found = columnNamed(word);
    if (found === undefined) throw fail(wrongWith(word));
    return found;
  });
  const twice = columns.find((each, k) => each !== IGNORED && columns.indexOf(each) !== k);
  if (twice !== undefined && twice !== IGNORED) throw fail(`Duplicate name '${twice.name}'`);
  return columns;
}

function columnNamed(word: string): AggField | typeof IGNORED | undefined {
  const given = word.trim().toLowerCase();
  // No field begins with `ig`.
  if (given.length > 1 && IGNORED.startsWith(given)) return IGNORED;
  const found = aggFieldNamed(given);
  return typeof found === "string" ? undefined : found;
}

/** The column of a title, which may be cut off. One that could be several fields' is an error: no column goes unread. */
function titledColumn(title: string, name: string): AggField | typeof IGNORED {
  const found = columnNamed(title);
  if (found !== undefined) return found;
  const reason = wrongWith(title);
  if (reason.endsWith("multiple fields")) throw new InputError(`${name}: title '${title.trim()}': ${reason}`);
  return IGNORED;
}

function wrongWith(word: string): string {
  const reason = aggFieldNamed(word);
  return typeof reason === "string" ? reason : "";
}

/** Reads texts and collects their rows. */
export class TextRows {
  readonly #syntax: TextSyntax;
  readonly #site: () => Site;
  readonly #bad: BadLines;
  #columns: ColumnList | undefined;
  #builder: AggBagBuilder | undefined;
  #row = new Uint32Array(0);
  #cells: readonly CellReader[] = [];

  constructor(syntax: TextSyntax, site: () => Site, bad: BadLines) {
    this.#syntax = syntax;
    this.#site = site;
    this.#bad = bad;
    if (syntax.listed !== undefined) this.#setColumns(syntax.listed, "--fields");
  }

  /** The rows that have been read; undefined when there was no line to tell their fields. */
  get builder(): AggBagBuilder | undefined {
    return this.#builder;
  }

  /**
   * Adds the rows of a file, or of standard input (`-`).
   *
   * @throws InputError when it cannot be read, or its titles do not make an aggregate bag
   */
  addFile(path: string): "complete" | "stopped" {
    const source = new OctetSource(path);
    try {
      let number = 0;
      let first = true;
      for (const line of linesIn(source)) {
        number += 1;
        const cells = this.#split(line);
        if (cells === undefined) continue;
        const isFirst = first;
        first = false;
        if (isFirst && this.#takesTitles(cells, source.name)) continue;
        const reason = this.#add(cells);
        if (reason === undefined) continue;
        if (this.#bad.take(`${source.name}:${number}`, line, reason) === "stop") return "stopped";
      }
      return "complete";
    } finally {
      source.close();
    }
  }

  /** The cells of a line without its comment; undefined when nothing is left. */
  #split(line: string): readonly string[] | undefined {
    const { separator } = this.#syntax;
    const comment = separator === "#" ? -1 : line.indexOf("#");
    const text = comment < 0 ? line : line.slice(0, comment);
    if (text.trim() === "") return undefined;
    const cells = text.split(separator);
    // rwaggbagcat puts a separator behind the last column, too.
    const most = this.#columns?.length ?? 1;
    if (cells.length > most && cells.at(-1)!.trim() === "") cells.pop();
    return cells;
  }

  /** Whether the first line of a file is titles; without `--fields` that of the first file must be. */
  #takesTitles(cells: readonly string[], name: string): boolean {
    const { listed, firstLine } = this.#syntax;
    if (listed !== undefined) return firstLine === "may be titles" && isTitles(cells, listed);
    // Of later files, too, but not of lines that have numbers: `in` may be a type or the beginning of a title.
    if (this.#columns !== undefined && cells.some((cell) => /^\s*\d/.test(cell))) return false;
    this.#setColumns(
      cells.map((cell) => titledColumn(cell, name)),
      name,
    );
    return true;
  }

  #setColumns(columns: ColumnList, from: string): void {
    const { constants } = this.#syntax;
    const fixed = constants.map(({ field }) => field);
    const read = columns.map((each) => (each !== IGNORED && fixed.includes(each) ? IGNORED : each));
    const all = [...read.filter((each) => each !== IGNORED), ...fixed];
    const twice = all.find((each, k) => all.indexOf(each) !== k);
    if (twice !== undefined) throw new InputError(`${from}: the field ${twice.name} is there twice`);
    for (const role of ["key", "counter"] as const)
      if (all.every((each) => each.role !== role))
        throw new InputError(`${from}: an aggregate bag needs at least one ${role} field`);
    const fields = this.#builder?.fields ?? inRecordOrder(all);
    if (all.length !== fields.length || all.some((each) => !fields.includes(each)))
      throw new InputError(`${from}: has other fields than the input before it`);
    this.#columns = read;
    this.#builder ??= new AggBagBuilder(fields);
    const offsets = wordOffsets(fields);
    this.#row = new Uint32Array(rowWords(fields));
    for (const { field, words } of constants) this.#row.set(words, offsets.get(field.name)!);
    const readers = read.flatMap((field, column): CellReader[] =>
      field === IGNORED ? [] : [{ field, column, at: offsets.get(field.name)!, parse: fieldParser(field, this.#site) }],
    );
    // What a type's name means depends on the class.
    this.#cells = [...readers].sort((a, b) => rank(a.field) - rank(b.field));
  }

  /** Adds a row; returns what is wrong with it instead. */
  #add(cells: readonly string[]): string | undefined {
    const columns = this.#columns!;
    if (cells.length < columns.length) return `Too few fields: ${cells.length} instead of ${columns.length}`;
    if (cells.length > columns.length) return `Too many fields: ${cells.length} instead of ${columns.length}`;
    const context = { className: undefined };
    for (const { field, column, at, parse } of this.#cells) {
      const cell = cells[column]!;
      try {
        parse(cell, this.#row, at, context);
      } catch (error) {
        if (error instanceof UsageError) return `Invalid ${field.name} '${cell.trim()}': ${error.message}`;
        throw error;
      }
    }
    this.#builder!.add(this.#row, 0);
    return undefined;
  }
}

/** A column that is read into the words of a row from `at` on. */
interface CellReader {
  readonly field: AggField;
  readonly column: number;
  readonly at: number;
  readonly parse: FieldParser;
}

function rank({ kind }: AggField): number {
  return kind === "type" ? 1 : 0;
}

/** Whether a line is the titles of these columns, which may be cut off, rather than their values. */
function isTitles(cells: readonly string[], columns: ColumnList): boolean {
  let titles = 0;
  for (const [k, column] of columns.entries()) {
    if (column === IGNORED) continue;
    const title = (cells[k] ?? "").trim().toLowerCase();
    if (title === "" || !column.name.toLowerCase().startsWith(title)) return false;
    titles += 1;
  }
  return titles > 0;
}
