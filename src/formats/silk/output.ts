/** What commands that write SiLK files share: their switches, history and notes. */
import { readFileSync, statSync } from "node:fs";
import type { Arguments, Switch } from "../../cli/switches.js";
import { InputError, systemReason } from "../../errors.js";
import { isStdout } from "../../files/octet_sink.js";
import { isStdin } from "../../files/octet_source.js";
import { type Compression, chooseCompression } from "./compression.js";
import type { SilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";

/** Of commands with one binary output. */
export const OUTPUT_PATH_SWITCH: Switch = {
  name: "output-path",
  argument: "PATH",
  group: "Output",
  help: "Write to PATH",
  fallback: "standard output",
};

/** Switches of every binary SiLK output. */
export const SILK_OUTPUT_SWITCHES: readonly Switch[] = [
  {
    name: "compression-method",
    argument: "METHOD",
    values: ["none", "zlib", "lzo1x", "snappy", "best", "default"],
    group: "Output",
    help: "Compress with none, zlib, lzo1x, snappy, best or default",
    fallback: "the environment's SILK_COMPRESSION_METHOD, then none",
  },
  {
    name: "note-add",
    argument: "TEXT",
    repeatable: true,
    group: "Output",
    help: "Store TEXT in the output's header as an annotation",
  },
  {
    name: "note-file-add",
    argument: "FILE",
    repeatable: true,
    group: "Output",
    help: "Store the content of FILE in the output's header as an annotation",
  },
];

/**
 * The annotations that `--note-add` and `--note-file-add` ask for.
 *
 * @throws InputError when a file cannot be read
 */
export function noteEntries(args: Arguments): HeaderEntry[] {
  const texts = [...args.values("note-add"), ...args.values("note-file-add").map(noteIn)];
  return texts.map((text) => ({ kind: "annotation", text }));
}

function noteIn(path: string): string {
  try {
    return readFileSync(isStdin(path) ? 0 : path, "utf8");
  } catch (error) {
    throw new InputError(`--note-file-add: cannot read ${path}: ${systemReason(error)}`);
  }
}

/** Compression of the output at `path` by switch and environment. */
export function outputCompression(args: Arguments, path: string): Compression {
  const there = isStdout(path) || path === "stderr" ? undefined : statSync(path, { throwIfNoEntry: false });
  const piped = isStdout(path) || path === "stderr" || (there !== undefined && !there.isFile());
  return chooseCompression(args.value("compression-method"), piped ? "pipe" : "file");
}

/** The command lines in headers of inputs, in order. */
export function historyOf(headers: readonly SilkHeader[]): HeaderEntry[] {
  return headers.flatMap(({ entries }) => entries.filter((each) => each.kind === "invocation"));
}

/**
 * The command line of this process as headers hold it.
 *
 * @param called how the command was called: `flowtap cat` or `rwcat`
 */
export function invocationEntry(called: string): HeaderEntry {
  // The words of `called` stand for the program and, with `flowtap NAME`, its first argument.
  const own = called.includes(" ") ? process.argv.slice(3) : process.argv.slice(2);
  return { kind: "invocation", command: [called, ...own].join(" ") };
}
