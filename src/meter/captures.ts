/** What users name with `-r` and `--read-list`, turned into the list of captures that the native meter reads in order. */

import { closeSync, openSync, readdirSync, readFileSync, readSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** Standard input, as users name it and as the native meter takes it. */
export const STANDARD_INPUT = "-";

/** Why a capture's name cannot be used. */
export type CapturePathProblem =
  | "not-found"
  | "unreadable"
  | "no-captures" // a folder or list that holds none
  | "repeated-stdin"; // standard input can be read once only

/** A name given with `-r` or found in a list file that leads to no capture. */
export class CapturePathError extends Error {
  override readonly name = "CapturePathError";

  constructor(
    readonly code: CapturePathProblem,
    /** The file, folder or list as the user gave it, or as the list file led to it. */
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The captures that `names` stand for, in order.
 *
 * - a folder: the regular files right in it, `cap.pcap2` before `cap.pcap10`. Dot files are left out silently, files
 *   that are plainly no captures with a word to `note`;
 * - `@FILE`: the paths in a list file, one per line, relative to the list's folder; blank lines and lines that begin
 *   with `#` do not count. A folder in a list stands for its captures; a list in a list is not looked into;
 * - `-`: standard input, once. As a list (`@-`) it holds paths relative to the working directory;
 * - anything else: that file. Its content is the native meter's to judge. A file whose name begins with `@` is `./@...`.
 *
 * @throws CapturePathError when a name leads to no capture
 */
export function expandCaptures(names: readonly string[], note: (text: string) => void = () => {}): string[] {
  const paths = names.flatMap((name) => (name.startsWith("@") ? expandList(name.slice(1), note) : expand(name, note)));
  const readers = [...names.filter((name) => name === "@-"), ...paths.filter((path) => path === STANDARD_INPUT)];
  if (readers.length > 1) {
    throw new CapturePathError("repeated-stdin", STANDARD_INPUT, "standard input (-) can be read only once");
  }
  return paths;
}

/** A file, a folder's captures, or standard input. */
function expand(path: string, note: (text: string) => void): string[] {
  if (path === STANDARD_INPUT) return [path];
  const stats = status(path);
  if (!stats.isDirectory()) return [path];
  const captures = capturesIn(path, note);
  if (captures.length === 0) throw new CapturePathError("no-captures", path, `${path}: no captures in this folder`);
  return captures;
}

function expandList(list: string, note: (text: string) => void): string[] {
  const text = attempt(list, () => readFileSync(list === STANDARD_INPUT ? 0 : list, "utf8"));
  const entries = parseCaptureList(text);
  if (entries.length === 0) throw new CapturePathError("no-captures", list, `${list}: no captures in this list`);
  const folder = list === STANDARD_INPUT ? "." : dirname(list);
  return entries.flatMap((entry) =>
    expand(entry === STANDARD_INPUT || isAbsolute(entry) ? entry : join(folder, entry), note),
  );
}

/** The paths in the text of a list file, as they stand there. Blanks at both ends of a line are not part of a path. */
export function parseCaptureList(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/**
 * Orders file names so that numbers in them count as numbers, as `tcpdump -C` and `-W` number their files. Never 0 for
 * two different names.
 */
export function compareCaptureNames(a: string, b: string): number {
  return NUMERIC_ORDER.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

const NUMERIC_ORDER = new Intl.Collator("en", { numeric: true });

function capturesIn(folder: string, note: (text: string) => void): string[] {
  const names = attempt(folder, () => readdirSync(folder)).filter((name) => !name.startsWith("."));
  return names
    .sort(compareCaptureNames)
    .map((name) => join(folder, name))
    .filter((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats !== undefined && !stats.isFile()) return false;
      if (stats === undefined || mayBeCapture(path)) return true; // a dangling link is an error that users should see
      note(`${path}: not a capture, left out`);
      return false;
    });
}

/** Whether a file's first octets can be those of a capture, or of a compressed one. */
function mayBeCapture(path: string): boolean {
  const start = new Uint8Array(4);
  try {
    const file = openSync(path, "r");
    try {
      if (readSync(file, start) < 4) return false;
    } finally {
      closeSync(file);
    }
  } catch {
    return true; // left in the list, so that opening it says why it cannot be read
  }
  const magic = new DataView(start.buffer).getUint32(0);
  return (
    CAPTURE_MAGICS.has(magic) ||
    magic >>> 16 === 0x1f8b || // gzip
    (magic & 0xf0ffffff) === 0x502a4d18 // zstd skippable frame
  );
}

/** First four octets, read big-endian: pcap in both byte orders and three variants, pcapng, zstd. */
export const CAPTURE_MAGICS: ReadonlySet<number> = new Set([
  0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1, 0x0a0d0d0a, 0x28b52ffd,
]);

function status(path: string): Stats {
  return attempt(path, () => statSync(path));
}

/** Runs `action` on `path` and turns what the system says into an error that names the path. */
function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new CapturePathError("not-found", path, `${path}: no such file or folder`);
    }
    throw new CapturePathError("unreadable", path, `${path}: cannot be read (${code || String(error)})`);
  }
}
