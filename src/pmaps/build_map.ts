/** What `rwpmapbuild` does: a prefix map from text. */
import { isatty } from "node:tty";
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import { invocationEntry, noteEntries } from "../formats/silk/output.js";
import { type WrittenPrefixMap, writePrefixMap } from "../formats/silk/prefix_map_writer.js";
import { linesIn } from "../formats/silk/text/lines.js";
import { MapText, parseMode } from "./map_text.js";

/** Runs `rwpmapbuild` and returns its exit status. */
export async function runMapBuild(args: Arguments, called: string): Promise<number> {
  const { positionals } = args;
  if (positionals.length > 0) throw new UsageError(`Too many arguments or unrecognized switch '${positionals[0]}'`);
  const mode = args.value("mode");
  const text = new MapText(mode === undefined ? undefined : modeOf(mode));
  const input = args.value("input-path") ?? args.value("input-file");
  const output = args.value("output-path") ?? args.value("output-file") ?? "-";
  if (input === undefined && isatty(0)) throw new UsageError("No --input-path given and standard input is a terminal");
  const entries = entriesOf(args, called);
  const errors = readLines(input ?? "-", text, called);
  if (errors > 0 && !args.flag("ignore-errors")) return 1;
  if (!args.flag("dry-run")) save(output, text.build(), entries);
  return 0;
}

function modeOf(given: string) {
  try {
    return parseMode(given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ArgumentError("mode", error.message, "mode", given);
  }
}

function entriesOf(args: Arguments, called: string): readonly HeaderEntry[] {
  return [...(args.flag("invocation-strip") ? [] : [invocationEntry(called)]), ...noteEntries(args)];
}

/** Lines with errors that are reported at most. */
const MOST_ERRORS = 20;

/** Reads all lines and reports those with errors; returns their number. */
function readLines(path: string, text: MapText, called: string): number {
  const source = new OctetSource(path);
  let errors = 0;
  try {
    let line = 0;
    for (const each of linesIn(source)) {
      line += 1;
      try {
        text.add(each);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        errors += 1;
        if (errors > MOST_ERRORS) continue;
        process.stderr.write(`${called}: Error on line ${line} of ${source.name}: ${error.message}\n`);
      }
    }
  } finally {
    source.close();
  }
  if (errors > MOST_ERRORS) process.stderr.write(`${called}: ${errors - MOST_ERRORS} more lines have errors\n`);
  return errors;
}

function save(path: string, map: WrittenPrefixMap, entries: readonly HeaderEntry[]): void {
  if (new TextEncoder().encode(map.labels.join("\0")).length > 1 << 26)
    throw new InputError("labels of the prefix map take more than 64 MiB");
  const sink = openSink(path, "binary");
  try {
    writePrefixMap(sink, map, entries);
  } catch (error) {
    if (!isStdout(path)) sink.abort();
    throw error;
  }
  sink.close();
}
