import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { pcap } from "../support/capture_writer.js";
import { StreamCollector, UdpCollector } from "../support/collectors.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { csvSums } from "../support/csv.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { ethernet, ipv6, udp } from "../support/frames.js";
import { IpfixSession } from "../support/ipfix_collector.js";
import { manyFlows } from "../support/many_flows.js";
import { freePort } from "../support/ports.js";
import { linesOf, run, start, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test);

const small = scratch.write("small.pcap", pcap([...datagrams(3, 1000), ...datagrams(2, 1000, undefined, "10.9.9.9")]));
const SOME = 3_000;
const some = scratch.write("some.pcap", manyFlows(SOME));

/** What the report says of an output. */
function reported(stderr: string, output: string): { exported: number; lost: number; reconnects: number } {
  const line =
    linesOf(stderr).find((each) => each.startsWith(`flowtap: ${output}: `) && / records?[, ]?/.test(each)) ?? "";
  const number = (pattern: RegExp) => Number(pattern.exec(line)?.[1]?.replaceAll(",", "") ?? 0);
  return {
    exported: number(/: ([\d,]+) records?/),
    lost: number(/ ([\d,]+) lost/),
    reconnects: number(/ ([\d,]+) reconnects?/),
  };
}

/** The sums of IPFIX datagrams, of which none may be missing. */
function ipfixSums(t: ExecutionContext, datagramsGot: readonly Buffer[]) {
  const session = new IpfixSession();
  for (const datagram of datagramsGot) session.message(datagram);
  t.is(session.missing, 0);
  return session.sums;
}

fixtureTest("IPFIX over UDP brings a collector the flows of the CSV, in datagrams below the MTU", async (t) => {
  for (const [name, mtu] of [
    ["teams.pcap", 9000],
    ["synscan.pcap", 1500],
    ["http_ipv6.pcap", 1280],
  ] as const) {
    const collector = await UdpCollector.open();
    const args = ["-o", `ipfix+udp://127.0.0.1:${collector.port}`, "--mtu", String(mtu), "-o", "csv:-"];
    const { status, stdout, stderr } = await run(["meter", "-r", join(FIXTURES, "captures", name), ...args]);
    t.is(status, 0, stderr);
    const sums = csvSums(stdout);
    await collector.settled();
    t.deepEqual(ipfixSums(t, collector.datagrams), sums);
    t.true(
      collector.datagrams.every((datagram) => datagram.length <= mtu - 28),
      name,
    );
    t.is(reported(stderr, `ipfix+udp://127.0.0.1:${collector.port}`).exported, sums.records);
    collector.close();
  }
});

test.serial("datagrams over IPv6 leave room for the longer header", async (t) => {
  const collector = await UdpCollector.open("::1");
  const output = `ipfix+udp://[::1]:${collector.port}`;
  const { status, stderr } = await run(["meter", "-r", some, "-o", output, "--mtu", "1280"]);
  t.is(status, 0, stderr);
  await collector.settled();
  t.true(collector.datagrams.length > 10);
  t.true(collector.datagrams.every((datagram) => datagram.length <= 1280 - 48));
  t.is(ipfixSums(t, collector.datagrams).records, SOME);
  collector.close();
});

for (const [format, version] of [
  ["netflow5", 5],
  ["netflow9", 9],
] as const) {
  test.serial(`${format} datagrams stay below a small MTU`, async (t) => {
    const collector = await UdpCollector.open();
    const { status, stderr } = await run([
      ...["meter", "-r", some, "-o", `${format}+udp://127.0.0.1:${collector.port}`, "--mtu", "1280"],
    ]);
    t.is(status, 0, stderr);
    await collector.settled();
    t.true(collector.datagrams.length > 10);
    t.true(
      collector.datagrams.every((datagram) => datagram.length <= 1280 - 28 && datagram.readUInt16BE(0) === version),
    );
    t.is(reported(stderr, `${format}+udp://127.0.0.1:${collector.port}`).exported, SOME);
    collector.close();
  });
}

test.serial("templates come again over UDP after the number of messages that the user said", async (t) => {
  const collector = await UdpCollector.open();
  const output = `ipfix+udp://127.0.0.1:${collector.port}`;
  const { status } = await run([
    "meter",
    "-r",
    some,
    "-o",
    output,
    "--template-refresh-packets",
    "10",
    "--mtu",
    "1280",
  ]);
  t.is(status, 0);
  await collector.settled();
  t.true(collector.datagrams.length > 20);
  const withTemplates = collector.datagrams.filter((datagram) => datagram.readUInt16BE(16) === 2);
  t.true(withTemplates.length >= Math.floor(collector.datagrams.length / 11), `${withTemplates.length}`);
  collector.close();
});

test.serial("flows that NetFlow v5 cannot carry are counted as such and not as lost", async (t) => {
  const collector = await UdpCollector.open();
  const ip = { source: "2001:db8::1", destination: "2001:db8::2" };
  const macs = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
  const data = ethernet(ipv6(ip, 17, udp(ip, 1000, 2000, new Uint8Array(4))), 0x86dd, macs);
  const capture = scratch.write("mixed.pcap", pcap([...datagrams(2, 1), { data, time: CONVERSATION_START }]));
  const { status, stderr } = await run(["meter", "-r", capture, "-o", `netflow5+udp://127.0.0.1:${collector.port}`]);
  t.is(status, 0, stderr);
  t.regex(stderr, /: 1 record, 72 octets, 1 flow the format cannot carry/);
  collector.close();
});

test.serial("a UDP port that nobody listens on neither stalls the run nor touches another output", async (t) => {
  const dead = `ipfix+udp://127.0.0.1:${await freePort()}`;
  const { status, stdout, stderr } = await run(["meter", "-r", some, "-o", dead, "-o", "csv:-"]);
  t.is(csvSums(stdout).records, SOME);
  const { exported, lost } = reported(stderr, dead);
  t.is(exported + lost, SOME);
  t.true(lost > 0);
  t.is(status, 1);
  t.is(linesOf(stderr).filter((line) => line.includes("nobody listens there")).length, 1);
});

fixtureTest("IPFIX over TCP brings a collector the flows of the CSV", async (t) => {
  const collector = await StreamCollector.open();
  const capture = join(FIXTURES, "captures", "teams.pcap");
  const output = `ipfix+tcp://127.0.0.1:${collector.port}`;
  const { status, stdout, stderr } = await run(["meter", "-r", capture, "-o", output, "-o", "csv:-"]);
  t.is(status, 0, stderr);
  await until(() => collector.records >= csvSums(stdout).records, "the flows");
  t.deepEqual(collector.errors, []);
  t.deepEqual(collector.sessions[0]?.sums, csvSums(stdout));
  t.is(collector.sessions[0]?.missing, 0);
  t.is(collector.sessions[0]?.torn, 0);
  await collector.close();
});

test.serial("a TCP collector that comes late gets everything", async (t) => {
  const port = await freePort();
  const { child, ended } = start(["meter", "-r", small, "-o", `ipfix+tcp://127.0.0.1:${port}`]);
  child.stdin.end();
  await new Promise((resolve) => setTimeout(resolve, 700)); // the first attempts fail
  const collector = await StreamCollector.open({ port });
  const { status, stderr } = await ended;
  t.is(status, 0, stderr);
  await until(() => collector.records >= 2, "the flows");
  t.is(collector.records, 2);
  t.deepEqual(collector.errors, []);
  await collector.close();
});

test.serial("a TCP collector that never comes costs a bounded time, and its records count as lost", async (t) => {
  const output = `ipfix+tcp://127.0.0.1:${await freePort()}`;
  const { status, stdout, stderr } = await run(["meter", "-r", some, "-o", output, "-o", "csv:-"]);
  t.is(status, 1);
  t.is(csvSums(stdout).records, SOME);
  t.like(reported(stderr, output), { exported: 0, lost: SOME });
  t.regex(stderr, /3000 records did not get out: nobody listens there \(connection refused\)/);
});

test.serial(
  "a collector that restarts gets the templates first again, and every record is exported or lost",
  async (t) => {
    const first = await StreamCollector.open();
    const { port } = first;
    const output = `ipfix+tcp://127.0.0.1:${port}`;
    const { child, ended } = start(["meter", "-r", "-", "-o", output, "-o", "csv:-"]);
    // Each packet of a new source, an hour after the one before, ends the flow before it.
    const HOUR = 3600 * 1_000_000;
    let written = 0;
    const write = () => {
      const octets = pcap(
        datagrams(1, 1, CONVERSATION_START + written * HOUR, `10.0.${written >> 8}.${written & 255}`),
      );
      child.stdin.write(written++ === 0 ? octets : octets.subarray(24));
    };
    const writer = setInterval(write, 20);
    try {
      await until(() => first.records >= 5, "records in the first session");
      await first.close();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const second = await StreamCollector.open({ port });
      await until(() => second.records >= 5, "records in the second session");
      clearInterval(writer);
      child.stdin.end();
      const { status, stdout, stderr } = await ended;
      const { exported, lost, reconnects } = reported(stderr, output);
      t.is(exported + lost, csvSums(stdout).records);
      t.is(csvSums(stdout).records, written);
      t.true(first.records + second.records <= exported);
      t.true(reconnects >= 1);
      t.is(status, lost > 0 ? 1 : 0);
      t.deepEqual([...first.errors, ...second.errors], []); // data before a template would be one
      t.is(second.sessions[0]?.missing, 0);
      await second.close();
    } finally {
      clearInterval(writer);
      child.kill("SIGKILL");
    }
  },
);

test.serial("a collector that accepts and never reads holds the run up for a bounded time only", async (t) => {
  const collector = await StreamCollector.open({ behaviour: "ignore" });
  const output = `ipfix+tcp://127.0.0.1:${collector.port}`;
  const flows = 400_000; // 26 MB of IPFIX: more than the kernel's buffers and a queue of 1 MiB hold
  const capture = scratch.write("large.pcap", manyFlows(flows));
  const { status, stderr } = await run(["meter", "-r", capture, "--queue", "1", "-o", output, "-o", "null:"]);
  t.is(status, 1);
  const { exported, lost } = reported(stderr, output);
  t.is(exported + lost, flows);
  t.true(lost > 0);
  t.is(reported(stderr, "null").exported, flows);
  t.regex(stderr, /records did not get out: the collector did not take them in time/);
  await collector.close();
});
