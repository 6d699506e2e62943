/** Makes flow records of text: `flowtap tuc`. */
import type { Arguments, Switch } from "../../../cli/switches.js";
import { ArgumentError, FlowtapError, InputError, UsageError } from "../../../errors.js";
import { inputPaths } from "../../../files/inputs.js";
import { type OctetSink, openSink } from "../../../files/octet_sink.js";
import { OctetSource } from "../../../files/octet_source.js";
import { FlowColumns, type RowSink } from "../../../record/columns.js";
import { loadSite } from "../../../site/load.js";
import type { Site } from "../../../site/site.js";
import { TextOutput } from "../../../text/output.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../flow_writer.js";
import { invocationEntry, noteEntries, outputCompression } from "../output.js";
import { isTitleLine, listedFields, titledFields } from "./columns.js";
import { DraftFlow } from "./draft.js";
import { IGNORED, TEXT_FIELDS, type TextField } from "./fields.js";
import { linesIn } from "./lines.js";

/** Rows written at once. */
const ROWS = 4096;

/** The switches that give fields a fixed value. */
export const FIXED_SWITCHES: readonly Switch[] = TEXT_FIELDS.flatMap(({ name, fixed }) =>
  fixed === undefined
    ? []
    : [
        {
          name: fixed.option,
          argument: fixed.argument,
          group: "Fixed values",
          help: `Set ${name} of all flows to this`,
        },
      ],
);

/**
 * Converts the inputs as the switches say.
 *
 * @param complain called with the reason for each bad line that is to be reported
 * @returns `stopped` when a bad line ended the conversion
 */
export async function convertText(
  args: Arguments,
  called: string,
  complain: (message: string) => void,
): Promise<"complete" | "stopped"> {
  const path = args.value("output-path") ?? "-";
  const compression = outputCompression(args, path);
  const conversion = new Conversion(args, complain);
  const entries = [invocationEntry(called), ...noteEntries(args)];
  const paths = inputPaths(args);
  const badPath = args.value("bad-input-lines");
  const bad = badPath === undefined ? undefined : new TextOutput(openSink(badPath, "text"));
  const sink: OctetSink = openSink(path, "binary");
  try {
    let writer: SilkFlowWriter | undefined;
    // The header comes with the first rows: an input that cannot be opened leaves nothing on a pipe.
    const opened = () =>
      (writer ??= new SilkFlowWriter(sink, { records: "any", byteOrder: NATIVE_BYTE_ORDER, compression, entries }));
    const output: RowSink = { write: (rows) => opened().write(rows), end: () => opened().end() };
    const outcome = paths.every((each) => conversion.convert(each, output, bad)) ? "complete" : "stopped";
    conversion.flush(output);
    output.end();
    sink.close();
    await bad?.end();
    return outcome;
  } catch (error) {
    sink.abort();
    bad?.abort();
    throw error;
  }
}

class Conversion {
  readonly #complain: (message: string) => void;
  readonly #site: Site;
  readonly #listed: readonly TextField[] | undefined;
  readonly #separator: string;
  readonly #firstLine: "may be titles" | "is values";
  readonly #onError: "go on" | "stop";
  readonly #verbose: "reasons" | "silent";
  /** Values that all flows have. */
  readonly #fixed: readonly { readonly field: TextField; readonly text: string }[];
  readonly #rows = new FlowColumns(ROWS);

  constructor(args: Arguments, complain: (message: string) => void) {
    this.#complain = complain;
    this.#site = loadSite(args);
    const list = args.value("fields");
    this.#listed = list === undefined ? undefined : listedFields(list);
    this.#separator = args.value("column-separator") ?? "|";
    if (this.#separator.length !== 1)
      throw new ArgumentError("column-separator", "Not a single character", "column-separator", this.#separator);
    this.#firstLine = args.flag("no-titles") ? "is values" : "may be titles";
    if (this.#firstLine === "is values" && this.#listed === undefined)
      throw new UsageError("The --fields switch is required when --no-titles is given");
    this.#onError = args.flag("stop-on-error") ? "stop" : "go on";
    this.#verbose = args.flag("verbose") || this.#onError === "stop" ? "reasons" : "silent";
    this.#fixed = this.#fixedValues(args);
  }

  /** @throws ArgumentError naming the switch whose value is wrong */
  #fixedValues(args: Arguments) {
    const draft = new DraftFlow();
    const values = TEXT_FIELDS.flatMap((field) => {
      const option = field.fixed?.option;
      const text = option === undefined ? undefined : args.value(option);
      if (option === undefined || text === undefined) return [];
      try {
        field.set(draft, text, this.#site);
      } catch (error) {
        if (error instanceof UsageError) throw new ArgumentError(option, error.message, option, text);
        throw error;
      }
      return [{ field, text }];
    });
    return values;
  }

  /** Converts one file; returns false when a bad line stopped it. */
  convert(path: string, sink: RowSink, bad: TextOutput | undefined): boolean {
    const source = new OctetSource(path);
    try {
      let fields = this.#listed;
      let number = 0;
      for (const line of linesIn(source)) {
        number += 1;
        if (line.trim() === "") continue;
        const cells = this.#cells(line);
        if (fields === undefined) {
          fields = titledFields(cells);
          if (fields === undefined)
            throw new InputError(`${source.name}: cannot tell the fields: the first line has no titles`);
          continue;
        }
        if (number === 1 && this.#firstLine === "may be titles" && isTitleLine(cells, fields)) continue;
        const fault = this.#add(cells, fields, sink);
        if (fault === undefined) continue;
        bad?.add(`${source.name}:${number}:${line}\n`);
        if (this.#verbose === "reasons") this.#complain(`${source.name}:${number}: ${fault}`);
        if (this.#onError === "stop") return false;
      }
      return true;
    } finally {
      source.close();
    }
  }

  #cells(line: string): readonly string[] {
    const cells = line.split(this.#separator);
    // rwcut puts a separator behind the last column, too.
    if (cells.length > 1 && cells.at(-1)!.trim() === "") cells.pop();
    return cells;
  }

  /** Adds a flow; returns what is wrong with it instead. */
  #add(cells: readonly string[], fields: readonly TextField[], sink: RowSink): string | undefined {
    // An empty last value looks like the separator at the end of a line.
    if (cells.length < fields.length - 1) return `Too few fields: ${cells.length} instead of ${fields.length}`;
    if (cells.length > fields.length) return `Too many fields: ${cells.length} instead of ${fields.length}`;
    const draft = new DraftFlow();
    let what = "";
    try {
      for (const [k, cell] of cells.entries()) {
        const field = fields[k]!;
        if (field === IGNORED || cell.trim() === "") continue;
        what = `Invalid ${field.name} '${cell.trim()}': `;
        field.set(draft, cell, this.#site);
      }
      for (const { field, text } of this.#fixed) field.set(draft, text, this.#site);
      what = "";
      draft.store(this.#rows, this.#rows.count, this.#site);
    } catch (error) {
      if (error instanceof FlowtapError) return `${what}${error.message}`;
      throw error;
    }
    this.#rows.count += 1;
    if (this.#rows.count === ROWS) this.flush(sink);
    return undefined;
  }

  /** Writes the flows that are held. */
  flush(sink: RowSink): void {
    sink.write(this.#rows);
    this.#rows.count = 0;
  }
}
