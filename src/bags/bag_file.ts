/** Bags in files, and the header of those that are written. */
import type { Arguments } from "../cli/switches.js";
import { isStdout, type OctetSink, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { type BagFile, readBag } from "../formats/silk/bag.js";
import { type BagSpec, BagWriter } from "../formats/silk/bag_writer.js";
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
 * Opens a bag file that `write` fills, or leaves nothing of a new one when that fails.
 *
 * @throws OutputError naming the path; ClosedPipeError
 */
export async function withBagWriter(
  path: string,
  spec: BagSpec,
  write: (writer: BagWriter) => Promise<void> | void,
): Promise<void> {
  const sink: OctetSink = openSink(path, "binary");
  try {
    const writer = new BagWriter(sink, spec);
    await write(writer);
    writer.end();
  } catch (error) {
    if (!isStdout(path)) sink.abort();
    throw error;
  }
  sink.close();
}

/** Writes a bag, or to standard output (`-`, `stdout`). */
export async function saveBag(path: string, bag: Bag, options: SaveOptions): Promise<void> {
  await withBagWriter(path, { ...options, type: bag.type, width: bag.width }, (writer) => writer.addBag(bag));
}
