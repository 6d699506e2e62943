import { createWriteStream, openSync, realpathSync, type Stats, statSync } from "node:fs";
import { OutputError, systemReason } from "../errors.js";
import type { Encoder } from "../formats/encoder.js";
import type { Exporter } from "./exporter.js";
import { FileExporter } from "./file_exporter.js";
import { PipeExporter } from "./pipe_exporter.js";

/**
 * Opens what a path names. A regular file is replaced as a whole, through links that lead to it; a device, FIFO or
 * the like is written into, because replacing `/dev/null` by a file is nobody's wish.
 *
 * @throws OutputError naming the path
 */
export function openFile(path: string, encoder: Encoder): Exporter {
  const there = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (there === undefined) return new FileExporter(path, path, encoder);
  if (there.isDirectory()) throw new OutputError(`cannot write ${path}: it is a folder`);
  if (there.isFile())
    return new FileExporter(
      path,
      attempt(path, () => realpathSync(path)),
      encoder,
    );
  const fd = attempt(path, () => openSync(path, "w"));
  return new PipeExporter(path, createWriteStream(path, { fd }), encoder);
}

function attempt<Result extends Stats | string | number | undefined>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
  }
}
