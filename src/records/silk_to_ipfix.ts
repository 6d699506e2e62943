/** rwsilk2ipfix: flows as IPFIX in the way of SiLK. */
import type { Arguments } from "../cli/switches.js";
import { openSink } from "../files/octet_sink.js";
import { SilkIpfixWriter } from "../formats/ipfix/silk_writer.js";
import { FlowColumns } from "../record/columns.js";
import { Site, TWO_WAY_SITE } from "../site/site.js";
import { openRecordFiles, ROWS } from "./record_files.js";

export function silkToIpfix(args: Arguments, called: string): void {
  const path = args.value("ipfix-output") ?? "-";
  const files = openRecordFiles(args, new Site(TWO_WAY_SITE));
  try {
    const rows = new FlowColumns(ROWS);
    // An input that cannot be opened leaves no output behind.
    files.read(rows);
    const sink = openSink(path, "binary");
    const writer = new SilkIpfixWriter(sink, { templates: args.flag("single-template") ? "single" : "by kind" });
    try {
      for (; rows.count > 0; files.read(rows)) writer.write(rows);
      writer.end();
    } catch (error) {
      sink.abort();
      throw error;
    }
    sink.close();
    if (args.flag("print-statistics"))
      process.stderr.write(`${called}: Wrote ${writer.count} IPFIX records to '${sink.name}'\n`);
  } finally {
    files.close();
  }
}
