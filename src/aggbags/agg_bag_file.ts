/** Aggregate bags in files. */
import type { SaveOptions } from "../bags/bag_file.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { type AggBagFile, openAggBag } from "../formats/silk/aggbag.js";
import { AggBagWriter } from "../formats/silk/aggbag_writer.js";
import type { AggBag } from "./agg_bag.js";

/**
 * Opens a file, or standard input (`-`, `stdin`), for the time of `use`.
 *
 * @throws InputError naming the file
 */
export function withAggBag<Result>(path: string, use: (file: AggBagFile) => Result): Result {
  const source = new OctetSource(path);
  try {
    return use(openAggBag(source));
  } finally {
    source.close();
  }
}

/**
 * Writes an aggregate bag as a file, or to standard output (`-`, `stdout`); leaves nothing of a new file when that fails.
 *
 * @throws OutputError naming the path; ClosedPipeError
 */
export function saveAggBag(path: string, { fields, rows, stride }: AggBag, options: SaveOptions): void {
  const sink = openSink(path, "binary");
  try {
    const writer = new AggBagWriter(sink, { ...options, fields });
    for (let at = 0; at < rows.length; at += stride) writer.add(rows, at);
    writer.end();
  } catch (error) {
    if (!isStdout(path)) sink.abort();
    throw error;
  }
  sink.close();
}
