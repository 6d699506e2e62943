import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { csvSums } from "../support/csv.js";
import { decodeFile } from "../support/ipfix_collector.js";
import { counted, untilStatus } from "../support/live_status.js";
import { scraped, sumOf } from "../support/metrics_text.js";
import { namespacesFor, sendCapture, WIRE } from "../support/namespaces.js";
import { linesOf, run, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const CAPTURE = resolve("pcaps", "office.pcap");
/** Packets of the capture. */
const PACKETS = 592;

test("check-config says good with status 0, or what is wrong with status 3, a line each", async (t) => {
  const good = scratch.write("good.yaml", "meter:\n  interface: eth1\n  promiscuous: on\n");
  t.like(await run(["check-config", good]), { status: 0, stdout: `${good}: good\n`, stderr: "" });
  const bad = scratch.write("bad.yaml", "meter:\n  interfaces: eth1\n  mtu: x\n");
  t.like(await run(["check-config", bad]), {
    status: 3,
    stdout: "",
    stderr:
      `flowtap: ${bad}:2:3: meter.interfaces: there is no such key, did you mean interface?\n` +
      `flowtap: ${bad}:3:8: meter.mtu: expected a number, found 'x'\n`,
  });
  const wrong = scratch.write("wrong.yaml", "meter:\n  mtu: 1\n  queue: 0\n");
  t.like(await run(["check-config"], { env: { FLOWTAP_CONFIG: wrong } }), {
    status: 3,
    stderr:
      `flowtap: ${wrong}:2:8: meter.mtu: '1' is not a whole number from 1280 to 65535\n` +
      `flowtap: ${wrong}:3:10: meter.queue: '0' is not a whole number from 1 to 4096\n`,
  });
  const none = join(scratch.path, "none.yaml");
  t.like(await run(["check-config", none]), {
    status: 3,
    stderr: `flowtap: ${none}: cannot be read: no such file or directory\n`,
  });
  t.is((await run(["check-config", good, bad])).status, 2);
});

test("check-config checks the environment, too, and prints what is in force", async (t) => {
  const path = scratch.write("print.yaml", "meter: {interface: eth1, mtu: 1400}\n");
  const env = { FLOWTAP_METER_MTU: "1300" };
  const { status, stdout } = await run(["check-config", "--print", path], { env });
  t.is(status, 0);
  t.regex(stdout, /^meter:\n {2}interface: eth1 +# .*print\.yaml:1:20\n {2}mtu: 1300 +# FLOWTAP_METER_MTU\n/);
  t.like(await run(["check-config", path], { env: { FLOWTAP_METER_MTU: "1" } }), {
    status: 3,
    stderr: "flowtap: FLOWTAP_METER_MTU: '1' is not a whole number from 1280 to 65535\n",
  });
});

test("check-config --schema prints a JSON Schema", async (t) => {
  const { status, stdout } = await run(["check-config", "--schema"]);
  t.is(status, 0);
  t.like(JSON.parse(stdout), { $schema: "https://json-schema.org/draft/2020-12/schema", title: "flowtap.yaml" });
});

test("meter takes a section of a file, variables and switches, in this order, also for captures", async (t) => {
  const path = scratch.write(
    "meter.yaml",
    "meter:\n  interface: eth1\n  output: csv:-\n  filter: udp\n  uniflow: true\n",
  );
  const fields = ["--fields=protocol,packets"];
  const udp = await run(["meter", "--config", path, "-r", CAPTURE, ...fields]);
  t.is(udp.status, 0, udp.stderr);
  const protocols = (text: string) =>
    new Set(
      linesOf(text)
        .slice(1)
        .map((line) => line.split(",")[0]),
    );
  t.deepEqual(protocols(udp.stdout), new Set(["17"]));
  const env = { FLOWTAP_CONFIG: path, FLOWTAP_METER_FILTER: "tcp" };
  const tcp = await run(["meter", "-r", CAPTURE, ...fields], { env });
  t.deepEqual(protocols(tcp.stdout), new Set(["6"]));
  const icmp = await run(["meter", "-r", CAPTURE, "--filter=icmp", ...fields], { env });
  t.deepEqual(protocols(icmp.stdout), new Set(["1"]));
});

test("meter refuses a wrong file or variable with status 3, a wrong switch with status 2", async (t) => {
  const path = scratch.write("refused.yaml", "meter:\n  mtu: 1\n  interface: eth1\n  buffer: 0\n");
  t.like(await run(["meter", "--config", path]), {
    status: 3,
    stderr:
      `flowtap: ${path}:2:8: meter.mtu: '1' is not a whole number from 1280 to 65535\n` +
      `flowtap: ${path}:4:11: meter.buffer: '0' is not a whole number from 1 to 2047\n`,
  });
  t.like(await run(["meter", "--config", path, "-r", CAPTURE]), {
    status: 3,
    stderr: `flowtap: ${path}:2:8: meter.mtu: '1' is not a whole number from 1280 to 65535\n`,
  });
  t.is((await run(["meter", "--config", path, "--mtu=1500", "--buffer=x"])).status, 2);
  t.is((await run(["meter", "-r", CAPTURE], { env: { FLOWTAP_METER_MTTU: "1500" } })).status, 3);
});

test("SIGHUP changes outputs, filter and timeouts without losing a packet; a wrong file changes nothing", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined || !haveTools(t, "tcpreplay")) return;
  const output = (name: string) => join(scratch.path, name);
  const path = join(scratch.path, "live.yaml");
  const configure = (lines: readonly string[]) => writeFileSync(path, `meter:\n${lines.join("\n")}\n`);
  const listen = `  interface: ${WIRE}`;
  const outputs = (name: string) => `  output: [${output(name)}, ${output("all.csv")}]`;
  const offline = async (...filter: string[]) => {
    const { stderr } = await run(["meter", "-r", CAPTURE, "-o", "null:", ...filter]);
    return Number(/ ([\d,]+) metered/.exec(stderr)?.[1]?.replaceAll(",", ""));
  };
  const [tcp, ip] = [await offline("--filter=tcp"), await offline()];
  /** A thread takes what was read again at its next look around, and tells the time of it. */
  const adopted = async () => {
    const since = Date.now() / 1000;
    const heartbeat = async () =>
      sumOf(await scraped(namespaces.receiver, 9469), "flowtap_meter_heartbeat_timestamp_seconds") > since;
    await until(heartbeat, "a heartbeat");
  };

  configure([listen, outputs("one.ipfix"), "  filter: tcp", "  metrics: 9469"]);
  const sensor = RunningSensor.start(t, namespaces, ["--config", path]);
  await sensor.meters();
  await sendCapture(namespaces, CAPTURE);
  await counted(sensor, tcp);

  configure([listen, outputs("two.ipfix"), "  idle-timeout: {default: 600, tcp: 300}", "  metrics: 1"]);
  sensor.signal("SIGHUP");
  await sensor.says(/^the configuration was read again$/);
  await sensor.says(/^--metrics has changed: it takes effect with the next start$/);
  await adopted();
  await until(() => existsSync(output("one.ipfix")), "the file that is no longer an output");
  await sendCapture(namespaces, CAPTURE);
  await counted(sensor, tcp + PACKETS);

  configure([listen, outputs("three.ipfix"), "  filter: icmp", "  max-flow: 3", "  mtu: 1x"]);
  sensor.signal("SIGHUP");
  await sensor.says(/^the configuration was not taken, the old one stays: .*live\.yaml:5:3: meter\.max-flow: /);
  await sensor.says(/^the configuration was not taken, the old one stays: .*live\.yaml:6:8: meter\.mtu: /);
  configure([listen, `  output: [/nowhere/three.ipfix, ${output("all.csv")}]`, "  filter: icmp"]);
  sensor.signal("SIGHUP");
  await sensor.says(/^the configuration was not taken, the old one stays: .*\/nowhere/);
  configure([listen, outputs("two.ipfix"), "  fields: sip"]);
  sensor.signal("SIGHUP");
  await sensor.says(/^the configuration was not taken, .*all\.csv: it is being written with other options/);
  await sendCapture(namespaces, CAPTURE);
  await counted(sensor, tcp + 2 * PACKETS);

  configure([listen, outputs("two.ipfix"), "  idle-timeout: 0.5"]);
  sensor.signal("SIGHUP");
  await sensor.says(/^the configuration was read again$/, 2);
  await untilStatus(sensor, ({ activeFlows }) => activeFlows === 0, "the end of all flows");
  const { status, stderr } = await sensor.stop();
  t.is(status, 0, stderr);

  const [one, two] = ["one.ipfix", "two.ipfix"].map((name) => decodeFile(readFileSync(output(name))));
  const all = csvSums(readFileSync(output("all.csv"), "utf8"));
  t.is(all.packets, tcp + 2 * ip);
  t.is(one!.packets + two!.packets, all.packets);
  t.is(one!.records + two!.records, all.records);
  t.true(one!.records > 0 && two!.records > 0);
  t.false(existsSync(output("three.ipfix")));
});

test("outputs that change while packets come get every packet between them", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined || !haveTools(t, "tcpreplay")) return;
  const path = join(scratch.path, "changing.yaml");
  const names = ["a", "b", "c", "d"].map((name) => join(scratch.path, `changing-${name}.csv`));
  const configure = (output: string) =>
    writeFileSync(path, `meter: {interface: ${WIRE}, output: ${output}, active-timeout: 0.01}\n`);
  configure(names[0]!);
  const sensor = RunningSensor.start(t, namespaces, ["--config", path]);
  await sensor.meters();
  // Each output is changed in the middle of a replay; the next replay begins when it was.
  const sending: Promise<void>[] = [];
  for (const [reloads, name] of names.entries()) {
    if (reloads > 0) {
      await counted(sensor, (reloads - 1) * PACKETS + PACKETS / 2);
      configure(name);
      sensor.signal("SIGHUP");
      await sensor.says(/^the configuration was read again$/, reloads);
      await sending.at(-1);
    }
    sending.push(sendCapture(namespaces, CAPTURE, 500));
  }
  await sending.at(-1);
  const { status, stderr } = await sensor.stop();
  t.is(status, 0, stderr);
  const sums = names.map((name) => csvSums(readFileSync(name, "utf8")).packets);
  t.true(
    sums.every((packets) => packets > 0),
    `${sums}: the reloads came too early or too late to test anything`,
  );
  const offline = await run(["meter", "-r", CAPTURE, "-o", "csv:-"]);
  t.is(
    sums.reduce((sum, packets) => sum + packets, 0),
    names.length * csvSums(offline.stdout).packets,
  );
});
