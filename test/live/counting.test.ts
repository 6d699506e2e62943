/** What a live sensor counts: everything adds up, whoever left packets out. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { IpfixDecoder } from "../../src/formats/ipfix/decoder.js";
import { pcap } from "../support/capture_writer.js";
import { csvRows, csvSums } from "../support/csv.js";
import { ethernet, ipv4, udp } from "../support/frames.js";
import { decodeFile } from "../support/ipfix_collector.js";
import { counted, ignoredPackets, listening } from "../support/live_status.js";
import { indexOf, sendCaptures, sendGenerated, wiresFor } from "../support/live_wire.js";
import { seriesOf, sumOf } from "../support/metrics_text.js";
import { type Namespaces, runIn, WIRE } from "../support/namespaces.js";
import { startCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const OFFICE = "pcaps/office.pcap";

/** Runs a JavaScript program in a namespace. */
const evaluate = (namespace: string, program: string) => runIn(namespace, process.execPath, ["-e", program]);

test.serial("packets received are those delivered and dropped, each is metered or ignored for a reason", async (t) => {
  const made = wiresFor(t, 2);
  if (made === undefined) return;
  const { namespaces, wires } = made;
  const csv = join(scratch.path, "sums.csv");
  const interfaces = wires.flatMap((wire) => ["-i", wire]);
  const sensor = RunningSensor.start(t, namespaces, [...interfaces, "--metrics=127.0.0.1:9469", "-o", csv]);
  await listening(sensor);
  const sent = await Promise.all(wires.map((wire) => sendCaptures(namespaces, [OFFICE], { wire })));
  const all = sent.reduce((sum, { packets }) => sum + packets, 0);
  const status = await counted(sensor, all);
  const scrape =
    'fetch("http://127.0.0.1:9469/metrics").then((r) => r.text()).then((text) => process.stdout.write(text))';
  const metrics = seriesOf((await evaluate(namespaces.receiver, scrape)).stdout);
  await sensor.stop();
  t.is(status.packets, all);
  t.true(ignoredPackets(status) > 0);
  t.is(status.packets, status.metered + ignoredPackets(status));
  for (const [at, wire] of wires.entries()) {
    const label = `interface="${wire}"`;
    const packets = sent[at]!.packets;
    t.is(status.interfaces[wire]!.received, packets);
    t.is(status.interfaces[wire]!.droppedByKernel, 0);
    t.is(metrics.get(`flowtap_capture_packets_total{${label}}`), packets);
    t.is(metrics.get(`flowtap_capture_delivered_packets_total{${label}}`), packets);
    t.is(metrics.get(`flowtap_capture_dropped_packets_total{${label},reason="kernel"}`), 0);
  }
  const sum = (name: string) => sumOf(metrics, `flowtap_meter_${name}_packets_total`);
  t.is(sumOf(metrics, "flowtap_meter_packets_total"), all);
  t.is(sum("metered") + sum("ignored"), all);
  t.is(csvSums(readFileSync(csv, "utf8")).packets, status.metered);
});

test.serial("a capture buffer that overflows is told to the packet, and the sums hold", async (t) => {
  const made = wiresFor(t);
  if (made === undefined) return;
  const { namespaces } = made;
  const csv = join(scratch.path, "overflow.csv");
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "--buffer=1", "-o", csv]);
  await listening(sensor);
  // While the process stands still nobody empties a buffer of 1 MiB.
  sensor.signal("SIGSTOP");
  const { packets } = await sendGenerated(namespaces, { flows: 100, rate: 50_000, seconds: 1 });
  sensor.signal("SIGCONT");
  const { stderr } = await sensor.stop();
  const line = /wire0: ([\d,]+) packets received, ([\d,]+) of them dropped by the kernel/.exec(stderr);
  const [received, dropped] = [line?.[1], line?.[2]].map((text) => Number(text?.replaceAll(",", "")));
  t.is(received, packets);
  t.true(dropped! > 0, stderr);
  t.is(csvSums(readFileSync(csv, "utf8")).packets, packets - dropped!);
});

for (const programs of ["on", "off"])
  test.serial(`systematic sampling takes exactly every tenth packet, kernel-side programs ${programs}`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const file = join(scratch.path, `sampled-${programs}.ipfix`);
    const how = ["--sample=1/10", `--kernel-programs=${programs}`];
    const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...how, "-o", file]);
    await listening(sensor);
    if (programs === "on" && !usesPrograms(t, sensor)) return;
    const { packets } = await sendGenerated(namespaces, { flows: 7, rate: 10_007, seconds: 1 });
    const status = await counted(sensor, packets);
    await sensor.stop();
    const taken = Math.floor(packets / 10);
    t.is(status.packets, packets);
    t.is(status.metered, taken);
    t.deepEqual(status.ignored, { "left out by sampling": packets - taken });
    t.is(status.interfaces[WIRE]!.sampledOut, programs === "on" ? packets - taken : 0, sensor.stderr);
    t.is(status.interfaces[WIRE]!.received, programs === "on" ? taken : packets);
    const octets = readFileSync(file);
    t.is(decodeFile(octets).packets, taken);
    t.deepEqual(samplingTold(octets), [{ "0/302": 1, "0/304": 1, "0/305": 1, "0/306": 9, "0/34": 10, "0/35": 1 }]);
  });

/** Whether the kernel has taken the sensor's programs; says loudly where it has not, and passes the test as skipped. */
function usesPrograms(t: ExecutionContext, sensor: RunningSensor): boolean {
  const refused = sensor.log.find(({ msg }) => msg.startsWith("kernel-side programs: not used"));
  if (refused === undefined) return true;
  process.stderr.write(`\n*** SKIPPED: ${t.title}: ${refused.msg} ***\n\n`);
  t.log(`SKIPPED: ${refused.msg}`);
  t.pass();
  return false;
}

/** Records of selectors (selectorId, 302) in an IPFIX file. */
function samplingTold(octets: Buffer): Record<string, number | string>[] {
  const told: Record<string, number | string>[] = [];
  const decoder = new IpfixDecoder({
    onOptions: (_domain, _template, values) => {
      if (values.has("0/302")) told.push(Object.fromEntries(values));
    },
  });
  for (let at = 0; at < octets.length; at += octets.readUInt16BE(at + 2))
    decoder.decode(octets.subarray(at, at + octets.readUInt16BE(at + 2)), () => {});
  return told;
}

const PAYLOAD = 3_000_000;

for (const programs of ["on", "off"])
  test.serial(`super-packets count as their segments on the wire, kernel-side programs ${programs}`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    namespaces.connect("narrow", { mtu: 1500 });
    address(namespaces);
    const csv = join(scratch.path, `super-${programs}.csv`);
    const sensor = RunningSensor.start(t, namespaces, ["-i", "narrow", `--kernel-programs=${programs}`, "-o", csv]);
    await listening(sensor);
    await transfer(t, namespaces);
    const { stderr } = await sensor.stop();
    const flow = csvRows(readFileSync(csv, "utf8")).find(({ protocolIdentifier }) => protocolIdentifier === "6");
    t.truthy(flow, stderr);
    t.regex(stderr, /narrow: .*[1-9]\d* super-packets?/);
    const packets = Number(flow!.packets);
    const { segments, repeated } = await tcpSegments(namespaces);
    t.is(packets, segments + repeated);
    t.true(packets > PAYLOAD / 1448);
    // 20 octets of IPv4, 20 of TCP and 12 of timestamps; the SYN has 8 of options more. 1448 are left for payload.
    const again = Number(flow!.octets) - (PAYLOAD + 52 * packets + 8);
    t.true(again >= 0 && again <= 1448 * repeated, `${again} octets in ${repeated} retransmitted segments`);
    t.is(Number(flow!.linkOctets), Number(flow!.octets) + 14 * packets);
    // Segments that came twice or, from two cores, in another order are answered with selective acknowledgements:
    // words of four octets, at most 28 beside the timestamps (RFC 2018, section 3).
    const answers = Number(flow!.reversePackets);
    const selective = Number(flow!.reverseOctets) - (52 * answers + 8);
    t.true(
      selective >= 0 && selective <= 28 * answers && selective % 4 === 0,
      `${selective} octets of further options`,
    );
  });

/** Gives the ends of `narrow` addresses that find each other. */
function address(namespaces: Namespaces): void {
  for (const [at, namespace] of [namespaces.sender, namespaces.receiver].entries())
    for (const args of [
      ["link", "set", "narrow", "arp", "on"],
      ["address", "add", `192.0.2.${at + 1}/24`, "dev", "narrow"],
    ])
      ipIn(namespace, args);
}

function ipIn(namespace: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync("ip", ["-n", namespace, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}

/** Sends PAYLOAD octets over TCP from the sender to the receiver. */
async function transfer(t: ExecutionContext, { sender, receiver }: Namespaces): Promise<void> {
  const listen =
    'require("node:net").createServer((s) => { let n = 0; s.on("data", (d) => { n += d.length; });' +
    ' s.on("end", () => { console.log(n); s.end(); process.exitCode = 0; setTimeout(() => process.exit(), 100); }); })' +
    '.listen(5001, () => console.log("listening"))';
  const server = startCommand("ip", ["netns", "exec", receiver, process.execPath, "-e", listen]);
  await once(server.child.stdout, "data");
  const { status, stderr } = await evaluate(
    sender,
    `const s = require("node:net").connect(5001, "192.0.2.2", () => s.end(Buffer.alloc(${PAYLOAD}))); s.resume()`,
  );
  t.is(status, 0, stderr);
  t.true((await server.ended).stdout.includes(String(PAYLOAD)));
}

/** What the sender's kernel says it sent. */
async function tcpSegments({ sender }: Namespaces): Promise<{ segments: number; repeated: number }> {
  const [names = [], values = []] = (await runIn(sender, "cat", ["/proc/net/snmp"])).stdout
    .split("\n")
    .filter((line) => line.startsWith("Tcp:"))
    .map((line) => line.split(" "));
  const value = (name: string) => Number(values[names.indexOf(name)]);
  return { segments: value("OutSegs"), repeated: value("RetransSegs") };
}

const CONVERSATIONS = 200;

for (const threads of [1, 2])
  test.serial(`two directions that come by two interfaces are one flow, with threads ${threads}`, async (t) => {
    const made = wiresFor(t, 2);
    if (made === undefined) return;
    const { namespaces, wires } = made;
    const csv = join(scratch.path, `asymmetric-${threads}.csv`);
    const interfaces = wires.flatMap((wire) => ["-i", wire]);
    const sensor = RunningSensor.start(t, namespaces, [...interfaces, "--threads", String(threads), "-o", csv]);
    await listening(sensor);
    await sendCaptures(namespaces, [scratch.write("requests.pcap", oneWay("request"))], { wire: wires[0]! });
    await sendCaptures(namespaces, [scratch.write("answers.pcap", oneWay("answer"))], { wire: wires[1]! });
    await counted(sensor, 2 * CONVERSATIONS);
    await sensor.stop();
    const rows = csvRows(readFileSync(csv, "utf8"));
    t.is(rows.length, CONVERSATIONS);
    const [first, second] = wires.map((wire) => String(indexOf(namespaces, wire)));
    t.not(first, second);
    for (const row of rows) {
      t.deepEqual([row.packets, row.reversePackets], ["1", "1"]);
      t.deepEqual([row.interface, row.reverseInterface], [first, second]);
    }
  });

/** One datagram of each conversation. */
function oneWay(direction: "request" | "answer"): Uint8Array {
  return pcap(
    Array.from({ length: CONVERSATIONS }, (_, at) => {
      const [client, server] = [`10.0.0.${at + 1}`, "192.0.2.1"];
      const ip =
        direction === "request" ? { source: client, destination: server } : { source: server, destination: client };
      const ports: [number, number] = direction === "request" ? [30_000 + at, 53] : [53, 30_000 + at];
      const packet = ipv4(ip, 17, udp(ip, ports[0], ports[1], new Uint8Array(32)));
      return { data: ethernet(packet, 0x0800, ["02:00:00:00:00:01", "02:00:00:00:00:02"]), time: at };
    }),
  );
}
