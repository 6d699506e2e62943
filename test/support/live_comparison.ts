/** The same captures live, from wires, and offline: their flows must be the same. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ExecutionContext } from "ava";
import { csvRows } from "./csv.js";
import {
  byInterface,
  conversationSums,
  differences,
  NO_DIFFERENCES,
  NO_TIMEOUTS,
  type Row,
  timeless,
} from "./live_flows.js";
import { counted, ignoredPackets, listening } from "./live_status.js";
import { indexOf, sendCaptures, type Wires } from "./live_wire.js";
import { type Ended, run } from "./program.js";
import { Scratch } from "./scratch.js";
import { RunningSensor } from "./sensor.js";

/** Captures of other link types: the sender puts their packets behind Ethernet headers, so the frames' sizes differ. */
const NOT_ETHERNET = new Set([
  "BGP_Cisco_hdlc_slarp.pcap",
  "BGP_redist.pcap",
  "dlt_ppp.pcap",
  "fuzz-2021-10-13.pcap",
  "http2.pcapng",
  "log4j-webapp-exploit.pcap",
  "quic-v2.pcapng",
  "rdp.pcap",
  "selfsigned.pcap",
  "softflowd-v10.pcap",
  "softflowd-v5.pcap",
  "softflowd-v9.pcap",
  "yaf-ipfix-udp.pcap",
]);

/** Captures with a gap of more than ten years, the longest timeout: their own flows end by it, those on the wire do not. */
const TEN_YEARS = new Set(["dns.pcap", "pgsql.pcap", "tftp.pcap"]);

/** How the sensor is run. */
export interface Comparison {
  /** Switches of the live meter only. */
  readonly live?: readonly string[];
  /** Switches of both. */
  readonly both?: readonly string[];
  /** Takes all interfaces as one. */
  readonly any?: "any";
  /** Fields that cannot be the same. */
  readonly without?: readonly string[];
  /** "conversations" compares the sums of all records of a conversation; "flows", the default, each record. */
  readonly compare?: "flows" | "conversations";
}

/** Sends each capture over a wire of its own to one sensor, which keeps their flows apart by `--key interface`. */
export async function compareWithOffline(
  t: ExecutionContext,
  { namespaces, wires }: Wires,
  captures: readonly string[],
  { live = [], both = [], any, without = [], compare = "flows" }: Comparison = {},
): Promise<void> {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const csv = join(scratch.path, "flows.csv");
  // Beside the live part, which mostly waits.
  const metering = meterOffline(captures, both);
  const used = wires.slice(0, captures.length);
  const interfaces = any === undefined ? used.flatMap((wire) => ["-i", wire]) : ["-i", "any"];
  const sensor = RunningSensor.start(t, namespaces, [
    ...[...interfaces, "--key=interface", "--buffer=8", ...live],
    ...[...both, ...NO_TIMEOUTS, "-o", csv],
  ]);
  await listening(sensor);
  const sent = await Promise.all(captures.map((each, at) => sendCaptures(namespaces, [each], { wire: wires[at]! })));
  const all = sent.reduce((sum, { packets }) => sum + packets, 0);
  const filtered = both.some((each) => each.startsWith("--filter"));
  const status = await counted(sensor, filtered ? 0 : all);
  const { status: exit, stderr } = await sensor.stop();
  t.is(exit, 0, stderr);
  t.is(status.packets, status.metered + ignoredPackets(status));
  if (!filtered) t.is(status.packets, all);
  for (const { droppedByKernel } of Object.values(status.interfaces)) t.is(droppedByKernel, 0);
  const flows = byInterface(readFileSync(csv, "utf8"));
  t.true(flows.size > 0);
  const offline = await metering;
  for (const [at, capture] of captures.entries()) {
    const name = basename(capture);
    const wire = wires[at]!;
    if (any === undefined && !filtered) t.is(status.interfaces[wire]?.received, sent[at]!.packets, name);
    const { stdout, stderr } = offline[at]!;
    t.is(sent[at]!.packets + sent[at]!.skipped, packetsOf(stderr), name);
    if (sent[at]!.skipped > 0) t.log(`${name}: ${sent[at]!.skipped} packets cannot be sent`);
    const differing = [
      ...without,
      ...(NOT_ETHERNET.has(name) ? ["linkOctets", "reverseLinkOctets"] : []),
      ...(TEN_YEARS.has(name) ? ["flowEndReason"] : []),
    ];
    const rows = flows.get(indexOf(namespaces, wire)) ?? [];
    const linesOf = (each: readonly Row[]) =>
      compare === "flows" ? timeless(each, differing) : conversationSums(each);
    const found = differences(linesOf(rows), linesOf(csvRows(stdout)));
    t.deepEqual(found, NO_DIFFERENCES, name);
  }
}

/** What metering each capture gives, one after the other. */
async function meterOffline(captures: readonly string[], switches: readonly string[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const capture of captures)
    ended.push(await run(["meter", "-r", capture, ...switches, ...NO_TIMEOUTS, "-o", "csv:-"]));
  return ended;
}

/** Packets that the report of a metering run names. */
function packetsOf(report: string): number {
  return Number(/^flowtap: ([\d,]+) packets?,/m.exec(report)?.[1]?.replaceAll(",", ""));
}
