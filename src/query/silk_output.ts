/** Flow records as SiLK files: history of the inputs, notes, compression. */
import type { Arguments } from "../cli/switches.js";
import type { OctetSink } from "../files/octet_sink.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import { historyOf, invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import type { RowSink } from "../record/columns.js";
import type { FlowFiles } from "./flow_files.js";

/**
 * Writes SiLK records to `octets`; the header keeps the history and notes of the first input and adds this command.
 *
 * @param called how the command was called
 */
export function openSilkOutput(
  octets: OctetSink,
  path: string,
  files: FlowFiles | undefined,
  args: Arguments,
  called: string,
): RowSink {
  const header = files?.header();
  const notes = header?.entries.filter(({ kind }) => kind === "annotation") ?? [];
  return new SilkFlowWriter(octets, {
    records: "any",
    byteOrder: NATIVE_BYTE_ORDER,
    compression: outputCompression(args, path),
    entries: [
      ...(header === undefined ? [] : historyOf([header])),
      invocationEntry(called),
      ...notes,
      ...noteEntries(args),
    ],
  });
}
