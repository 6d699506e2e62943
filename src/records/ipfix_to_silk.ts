/** rwipfix2silk: IPFIX as SiLK's flows. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import { invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import { FlowColumns } from "../record/columns.js";
import { TextOutput } from "../text/output.js";
import { INTERFACE_VALUES_SWITCH, interfaceValues } from "./interface_values.js";
import { IpfixFiles } from "./ipfix_files.js";
import { ROWS } from "./record_files.js";
import { SilkBounds } from "./silk_bounds.js";

/** What the log may tell of. */
const LOG_FLAGS = [
  "all",
  "bad",
  "default",
  "firewall-event",
  "missing",
  "none",
  "record-timestamps",
  "sampling",
  "show-templates",
];

/** Those that tell of flows that are left out. */
const LOGS_LEFT_OUT: ReadonlySet<string> = new Set(["all", "bad", "default"]);

export const IPFIX2SILK_SWITCHES: readonly Switch[] = [
  { name: "silk-output", argument: "PATH", group: "Output", help: "Write to PATH", fallback: "standard output" },
  { name: "print-statistics", group: "Output", help: "Print on standard error how many flows were written" },
  INTERFACE_VALUES_SWITCH,
  {
    name: "log-destination",
    argument: "PATH",
    group: "Log",
    help: "Write to stdout, stderr, a file or, with none, nowhere what is left out",
    fallback: "none",
  },
  { name: "log-flags", argument: "LIST", group: "Log", help: `Tell of these: ${LOG_FLAGS.join(", ")}` },
];

export async function ipfixToSilk(args: Arguments, called: string): Promise<void> {
  const path = args.value("silk-output") ?? "-";
  const interfaces = interfaceValues(args);
  const flags = logFlags(args);
  const compression = outputCompression(args, path);
  const entries = [invocationEntry(called), ...noteEntries(args)];
  const bounds = new SilkBounds(interfaces);
  const sources = new IpfixFiles(inputPaths(args));
  let writer: SilkFlowWriter | undefined;
  const rows = new FlowColumns(ROWS);
  // An input that cannot be opened leaves no output behind.
  sources.read(rows);
  const sink = openSink(path, "binary");
  try {
    writer = new SilkFlowWriter(sink, { records: "any", byteOrder: NATIVE_BYTE_ORDER, compression, entries });
    for (; rows.count > 0; sources.read(rows)) {
      bounds.fit(rows);
      writer.write(rows);
    }
    writer.end();
  } catch (error) {
    sink.abort();
    throw error;
  } finally {
    sources.close();
  }
  sink.close();
  const { written, withoutPackets } = bounds;
  if (withoutPackets > 0 && flags.some((flag) => LOGS_LEFT_OUT.has(flag)))
    await log(args, `${called}: ${withoutPackets} records without packets were left out\n`);
  if (args.flag("print-statistics")) {
    const read = written + withoutPackets;
    process.stderr.write(`${called}: Read ${read} IPFIX records and wrote ${written} SiLK records to '${sink.name}'\n`);
  }
}

function logFlags(args: Arguments): readonly string[] {
  const given = args.value("log-flags") ?? "default";
  const flags = given.split(/[,\s]+/).filter((each) => each !== "");
  const unknown = flags.find((each) => !LOG_FLAGS.includes(each));
  if (unknown !== undefined)
    throw new ArgumentError("log-flags", `Unrecognized value '${unknown}'`, "log-flags", given);
  return flags;
}

async function log(args: Arguments, line: string): Promise<void> {
  const path = args.value("log-destination") ?? "none";
  if (path === "none") return;
  const output = new TextOutput(openSink(isStdout(path) ? "-" : path, "text"));
  output.add(line);
  await output.end();
}
