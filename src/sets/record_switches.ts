/** Switches of the commands that write IPset files: record version, history and notes, compression. */
import { readFileSync } from "node:fs";
import type { Arguments, Switch } from "../cli/switches.js";
import { InputError, systemReason, UsageError } from "../errors.js";
import { isStdout } from "../files/octet_sink.js";
import { chooseCompression } from "../formats/silk/compression.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import type { IpsetVersion } from "../formats/silk/ipset.js";
import type { SaveOptions } from "./set_file.js";

export const RECORD_VERSION_SWITCH: Switch = {
  name: "record-version",
  argument: "VERSION",
  group: "Output",
  help: "Write this version of IPset records: 2 (IPv4 only), 4, 5 (IPv6 only), or 0 for the default",
  fallback: "SILK_IPSET_RECORD_VERSION, or 2 for IPv4 and 4 for IPv6",
};

export const INVOCATION_STRIP_SWITCH: Switch = {
  name: "invocation-strip",
  group: "Output",
  help: "Record no command lines in the output",
};

export const NOTE_STRIP_SWITCH: Switch = {
  name: "note-strip",
  group: "Output",
  help: "Do not copy notes from the inputs",
};

export const NOTE_SWITCHES: readonly Switch[] = [
  { name: "note-add", argument: "TEXT", repeatable: true, group: "Output", help: "Store TEXT as a note in the output" },
  {
    name: "note-file-add",
    argument: "FILE",
    repeatable: true,
    group: "Output",
    help: "Store what is in FILE as a note in the output",
  },
];

export const COMPRESSION_SWITCH: Switch = {
  name: "compression-method",
  argument: "METHOD",
  group: "Output",
  help: "Compress the output: none, zlib, lzo1x, snappy, best, default",
  fallback: "SILK_COMPRESSION_METHOD, or none",
};

/**
 * How the switches say that a set is written.
 *
 * @param called how the command was called
 * @param inherited history and notes of the inputs
 * @throws UsageError naming the switch; InputError when a file of notes cannot be read
 */
export function saveOptions(
  args: Arguments,
  called: string,
  path: string,
  inherited: readonly HeaderEntry[] = [],
): SaveOptions {
  return {
    version: recordVersion(args),
    compression: chooseCompression(args.value("compression-method"), isStdout(path) ? "pipe" : "file"),
    history: historyOf(args, called, inherited),
  };
}

/** The version that `--record-version` or the environment asks for; a wrong value of the latter is ignored. */
export function recordVersion(args: Arguments): 0 | IpsetVersion {
  const given = args.value("record-version");
  if (given !== undefined) return versionOf(given);
  try {
    return versionOf(process.env.SILK_IPSET_RECORD_VERSION || "0");
  } catch (error) {
    if (error instanceof UsageError) return 0;
    throw error;
  }
}

function versionOf(text: string): 0 | IpsetVersion {
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  if (number === 0 || number === 2 || number === 4 || number === 5) return number;
  if (number === 3)
    throw new UsageError("Invalid record-version '3': Only read, not written; every SiLK that reads it reads 4, too");
  throw new UsageError(`Invalid record-version '${text}': Not one of 0, 2, 4, 5`);
}

/** History and notes of an output: those of the inputs, then the command line and the new notes. */
export function historyOf(
  args: Arguments,
  called: string,
  inherited: readonly HeaderEntry[] = [],
): readonly HeaderEntry[] {
  const commandLines = args.flag("invocation-strip")
    ? []
    : [{ kind: "invocation", command: commandLine(called) } as const];
  const kept = inherited.filter(({ kind }) =>
    kind === "invocation" ? !args.flag("invocation-strip") : kind === "annotation" && !args.flag("note-strip"),
  );
  const notes = [...args.values("note-add"), ...args.values("note-file-add").map(noteFile)];
  return [...kept, ...commandLines, ...notes.map((text) => ({ kind: "annotation", text }) as const)];
}

/** The words the program was called with, behind the command's name. */
function commandLine(called: string): string {
  const words = called.split(" ").length;
  return [called, ...process.argv.slice(1 + words)].join(" ");
}

function noteFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`--note-file-add: cannot read ${path}: ${systemReason(error)}`);
  }
}
