/** Bags in files, and the header of those that are written. */
import type { Arguments } from "../cli/switches.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { type BagFile, readBag } from "../formats/silk/bag.js";
import { BagWriter } from "../formats/silk/bag_writer.js";
import type { Compression } from "../formats/silk/compression.js";
import type { SilkHeader } from "../formats/silk/header.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import { historyOf, invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import type { Bag } from "./bag.js";

/**
 * Reads a bag from a file, or standard input (`-`, `stdin`).
 *
 * @throws InputError naming the file
 */
export function loadBag(path: string): BagFile {
  const source = new OctetSource(path);
  try {
    return readBag(source);
  } finally {
    source.close();
  }
}

export interface SaveOptions {
  readonly compression: Compression;
  /** Command lines and notes for the header, oldest first. */
  readonly entries: readonly HeaderEntry[];
}

/**
 * How the switches say that a bag is written.
 *
 * @param called how the command was called
 * @param inherited headers of the inputs, whose command lines and notes are kept
 */
export function bagSaveOptions(
  args: Arguments,
  called: string,
  path: string,
  inherited: readonly SilkHeader[] = [],
): SaveOptions {
  const history = args.flag("invocation-strip") ? [] : [...historyOf(inherited), invocationEntry(called)];
  const notes = args.flag("note-strip") ? [] : inherited.flatMap(({ entries }) => entries);
  return {
    compression: outputCompression(args, path),
    entries: [...history, ...notes.filter(({ kind }) => kind === "annotation"), ...noteEntries(args)],
  };
}

/**
 * Writes a bag as a file, or to standard output (`-`, `stdout`); leaves nothing of a new file when that fails.
 *
 * @throws OutputError naming the path; ClosedPipeError
 */
export function saveBag(path: string, bag: Bag, options: SaveOptions): void {
  const sink = openSink(path, "binary");
  try {
    const writer = new BagWriter(sink, { ...options, type: bag.type, width: bag.width });
    writer.addBag(bag);
    writer.end();
  } catch (error) {
    if (!isStdout(path)) sink.abort();
    throw error;
  }
  sink.close();
}
