/** Every real capture, sent over a wire: live metering gives the flows that metering the capture gives. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { csvRows } from "../support/csv.js";
import { fixtureCaptures, testWithFixtures } from "../support/fixtures.js";
import { byInterface, NO_TIMEOUTS, timeless } from "../support/live_flows.js";
import { counted, ignoredPackets, listening } from "../support/live_status.js";
import { indexOf, sendCaptures, type Wires, wiresFor } from "../support/live_wire.js";
import { run } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test);

/** Captures that one sensor meters, each from an interface of its own: `--key interface` keeps their flows apart. */
const AT_ONCE = 8;

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

for (const half of [0, 1])
  fixtureTest(`every capture gives live the flows that it gives offline, half ${half + 1} of 2`, async (t) => {
    const captures = fixtureCaptures("captures", "community-id", "export");
    t.true(captures.length > 100);
    const made = wiresFor(t, AT_ONCE);
    if (made === undefined) return;
    for (let at = half * AT_ONCE; at < captures.length; at += 2 * AT_ONCE)
      await compare(t, made, captures.slice(at, at + AT_ONCE));
  });

async function compare(t: ExecutionContext, { namespaces, wires }: Wires, captures: readonly string[]) {
  const csv = join(scratch.path, `${basename(captures[0]!)}.csv`);
  const interfaces = wires.slice(0, captures.length).flatMap((wire) => ["-i", wire]);
  const sensor = RunningSensor.start(t, namespaces, [
    ...[...interfaces, "--key=interface", "--buffer=8"],
    ...[...NO_TIMEOUTS, "-o", csv],
  ]);
  await listening(sensor);
  const sent = await Promise.all(captures.map((each, at) => sendCaptures(namespaces, [each], { wire: wires[at]! })));
  const all = sent.reduce((sum, { packets }) => sum + packets, 0);
  const status = await counted(sensor, all);
  const { status: exit, stderr } = await sensor.stop();
  t.is(exit, 0, stderr);
  t.is(status.packets, all);
  t.is(status.metered + ignoredPackets(status), all);
  const live = byInterface(readFileSync(csv, "utf8"));
  for (const [at, capture] of captures.entries()) {
    const name = basename(capture);
    const wire = wires[at]!;
    const { received, droppedByKernel } = status.interfaces[wire]!;
    t.is(droppedByKernel, 0, name);
    t.is(received, sent[at]!.packets, name);
    const offline = await run(["meter", "-r", capture, ...NO_TIMEOUTS, "-o", "csv:-"]);
    t.is(sent[at]!.packets + sent[at]!.skipped, packetsOf(offline.stderr), name);
    const without = [
      ...(NOT_ETHERNET.has(name) ? ["linkOctets", "reverseLinkOctets"] : []),
      ...(TEN_YEARS.has(name) ? ["flowEndReason"] : []),
    ];
    if (sent[at]!.skipped > 0) t.log(`${name}: ${sent[at]!.skipped} packets cannot be sent`);
    const rows = live.get(indexOf(namespaces, wire)) ?? [];
    t.deepEqual(timeless(rows, without), timeless(csvRows(offline.stdout), without), name);
  }
}

/** Packets that the report of a metering run names. */
function packetsOf(report: string): number {
  return Number(/^flowtap: ([\d,]+) packets?,/m.exec(report)?.[1]?.replaceAll(",", ""));
}
