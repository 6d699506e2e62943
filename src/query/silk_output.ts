/** Flow records as SiLK files: history of the inputs, notes, compression. */
import { readFileSync } from "node:fs";
import type { Arguments } from "../cli/switches.js";
import { InputError, systemReason } from "../errors.js";
import { isStdout, type OctetSink } from "../files/octet_sink.js";
import { chooseCompression } from "../formats/silk/compression.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import type { RowSink } from "../record/columns.js";
import type { FlowInputs } from "./flow_inputs.js";

/** Notes of `--note-add` and `--note-file-add`, as header entries. */
export function noteEntries(args: Arguments): readonly HeaderEntry[] {
  const notes = args.values("note-add").map((text): HeaderEntry => ({ kind: "annotation", text }));
  const files = args.values("note-file-add").map((path): HeaderEntry => ({ kind: "annotation", text: noteFile(path) }));
  return [...notes, ...files];
}

function noteFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`--note-file-add: cannot read ${path}: ${systemReason(error)}`);
  }
}

/** Writes SiLK records to `octets`; the header keeps the history of the first input and adds `command`. */
export function openSilkOutput(
  octets: OctetSink,
  path: string,
  inputs: FlowInputs,
  args: Arguments,
  command: string,
): RowSink {
  const kept = (inputs.files?.header()?.entries ?? []).filter(
    ({ kind }) => kind === "invocation" || kind === "annotation",
  );
  return new SilkFlowWriter(octets, {
    records: "any",
    byteOrder: NATIVE_BYTE_ORDER,
    compression: chooseCompression(args.value("compression-method"), isStdout(path) ? "pipe" : "file"),
    entries: [...kept, { kind: "invocation", command }, ...noteEntries(args)],
  });
}

/** A command line as one text, for histories. */
export function commandLine(called: string, argv: readonly string[]): string {
  return [called, ...argv].join(" ");
}
