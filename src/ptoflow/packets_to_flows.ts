/** rwptoflow: each packet of a capture becomes a flow. */
import { isatty } from "node:tty";
import type { Arguments } from "../cli/switches.js";
import { InputError, OutputError, UsageError } from "../errors.js";
import { isStdout, type OctetSink, openSink } from "../files/octet_sink.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import { invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import { loadNative, type SourceNotice } from "../meter/native.js";
import { noticeLine } from "../meter/notice.js";
import { MAPPED_IPV4, type RowSink } from "../record/columns.js";
import { constantRows, nextHop, packetFlowOptions } from "./options.js";
import {
  type NativePacketFlows,
  type PacketFlowCounters,
  READ_COLUMNS,
  READ_STATES,
  REJECTED,
} from "./packet_flows.js";

/** Flows written at once. */
const ROWS = 4096;

/** Where a run's results go. */
interface Outputs {
  readonly flows: OctetSink | undefined;
  readonly passed: OctetSink | undefined;
  readonly rejected: OctetSink | undefined;
}

/** Writes flows and packets as the switches say and returns the exit status. */
export async function packetsToFlows(args: Arguments, called: string): Promise<number> {
  const options = packetFlowOptions(args);
  const hop = nextHop(args);
  const rows = constantRows(args, ROWS);
  const path = flowPath(args);
  const compression = outputCompression(args, path ?? "-");
  const entries = [invocationEntry(called), ...noteEntries(args)];
  const packets = new (loadNative().PacketFlows)(options);
  const arrays = READ_COLUMNS.map((name) => rows.arrays[name]!);
  const outputs = openOutputs(args, path);
  const notices: SourceNotice[] = [];
  try {
    const file = { records: "any", byteOrder: NATIVE_BYTE_ORDER, compression, entries } as const;
    let writer: RowSink | undefined;
    const open = () => {
      if (outputs.flows !== undefined) writer ??= new SilkFlowWriter(outputs.flows, file);
    };
    for (let state = "more"; state === "more"; ) {
      const read = packets.read(arrays, ROWS);
      state = READ_STATES[read.state]!;
      hear(packets, notices);
      if (state === "mixed link types")
        throw new OutputError("packets of several link types have no room in one pcap file");
      open();
      rows.count = read.rows;
      rows.arrays.etime!.set(rows.arrays.stime!.subarray(0, 2 * read.rows));
      if (hop !== undefined) setNextHop(rows.arrays.nhip_lo!, read.rows, hop);
      if (read.rows > 0) writer?.write(rows);
      if (read.passed.length > 0) outputs.passed?.write(read.passed);
      if (read.rejected.length > 0) outputs.rejected?.write(read.rejected);
    }
    writer?.end();
  } catch (error) {
    for (const each of sinks(outputs)) each.abort();
    throw error;
  }
  for (const each of sinks(outputs)) each.close();
  for (const notice of notices) process.stderr.write(`${called}: ${noticeLine(notice)}\n`);
  if (args.flag("print-statistics")) process.stderr.write(statistics(packets.counters(), args.positionals[0]!));
  return 0;
}

/** Keeps what the capture has to say. @throws InputError when it cannot be read at all */
function hear(packets: NativePacketFlows, notices: SourceNotice[]): void {
  notices.push(...packets.notices());
  const fatal = notices.find((notice) => notice.fatal);
  if (fatal !== undefined) throw new InputError(noticeLine(fatal));
}

const PACKET_OUTPUTS = ["packet-pass-output", "packet-reject-output"] as const;

/**
 * Where flows go: `--flow-output`, or standard output, unless packets go there or it is a terminal and something else was
 * asked for.
 */
function flowPath(args: Arguments): string | undefined {
  const given = args.value("flow-output");
  if (given !== undefined) return given;
  const packets = PACKET_OUTPUTS.filter((name) => args.flag(name));
  if (packets.some((name) => isStdout(args.value(name)!))) return undefined;
  const others = packets.length > 0 || args.flag("print-statistics");
  return others && isatty(1) ? undefined : "-";
}

function openOutputs(args: Arguments, flows: string | undefined): Outputs {
  const paths = [flows, ...PACKET_OUTPUTS.map((name) => args.value(name))];
  if (paths.filter((path) => path !== undefined && isStdout(path)).length > 1)
    throw new UsageError("Multiple outputs are using standard output");
  const opened: OctetSink[] = [];
  try {
    const [first, passed, rejected] = paths.map((path) => {
      if (path === undefined) return undefined;
      const sink = openSink(path, "binary");
      opened.push(sink);
      return sink;
    });
    return { flows: first, passed, rejected };
  } catch (error) {
    for (const each of opened) each.abort();
    throw error;
  }
}

function sinks({ flows, passed, rejected }: Outputs): OctetSink[] {
  return [flows, passed, rejected].filter((each) => each !== undefined);
}

/** The next hop of all flows, IPv6 flows among them. */
function setNextHop(lower: Uint32Array, count: number, address: number): void {
  for (let i = 0; i < count; i++) {
    lower[2 * i] = address;
    lower[2 * i + 1] = MAPPED_IPV4;
  }
}

function statistics({ packets, flows, outside, rejected }: PacketFlowCounters, name: string): string {
  const line = (count: number, what: string) => `${String(count).padStart(12)} ${what}\n`;
  return [
    `Packets of ${name}:\n`,
    line(packets, "read"),
    line(outside, "outside of the time window"),
    ...REJECTED.map((what, k) => line(rejected[k]!, `rejected: ${what}`)),
    line(flows, "written as flows"),
  ].join("");
}
