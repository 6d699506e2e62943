/** Switches of the commands that write IPset files, beside those of every SiLK output. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import type { SilkHeader } from "../formats/silk/header.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import type { IpsetVersion } from "../formats/silk/ipset.js";
import { historyOf, invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import type { SaveOptions } from "./set_file.js";

export const RECORD_VERSION_SWITCH: Switch = {
  name: "record-version",
  argument: "VERSION",
  values: ["0", "2", "4", "5"],
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

/**
 * How the switches say that a set is written.
 *
 * @param called how the command was called
 * @param inherited headers of the inputs, whose command lines and notes are kept
 * @param versionSwitch name of the switch for the record version
 * @throws UsageError naming the switch; InputError when a file of notes cannot be read
 */
export function saveOptions(
  args: Arguments,
  called: string,
  path: string,
  inherited: readonly SilkHeader[] = [],
  versionSwitch: string = RECORD_VERSION_SWITCH.name,
): SaveOptions {
  return {
    version: recordVersion(args, versionSwitch),
    compression: outputCompression(args, path),
    entries: entriesOf(args, called, inherited),
  };
}

/** The version that a switch or the environment asks for; a wrong value of the latter is ignored. */
function recordVersion(args: Arguments, option: string): 0 | IpsetVersion {
  const given = args.value(option);
  if (given !== undefined) return versionOf(given, option);
  try {
    return versionOf(process.env.SILK_IPSET_RECORD_VERSION || "0", option);
  } catch (error) {
    if (error instanceof UsageError) return 0;
    throw error;
  }
}

function versionOf(text: string, option: string): 0 | IpsetVersion {
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  if (number === 0 || number === 2 || number === 4 || number === 5) return number;
  if (number === 3)
    throw new UsageError(`Invalid ${option} '3': Only read, not written; every SiLK that reads it reads 4, too`);
  throw new UsageError(`Invalid ${option} '${text}': Not one of 0, 2, 4, 5`);
}

/** Command lines and notes of an output: those of the inputs, this command's, and the new notes. */
function entriesOf(args: Arguments, called: string, inherited: readonly SilkHeader[]): readonly HeaderEntry[] {
  const commandLines = args.flag("invocation-strip") ? [] : [...historyOf(inherited), invocationEntry(called)];
  const kept = args.flag("note-strip") ? [] : inherited.flatMap(({ entries }) => entries);
  return [...commandLines, ...kept.filter(({ kind }) => kind === "annotation"), ...noteEntries(args)];
}
