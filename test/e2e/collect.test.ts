import { createSocket } from "node:dgram";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test, { type ExecutionContext } from "ava";
import { makeCertificates } from "../support/certificates.js";
import { RunningCollector, storedSums, storedSumsOf } from "../support/collector.js";
import { netflow5 } from "../support/export_messages.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { FLOW_FIELDS, flow, ipfix, netFlow9, set, template, u16 } from "../support/ipfix_messages.js";
import { NotifySocket } from "../support/notify_socket.js";
import { freePort } from "../support/ports.js";
import { linesOf, run, runCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test);

const OFFICE = resolve("pcaps", "office.pcap");
/** Flows of the capture, each direction counted. */
const OFFICE_SUMS = { records: 62 };

let stores = 0;
const newStore = () => join(scratch.path, `store${stores++}`);

async function send(datagrams: readonly Uint8Array[], port: number): Promise<void> {
  const socket = createSocket("udp4");
  for (const each of datagrams) await new Promise((sent) => socket.send(each, port, "127.0.0.1", sent));
  socket.close();
}

/** Meters the small capture into outputs on loopback. */
async function meterInto(t: ExecutionContext, ...outputs: string[]): Promise<void> {
  const { status, stderr } = await run(["meter", "-r", OFFICE, ...outputs.flatMap((output) => ["-o", output])]);
  t.is(status, 0, stderr);
}

/** What the meter itself says of the small capture. */
async function officeSums(...filter: string[]) {
  const store = newStore();
  await run(["meter", "-r", OFFICE, "--store", store, "-q"]);
  return storedSums(store, ...filter);
}

test("what a meter exports in every format is in the store within seconds, as the meter itself stores it", async (t) => {
  const expected = await officeSums();
  const ipv4 = await officeSums("--ip-version=4");
  t.is(expected.records, OFFICE_SUMS.records);
  t.true(ipv4.records < expected.records);
  for (const scheme of ["ipfix+udp", "ipfix+tcp", "netflow9+udp", "netflow5+udp"]) {
    const store = newStore();
    const collector = await RunningCollector.start(t, ["--listen", `${scheme}://127.0.0.1:0`, "--store", store]);
    await meterInto(t, `${scheme}://127.0.0.1:${collector.ports[0]}`);
    // NetFlow 5 has no IPv6.
    const sent = scheme.startsWith("netflow5") ? ipv4 : expected;
    t.deepEqual(await storedSumsOf(store, sent.records), sent, scheme);
    const { status, stderr } = await collector.service.stop();
    t.is(status, 0, stderr);
    t.deepEqual(await storedSums(store), sent, `${scheme}, sealed`);
  }
});

test("an IPFIX file and rows on standard output come to the same flows", async (t) => {
  const expected = await officeSums();
  const file = join(scratch.path, "office.ipfix");
  await meterInto(t, file);
  const store = newStore();
  const { status, stderr } = await run(["collect", "-r", file, "--store", store]);
  t.is(status, 0, stderr);
  t.deepEqual(
    linesOf(stderr)
      .slice(1, 3)
      .map((line) => line.replace(/, of 1 session.*/, "")),
    [
      `flowtap: 1 message, ${readFileSync(file).length.toLocaleString("en-US")} octets`,
      "flowtap: 34 records; 32 of flows, which became 62 rows, 2 told about the exporter, not about flows",
    ],
  );
  t.deepEqual(await storedSums(store), expected);
  const rows = await run(["collect", "-r", file, "-o", "-", "-q"]);
  t.is(rows.status, 0, rows.stderr);
  const values = ["--fields=proto", "--values=packets", "--no-titles", "--delimited=,"];
  const cut = await run(["uniq", ...values], { stdin: rows.octets });
  t.is(
    linesOf(cut.stdout).reduce((sum, line) => sum + Number(line.split(",")[1]), 0),
    expected.packets,
  );
});

test("addresses that are not accepted and protocols that are not taken are counted, and say so in the log", async (t) => {
  const store = newStore();
  const listeners = ["--listen", "netflow9+udp://127.0.0.1:0", "--listen", "netflow+udp://127.0.0.1:0"];
  const refusing = await RunningCollector.start(t, [...listeners, "--accept-from=192.0.2.0/24", "--store", store]);
  await send([netflow5(3)], refusing.ports[1]!);
  await refusing.service.says(/netflow\+udp:.*addresses that are not accepted$/);
  await refusing.service.stop();
  const taking = await RunningCollector.start(t, [...listeners, "--accept-from=127.0.0.0/8", "--store", store]);
  await send([netflow5(3)], taking.ports[0]!);
  await taking.service.says(/netflow9\+udp:.*a protocol that is not taken here$/);
  await send([netflow5(3)], taking.ports[1]!);
  t.is((await storedSumsOf(store, 3)).records, 3);
});

test("SIGHUP takes a new accept list, SIGUSR1 prints what came, SIGTERM ends in order", async (t) => {
  const store = newStore();
  const config = (accept: string) =>
    scratch.write(
      "collect.yaml",
      `collect:\n  listen: netflow+udp://127.0.0.1:0\n  store: ${store}\n  accept-from: ${accept}\n`,
    );
  const path = config("192.0.2.1");
  t.is((await run(["check-config", path])).stdout, `${path}: good\n`);
  const { service, ports } = await RunningCollector.start(t, ["--config", path]);
  await send([netflow5(5)], ports[0]!);
  await service.says(/not accepted$/);
  config("[127.0.0.1, 192.0.2.1]");
  service.signal("SIGHUP");
  await service.says(/^the configuration was read again$/);
  await send([netflow5(5)], ports[0]!);
  t.is((await storedSumsOf(store, 5)).records, 5);
  config("10.0.0.0/77");
  service.signal("SIGHUP");
  await service.says(/the configuration was not taken, the old one stays: .*collect\.yaml:4:16: collect\.accept-from/);
  service.signal("SIGUSR1");
  await until(() => service.stderr.includes("127.0.0.1 netflow5: 1 messages, 5 records, 5 rows"), "the status");
  const { status } = await service.stop();
  t.is(status, 0);
  t.is((await storedSums(store)).records, 5);
});

test("templates are known again after a restart", async (t) => {
  const store = newStore();
  const port = await freePort();
  const args = ["--listen", `netflow9+udp://127.0.0.1:${port}`, "--store", store];
  const exporter = createSocket("udp4");
  t.teardown(() => exporter.close());
  const say = (octets: Uint8Array) => new Promise((sent) => exporter.send(octets, port, "127.0.0.1", sent));
  const first = await RunningCollector.start(t, args);
  await say(netflow9(0, TEMPLATE));
  await say(netflow9(1, data(1)));
  t.is((await storedSumsOf(store, 1)).records, 1);
  await first.service.stop();
  const second = await RunningCollector.start(t, args);
  await say(netflow9(2, data(2)));
  t.is((await storedSumsOf(store, 2)).records, 2);
  t.is((await second.service.stop()).status, 0);
});

/** A NetFlow 9 message with one flowset; RFC 3954 section 5.1. */
function netflow9(sequence: number, flowset: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(9, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(100_000, 4);
  head.writeUInt32BE(Math.floor(Date.now() / 1000), 8);
  head.writeUInt32BE(sequence, 12);
  return Buffer.concat([head, flowset]);
}

/** Template 300: source and destination address, octets, packets, first and last uptime, protocol. */
const FIELDS = [8, 4, 12, 4, 1, 4, 2, 4, 22, 4, 21, 4, 4, 4] as const;
const TEMPLATE = Buffer.alloc(8 + 2 * FIELDS.length);
for (const [at, value] of [0, TEMPLATE.length, 300, FIELDS.length / 2, ...FIELDS].entries())
  TEMPLATE.writeUInt16BE(value, 2 * at);

function data(host: number): Buffer {
  const octets = Buffer.alloc(4 + 28);
  octets.writeUInt16BE(300, 0);
  octets.writeUInt16BE(octets.length, 2);
  for (const [at, value] of [0x0a00_0000 + host, 0xc000_0201, 500, 5, 90_000, 95_000, 17].entries())
    octets.writeUInt32BE(value, 4 + 4 * at);
  return octets;
}

test("an exporter with a certificate is collected over TLS, one without is refused with a line in the log", async (t) => {
  const certificates = makeCertificates(scratch);
  const store = newStore();
  const tls = ["--tls-cert", certificates.cert, "--tls-key", certificates.key, "--tls-ca", certificates.ca];
  const { service, ports } = await RunningCollector.start(t, [
    "--listen",
    "ipfix+tls://localhost:0",
    ...tls,
    "--store",
    store,
  ]);
  const output = ["meter", "-r", OFFICE, "-o", `ipfix+tls://localhost:${ports[0]}`, "--tls-ca", certificates.ca];
  const stranger = await run(output);
  t.not(stranger.status, 0);
  await service.says(/: TLS with .* failed: /);
  const known = await run([...output, "--tls-cert", certificates.clientCert, "--tls-key", certificates.clientKey]);
  t.is(known.status, 0, known.stderr);
  t.is((await storedSumsOf(store, OFFICE_SUMS.records)).records, OFFICE_SUMS.records);
});

test("the service manager hears when the collector is ready, and health and metrics are served", async (t) => {
  const manager = await NotifySocket.open();
  t.teardown(() => manager.close());
  const store = newStore();
  const port = await freePort();
  const args = ["--listen", "netflow+udp://127.0.0.1:0", "--store", store, "--metrics", String(port)];
  const { service, ports } = await RunningCollector.start(t, args, { env: { NOTIFY_SOCKET: manager.path } });
  await until(() => manager.times("READY=1") > 0, "READY=1");
  await send([netflow5(4), Buffer.from("nonsense")], ports[0]!);
  t.is((await storedSumsOf(store, 4)).records, 4);
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  t.deepEqual(await get("/healthz"), { status: 200, text: "ok\n" });
  t.deepEqual(JSON.parse((await get("/readyz")).text), {
    ready: true,
    conditions: { listeners: { ok: true }, store: { ok: true } },
  });
  const listener = 'listener="netflow+udp://127.0.0.1:0"';
  let text = "";
  await until(async () => {
    ({ text } = await get("/metrics"));
    return text.includes(`flowtap_receive_messages_total{${listener}} 2\n`);
  }, "both messages");
  for (const line of [
    `flowtap_receive_messages_total{${listener}} 2`,
    `flowtap_receive_taken_messages_total{${listener}} 1`,
    `flowtap_receive_refused_messages_total{${listener},reason="protocol"} 1`,
    `flowtap_receive_dropped_datagrams_total{${listener},reason="ring"} 0`,
    'flowtap_collect_messages_total{outcome="decoded"} 1',
    'flowtap_collect_records_total{outcome="flows"} 4',
    'flowtap_collect_exporter_rows_total{exporter="127.0.0.1",protocol="netflow5"} 4',
    "flowtap_store_journal_records_total 4",
  ])
    t.true(text.split("\n").includes(line), line);
  if (haveTools(t, "promtool")) {
    const checked = await runCommand("promtool", ["check", "metrics"], { stdin: text });
    t.deepEqual(linesOf(checked.stdout + checked.stderr), []);
  }
  t.is((await service.stop()).status, 0);
  await until(() => manager.times("STOPPING=1") > 0, "STOPPING=1");
});

test("probes of a sensors.conf listen, and each sensor gets its flows", async (t) => {
  const [one, two] = [await freePort(), await freePort()];
  const conf = scratch.write(
    "sensors.conf",
    `probe P1 netflow-v5
  listen-on-port ${one}
  protocol udp
  listen-as-host 127.0.0.1
end probe
probe P2 netflow-v5
  listen-on-port ${two}
  protocol udp
  listen-as-host 127.0.0.1
end probe
sensor Edge
  netflow-v5-probes P1
  internal-ipblocks 10.0.0.0/8
  external-ipblocks remainder
end sensor
sensor Core
  netflow-v5-probes P1 P2
  internal-ipblocks 192.0.2.0/24
  external-ipblocks remainder
end sensor
`,
  );
  const store = newStore();
  const { service } = await RunningCollector.start(t, ["--sensor-config", conf, "--store", store]);
  await send([netflow5(10)], one);
  await send([netflow5(4, 100)], two);
  t.is((await storedSumsOf(store, 24)).records, 24);
  t.is((await storedSums(store, "--sensors=Edge")).records, 10);
  t.is((await storedSums(store, "--sensors=Core")).records, 14);
  t.is((await service.stop()).status, 0);
  const typed = async (type: string) => (await storedSums(store, `--type=${type}`)).records;
  t.deepEqual([await typed("outweb"), await typed("inweb")], [10, 14]);
});

test("data whose template never comes is given up though nothing else comes", async (t) => {
  const listen = ["--listen", "ipfix+udp://127.0.0.1:0", "--waiting-time=1"];
  const { service, ports } = await RunningCollector.start(t, [...listen, "--store", newStore()]);
  await send([ipfix({}, set(300, flow()))], ports[0]!);
  await service.says(/its template did not come$/);
  t.is((await service.stop()).status, 0);
});

test("refused flows are of the null network's types, and VLANs tell networks apart, where probes say so", async (t) => {
  const port = await freePort();
  const conf = scratch.write(
    "firewall.conf",
    `probe ASA netflow-v9
  listen-on-port ${port}
  protocol udp
  listen-as-host 127.0.0.1
  quirks firewall-event zero-packets
  interface-values vlan
end probe
sensor Wall
  netflow-v9-probes ASA
  internal-ipblocks 198.51.100.0/24
  external-ipblocks remainder
end sensor
sensor Switch
  netflow-v9-probes ASA
  internal-interfaces 7
  external-interfaces 8
  null-interfaces 0
end sensor
`,
  );
  const store = newStore();
  const { service } = await RunningCollector.start(t, ["--sensor-config", conf, "--store", store]);
  const learn = set(0, template(300, ...FLOW_FIELDS, [58, 2], [59, 2], [233, 1]));
  const event = (number: number, vlan: number, post: number) =>
    Buffer.concat([flow(), u16(vlan, post), Buffer.of(number)]);
  const events = [event(1, 8, 7), event(2, 8, 7), event(3, 8, 7), event(3, 8, 7), event(5, 7, 8)];
  const exported = Math.floor(Date.now() / 1000);
  await send([netFlow9({ exported }, learn, set(300, ...events))], port);
  t.is((await storedSumsOf(store, 8)).records, 8);
  t.is((await service.stop()).status, 0);
  const typed = async (sensor: string, type: string) =>
    (await storedSums(store, `--sensors=${sensor}`, `--type=${type}`)).records;
  t.deepEqual([await typed("Wall", "in"), await typed("Wall", "innull"), await typed("Wall", "out")], [2, 2, 0]);
  t.deepEqual([await typed("Switch", "in"), await typed("Switch", "innull"), await typed("Switch", "out")], [1, 2, 1]);
});

for (const [args, reason] of [
  [["--store", "/x"], /^flowtap: where do flows come from\?/],
  [["--listen", "netflow+udp://127.0.0.1:1"], /^flowtap: where should flows go\?/],
  [["-r", "x.pcap", "--listen", "netflow+udp://h:1", "-o", "null:"], /^flowtap: --listen and -r exclude each other/],
  [["--listen", "netflow+udp://127.0.0.1:0", "-o", "x.ipfix"], /^flowtap: -o FILE is for -r/],
  [["x.pcap"], /^flowtap: unexpected argument 'x.pcap': files are given with -r/],
] as const)
  test(`collect ${args.join(" ")} is wrong usage`, async (t) => {
    const { status, stderr } = await run(["collect", ...args]);
    t.is(status, 2);
    t.regex(stderr, reason);
  });

test("an input that cannot be read is an error, and one of several costs only itself", async (t) => {
  const alone = await run(["collect", "-r", "/no/such.pcap", "-o", "null:"]);
  t.is(alone.status, 1);
  t.is(linesOf(alone.stderr).length, 1, alone.stderr);
  const file = join(scratch.path, "some.ipfix");
  await meterInto(t, file);
  const both = await run(["collect", "-r", "/no/such.pcap", "-r", file, "-o", "null:"]);
  t.is(both.status, 4, both.stderr);
  t.regex(both.stderr, /became 62 rows/);
});

/** The totals of a capture, as the meter stores it. */
async function meteredSums(capture: string, ...filter: string[]) {
  const store = newStore();
  await run(["meter", "-r", capture, "--store", store, "-q"]);
  return storedSums(store, ...filter);
}

const TEAMS = join(FIXTURES, "captures", "teams.pcap");

/** What is stored of an exporter that runs to its end, by a collector that is stopped then. */
async function exported(t: ExecutionContext, start: (port: number) => ReturnType<typeof runCommand>) {
  const store = newStore();
  const args = ["--listen", "netflow+udp://127.0.0.1:0", "--store", store];
  const { service, ports } = await RunningCollector.start(t, args);
  const { stdout, stderr } = await start(ports[0]!);
  // What the exporter has sent is in the socket or further: the end takes it.
  const ended = await service.stop();
  t.is(ended.status, 0, ended.stderr);
  return { sums: await storedSums(store), said: stdout + stderr };
}

for (const version of ["5", "9", "10"])
  fixtureTest(`softflowd -v ${version} exporting a capture gives the totals of the capture`, async (t) => {
    if (!haveTools(t, "softflowd")) return;
    const { packets } = await meteredSums(TEAMS);
    const { sums, said } = await exported(t, (port) => {
      // With a control socket it may wait for somebody to connect there.
      const files = ["-p", join(scratch.path, `softflowd-${version}.pid`), "-c", "none"];
      return runCommand("softflowd", ["-r", TEAMS, "-n", `127.0.0.1:${port}`, "-v", version, "-d", ...files]);
    });
    // It counts the padding of short frames as octets of IP: its own totals, which it prints by protocol, say the same.
    const protocols = [...said.matchAll(/^ +\S+ +\(\d+\): +(\d+) +(\d+) /gm)];
    const total = (column: number) => protocols.reduce((sum, found) => sum + Number(found[column]), 0);
    t.deepEqual([total(2), sums.packets, sums.octets], [packets, packets, total(1)]);
  });

for (const version of ["5", "9", "10"])
  fixtureTest(`pmacctd's nfprobe version ${version} exporting a capture gives the totals of the capture`, async (t) => {
    if (!haveTools(t, "pmacctd")) return;
    const { packets, octets } = await meteredSums(TEAMS, "--ip-version=4");
    const { sums } = await exported(t, (port) => {
      const configuration = scratch.write(
        `pmacctd-${version}.conf`,
        [
          "daemonize: false",
          `pcap_savefile: ${TEAMS}`,
          "plugins: nfprobe",
          "aggregate: src_host, dst_host, src_port, dst_port, proto, tos",
          `nfprobe_receiver: 127.0.0.1:${port}`,
          `nfprobe_version: ${version}`,
          "",
        ].join("\n"),
      );
      return runCommand("pmacctd", ["-f", configuration]);
    });
    t.deepEqual([sums.packets, sums.octets], [packets, octets]);
  });

fixtureTest("nfpcapd exporting a capture gives the totals that it writes into a file itself", async (t) => {
  if (!haveTools(t, "nfpcapd", "nfdump")) return;
  // Debian's keeps a last message that is not full: with these elements the last record of this capture fills it.
  const elements = ["-o", "fat,payload"];
  const files = join(scratch.path, "nfpcapd");
  mkdirSync(files);
  await runCommand("nfpcapd", ["-r", TEAMS, "-w", files, ...elements]);
  const { stdout } = await runCommand("nfdump", ["-R", files, "-I"]);
  const said = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(stdout)?.[1]);
  const { sums } = await exported(t, (port) =>
    runCommand("nfpcapd", ["-r", TEAMS, "-H", `127.0.0.1/${port}`, ...elements]),
  );
  t.true(sums.packets > 0);
  t.deepEqual([sums.packets, sums.octets], [said("Packets"), said("Bytes")]);
});
