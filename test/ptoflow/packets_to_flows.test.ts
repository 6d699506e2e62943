/** rwptoflow on packets made by hand. */
import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import { concat, type Frame, pcap, pcapng } from "../support/capture_writer.js";
import { ethernet, icmp, ipv4, ipv6, TCP_FLAG, tcp, udp } from "../support/frames.js";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwptoflow", "rwcut", "rwfileinfo");
test.after.always(() => tools.remove());

const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
const TIME = Date.UTC(2026, 10, 21, 8, 0, 0) * 1000;
const IP = { source: "10.0.0.1", destination: "10.0.0.2" };
const IP6 = { source: "2001:db8::1", destination: "2001:db8::2" };

const frame = (payload: Uint8Array, etherType = 0x0800): Uint8Array => ethernet(payload, etherType, MACS);
const SYN = frame(ipv4(IP, 6, tcp(IP, { sourcePort: 4000, destinationPort: 80, sequence: 1, flags: TCP_FLAG.syn })));
const QUERY = frame(ipv4(IP, 17, udp(IP, 5000, 53, new Uint8Array(12))));
const PING = frame(ipv4(IP, 1, icmp(IP, 8, 0, 77, 1, new Uint8Array(8))));
const UNREACHABLE = frame(ipv4(IP, 1, icmp(IP, 3, 4, 0, 0, new Uint8Array(8))));
const FIRST_FRAGMENT = frame(ipv4({ ...IP, id: 9, fragment: 0x2000 }, 17, udp(IP, 6000, 53, new Uint8Array(16))));
const LATER_FRAGMENT = frame(ipv4({ ...IP, id: 9, fragment: 3 }, 17, new Uint8Array(16)));
const QUERY6 = frame(ipv6(IP6, 17, udp(IP6, 7000, 53, new Uint8Array(4))), 0x86dd);
const ARP = frame(new Uint8Array(28), 0x0806);

const ALL: readonly Frame[] = [SYN, QUERY, PING, UNREACHABLE, FIRST_FRAGMENT, LATER_FRAGMENT, QUERY6, ARP].map(
  (data, k) => ({ data, time: TIME + k * 1_000_001 }),
);
tools.write("all.pcap", pcap(ALL));

/** Ports, protocol, octets and flags of each flow. */
async function flowsOf(...args: string[]): Promise<string[]> {
  const { status, octets, stderr } = await tools.run("rwptoflow", args);
  if (status !== 0) throw new Error(stderr);
  const { stdout } = await tools.run("rwcut", ["--fields=3-8", "--delimited", "--no-titles"], { stdin: octets });
  return linesOf(stdout);
}

const EXPECTED = [
  "4000|80|6|1|40|S",
  "5000|53|17|1|40|",
  "0|2048|1|1|36|",
  "0|772|1|1|36|",
  "6000|53|17|1|44|",
  "0|0|17|1|36|",
];

test("each IPv4 packet is a flow of one packet; fragments stand for themselves", async (t) => {
  t.deepEqual(await flowsOf("all.pcap"), EXPECTED);
});

test("times, addresses and what was not set are as SiLK has them", async (t) => {
  const { octets } = await tools.run("rwptoflow", ["all.pcap"]);
  const args = ["--fields=sip,dip,stime,dur,sensor,in,out,nhip", "--delimited", "--no-titles", "--num-recs=2"];
  const { stdout } = await tools.run("rwcut", args, { stdin: octets });
  t.is(
    stdout,
    "10.0.0.1|10.0.0.2|2026/11/21T08:00:00.000|0.000|65535|0|0|0.0.0.0\n" +
      "10.0.0.1|10.0.0.2|2026/11/21T08:00:01.000|0.000|65535|0|0|0.0.0.0\n",
  );
});

test("sensor, interfaces and next hop are set in every flow", async (t) => {
  const set = ["--set-sensorid=7", "--set-inputindex=1", "--set-outputindex=65535", "--set-nexthopip=192.0.2.9"];
  const { octets } = await tools.run("rwptoflow", [...set, "--ipv6", "all.pcap"]);
  const args = ["--fields=sensor,in,out,nhip", "--delimited", "--no-titles", "--integer-sensors"];
  const { stdout } = await tools.run("rwcut", args, { stdin: octets });
  t.deepEqual(linesOf(stdout), new Array(7).fill("7|1|65535|192.0.2.9"));
});

test("fragments are rejected as asked, all or later ones", async (t) => {
  t.deepEqual(await flowsOf("--reject-all-fragments", "all.pcap"), EXPECTED.slice(0, 4));
  t.deepEqual(await flowsOf("--reject-nonzero-fragments", "all.pcap"), EXPECTED.slice(0, 5));
});

test("IPv6 packets are flows only when they are asked for", async (t) => {
  t.deepEqual(await flowsOf("--ipv6", "all.pcap"), [...EXPECTED, "7000|53|17|1|52|"]);
});

test("packets whose ports or flags were not captured are flows without them, or rejected", async (t) => {
  const cut = (data: Uint8Array, length: number): Frame => ({
    data: data.subarray(0, length),
    wireLength: data.length,
    time: TIME,
  });
  // 14 octets of Ethernet and 20 of IP come before the transport header.
  const frames = [
    cut(SYN, 14 + 20 + 19),
    cut(SYN, 14 + 20 + 20),
    cut(QUERY, 14 + 20 + 3),
    cut(QUERY, 14 + 20 + 4),
    cut(PING, 14 + 20 + 1),
    cut(PING, 14 + 20 + 2),
    cut(LATER_FRAGMENT, 14 + 20),
  ];
  tools.write("short.pcap", pcap(frames));
  const whole = ["4000|80|6|1|40|S", "5000|53|17|1|40|", "0|2048|1|1|36|", "0|0|17|1|36|"];
  t.deepEqual(await flowsOf("short.pcap"), [
    "4000|80|6|1|40|",
    whole[0]!,
    "0|0|17|1|40|",
    whole[1]!,
    "0|0|1|1|36|",
    whole[2]!,
    whole[3]!,
  ]);
  t.deepEqual(await flowsOf("--reject-incomplete", "short.pcap"), whole);
});

test("only packets within the time window are looked at, to the microsecond", async (t) => {
  // Packets come every 1.000001 s.
  const within = (window: string) => flowsOf(`--active-time=${window}`, "all.pcap");
  t.deepEqual(await within("2026/11/21:08:00:01-2026/11/21:08:00:02"), EXPECTED.slice(1, 3));
  t.deepEqual(await within("2026/11/21:08:00:01.000002-2026/11/21:08:00:02.000001"), []);
  t.deepEqual(await within("2026/11/21:08:00:01.000001-2026/11/21:08:00:02.000002"), EXPECTED.slice(1, 3));
  t.deepEqual(await within("2026/11/21T08:00:04-"), EXPECTED.slice(4));
  t.deepEqual(await within("2026/11/21T08:00:04"), EXPECTED.slice(4));
  t.is((await tools.run("rwptoflow", ["--active-time=2026/11/22-2026/11/21", "all.pcap"])).status, 1);
});

test("packets that became flows and those that did not are kept, octet by octet", async (t) => {
  const args = [
    "--packet-pass-output=pass.pcap",
    "--packet-reject-output=reject.pcap",
    "--flow-output=kept.rw",
    "--active-time=2026/11/21T08:00:01",
  ];
  const { status, stdout } = await tools.run("rwptoflow", [...args, "all.pcap"]);
  t.deepEqual({ status, stdout }, { status: 0, stdout: "" });
  t.deepEqual(readFileSync(`${tools.path}/pass.pcap`), Buffer.from(pcap(ALL.slice(1, 6))));
  t.deepEqual(readFileSync(`${tools.path}/reject.pcap`), Buffer.from(pcap(ALL.slice(6))));
});

test("an output without packets is a capture all the same", async (t) => {
  const { octets } = await tools.run("rwptoflow", [
    "--packet-reject-output=-",
    "--ipv6",
    tools.write("one.pcap", pcap([ALL[0]!])),
  ]);
  t.deepEqual(octets, Buffer.from(pcap([])));
});

test("flows and packets cannot share standard output", async (t) => {
  const { status, stderr } = await tools.run("rwptoflow", [
    "--flow-output=-",
    "--packet-pass-output=stdout",
    "all.pcap",
  ]);
  t.is(status, 1);
  t.regex(stderr, /Multiple outputs are using standard output/);
});

test("the statistics account for every packet", async (t) => {
  const { stderr } = await tools.run("rwptoflow", [
    "--print-statistics",
    "--flow-output=stats.rw",
    "--reject-all-fragments",
    "--active-time=2026/11/21T08:00:01",
    "all.pcap",
  ]);
  t.deepEqual(linesOf(stderr), [
    "Packets of all.pcap:",
    "           8 read",
    "           1 outside of the time window",
    "           1 rejected: not IP",
    "           1 rejected: IPv6",
    "           0 rejected: malformed or cut off in the headers",
    "           2 rejected: fragments",
    "           0 rejected: incomplete",
    "           3 written as flows",
  ]);
});

test("pcapng, standard input and notes", async (t) => {
  const { octets } = await tools.run("rwptoflow", ["--note-add=by hand", "stdin"], { stdin: pcapng(ALL.slice(0, 2)) });
  const { stdout } = await tools.run("rwfileinfo", [
    "--fields=count-records,annotations,command-lines",
    tools.write("noted.rw", octets),
  ]);
  t.regex(stdout, /count-records +2\n/);
  t.true(stdout.includes("by hand") && stdout.includes("rwptoflow --note-add=by hand stdin"), stdout);
});

test("what is no capture leaves nothing behind; a capture that is cut off gives what came before", async (t) => {
  tools.write("text.pcap", "no capture at all\n");
  const { status, stderr } = await tools.run("rwptoflow", ["--flow-output=none.rw", "text.pcap"]);
  t.is(status, 1);
  t.is(linesOf(stderr).length, 1, stderr);
  t.false(existsSync(`${tools.path}/none.rw`));
  const whole = pcap(ALL);
  tools.write("cut.pcap", whole.subarray(0, whole.length - 60 * 3));
  t.deepEqual(await flowsOf("cut.pcap"), EXPECTED.slice(0, 5));
});

test("wrong arguments are refused by name", async (t) => {
  for (const [args, reason] of [
    [[], /Missing the name of the capture/],
    [["all.pcap", "all.pcap"], /Too many arguments/],
    [["--set-sensorid=65535", "all.pcap"], /above maximum of 65534/],
    [["--set-inputindex=65536", "all.pcap"], /above maximum of 65535/],
    [["--set-nexthopip=2001:db8::1", "all.pcap"], /Not an IPv4 address/],
    [["--plugin=x.so", "all.pcap"], /--plugin is not supported/],
  ] as const) {
    const { status, stderr } = await tools.run("rwptoflow", args);
    t.is(status, 1);
    t.regex(stderr, reason);
  }
});

test("packets of two link types fit into flows, not into one pcap file", async (t) => {
  const both = tools.write(
    "both.pcapng",
    concat([pcapng(ALL.slice(0, 1)), pcapng([{ data: SYN.subarray(14), time: TIME }], { linkType: 101 })]),
  );
  t.deepEqual(await flowsOf(both), [EXPECTED[0]!, EXPECTED[0]!]);
  const { status, stderr } = await tools.run("rwptoflow", [
    "--packet-pass-output=mixed.pcap",
    "--flow-output=mixed.rw",
    both,
  ]);
  t.is(status, 1);
  t.regex(stderr, /several link types/);
  t.false(existsSync(`${tools.path}/mixed.pcap`) || existsSync(`${tools.path}/mixed.rw`));
});
