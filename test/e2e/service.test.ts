import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { counted } from "../support/live_status.js";
import { manyFlows } from "../support/many_flows.js";
import { namespacesFor, sendCapture, WIRE } from "../support/namespaces.js";
import { NotifySocket } from "../support/notify_socket.js";
import { linesOf, run, runCommand, startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const CAPTURE = resolve("pcaps", "office.pcap");
/** Packets of the capture. */
const PACKETS = 592;

/** Installs into a folder of its own, with the packages that are here already. */
async function install(name: string): Promise<string> {
  const root = join(scratch.path, name);
  const args = ["-o", "build", "install-files", `DESTDIR=${root}`, "PREFIX=/usr"];
  const { status, stderr, stdout } = await runCommand("make", args);
  if (status !== 0) throw new Error(`make install-files: ${stdout}${stderr}`);
  symlinkSync(resolve("node_modules"), join(root, "usr/lib/flowtap/node_modules"));
  return root;
}

test("what make install puts into a folder runs, and its example of a configuration is good", async (t) => {
  const root = await install("run");
  const flowtap = join(root, "usr/bin/flowtap");
  const version = await runCommand(flowtap, ["--version"]);
  t.is(version.status, 0, version.stderr);
  t.is(version.stdout, (await run(["--version"])).stdout);
  const configuration = join(root, "etc/flowtap/flowtap.yaml");
  const check = await runCommand(flowtap, ["check-config", configuration]);
  t.is(check.stderr, "");
  t.is(check.stdout, `${configuration}: good\n`);
  const share = join(root, "usr/share");
  t.true(readFileSync(join(share, "man/man1/rwcut.1"), "utf8").includes(".Nm rwcut"));
  for (const [path, line] of [
    ["bash-completion/completions/rwcut", "complete -F _flowtap flowtap rwfilter "],
    ["zsh/site-functions/_flowtap", "#compdef flowtap rwfilter "],
    ["fish/vendor_completions.d/rwcut.fish", "(flowtap complete -- "],
  ] as const)
    t.true(readFileSync(join(share, path), "utf8").includes(line), path);
  const meter = await runCommand(flowtap, ["meter", "-r", CAPTURE, "-o", "null:"]);
  t.is(meter.status, 0, meter.stderr);
});

test("installing again keeps the configuration, and uninstalling leaves nothing else", async (t) => {
  const root = await install("again");
  const configuration = join(root, "etc/flowtap/flowtap.yaml");
  writeFileSync(configuration, "meter: {}\n");
  const args = ["-o", "build", `DESTDIR=${root}`, "PREFIX=/usr"];
  t.is((await runCommand("make", [...args, "install-files"])).status, 0);
  t.is(readFileSync(configuration, "utf8"), "meter: {}\n");
  t.is((await runCommand("make", [...args, "uninstall"])).status, 0);
  t.true(existsSync(configuration));
  const left = readdirSync(join(root, "usr"), { recursive: true, withFileTypes: true });
  t.deepEqual(
    left.filter((each) => !each.isDirectory()).map(({ name }) => name),
    [],
  );
});

test("systemd finds nothing wrong with the units, and little exposed", async (t) => {
  if (!haveTools(t, "systemd-analyze")) return;
  const root = await install("units");
  const folder = join(root, "usr/lib/systemd/system");
  t.deepEqual(readdirSync(folder).sort(), ["flowtap-collect.service", "flowtap.service", "flowtap@.service"]);
  // Programs and documentation are looked for where the units say.
  const verified = join(root, "verified");
  mkdirSync(verified);
  for (const name of readdirSync(folder)) {
    const unit = readFileSync(join(folder, name), "utf8");
    t.notRegex(unit, /@[A-Z]+@/);
    writeFileSync(join(verified, name), unit.replaceAll(/(?<==|file:)\/usr/g, join(root, "usr")));
  }
  cpSync(join(verified, "flowtap@.service"), join(verified, "flowtap@eth1.service"));
  for (const name of ["flowtap-collect.service", "flowtap.service", "flowtap@eth1.service"]) {
    const { status, stdout, stderr } = await runCommand("systemd-analyze", ["verify", join(verified, name)]);
    t.is(stdout + stderr, "", name);
    t.is(status, 0);
    // 2.1 of 10 as of systemd 252.
    const security = ["security", "--offline=true", "--threshold=25", join(verified, name)];
    const exposure = await runCommand("systemd-analyze", security);
    t.is(exposure.status, 0, exposure.stdout.split("\n").slice(-3).join("\n"));
  }
});

test("the service manager hears of the start, of life, of reloads and of the end", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined) return;
  const socket = await NotifySocket.open();
  t.teardown(() => socket.close());
  const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "400000" };
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", "null:"], { env });
  await until(() => socket.times("READY=1") === 1, "READY=1");
  await until(() => socket.times("WATCHDOG=1") >= 3, "three signs of life");
  sensor.signal("SIGHUP");
  await until(() => socket.times("READY=1") === 2, "READY=1 after a reload");
  t.deepEqual(
    socket.states.filter((each) => each !== "WATCHDOG=1"),
    ["READY=1", "RELOADING=1", "READY=1"],
  );
  const { status } = await sensor.stop();
  t.is(status, 0);
  await until(() => socket.times("STOPPING=1") === 1, "STOPPING=1");
});

test("SIGUSR1 prints statistics and metering goes on", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined || !haveTools(t, "tcpreplay")) return;
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", "null:"]);
  await sensor.meters();
  await sendCapture(namespaces, CAPTURE);
  const { packets, text } = await counted(sensor, PACKETS);
  t.is(packets, PACKETS);
  t.regex(text, new RegExp(`^flowtap \\S+: up 0d0h0m\\d+s; ${WIRE} capturing$`, "m"));
  t.regex(text, /^Timeouts: active 1800s, idle 15s\. Maxflows 1000000$/m);
  t.regex(text, new RegExp(`^${WIRE}: received ${PACKETS}, dropped by kernel 0, by interface 0, `, "m"));
  t.regex(text, /^Export: Total \d+ messages, /m);
  const { status } = await sensor.stop();
  t.is(status, 0);
});

test("SIGTERM ends a sensor on a silent interface at once, with status 0 and totals", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined) return;
  const path = join(scratch.path, "silent.csv");
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", path]);
  await sensor.meters();
  const { status, stdout, stderr } = await sensor.stop();
  t.is(status, 0, stderr);
  t.is(stdout, "");
  t.regex(stderr, /"msg":"0 packets, 0 octets on the wire; 0 metered"/);
  t.regex(stderr, /"msg":"wire0: 0 packets received, 0 of them dropped by the kernel, 0 dropped by the interface"/);
  t.is(linesOf(readFileSync(path, "utf8")).length, 1);
});

test("what is in the flow table goes out at SIGTERM, the last packets among it", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined || !haveTools(t, "tcpreplay")) return;
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", "csv:-"]);
  await sensor.meters();
  await sendCapture(namespaces, CAPTURE);
  const { status, stderr } = await sensor.stop();
  t.is(status, 0, stderr);
  t.regex(stderr, new RegExp(`"msg":"${PACKETS} packets, `));
});

test("a second SIGTERM ends a sensor that an output holds up, and leaves no unfinished file", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined || !haveTools(t, "tcpreplay")) return;
  const folder = join(scratch.path, "second");
  mkdirSync(folder);
  // The FIFO is held open, but never read: it takes 64 KiB and no more.
  const fifo = join(folder, "stuck.ipfix");
  t.is((await runCommand("mkfifo", [fifo])).status, 0);
  const holder = startCommand("sh", ["-c", 'exec sleep 600 < "$0"', fifo]);
  t.teardown(() => holder.child.kill("SIGKILL"));
  const capture = scratch.write("many.pcap", manyFlows(20_000));
  const outputs = ["-o", fifo, "-o", join(folder, "flows.csv"), "--shutdown-timeout=60"];
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...outputs]);
  await sensor.meters();
  await sendCapture(namespaces, capture);
  sensor.signal("SIGTERM");
  await sensor.says(/^stopping: /);
  await new Promise((resolve) => setTimeout(resolve, 500));
  sensor.signal("SIGTERM");
  const { status, signal, stderr } = await sensor.ended;
  t.deepEqual([status, signal], [null, "SIGTERM"], stderr);
  t.deepEqual(readdirSync(folder), ["stuck.ipfix"]);
  t.true(statSync(fifo).isFIFO());
});

test("an address for metrics that is taken is one line with status 1, and no unfinished output stays", async (t) => {
  const namespaces = namespacesFor(t);
  if (namespaces === undefined) return;
  const folder = join(scratch.path, "taken");
  mkdirSync(folder);
  const first = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", "null:", "--metrics=9469"]);
  await first.meters();
  const outputs = ["-o", join(folder, "flows.csv"), "--store", join(folder, "store")];
  const second = RunningSensor.start(t, namespaces, ["-i", WIRE, ...outputs, "--metrics=9469"]);
  const { status, stderr } = await second.ended;
  t.is(status, 1);
  t.is(stderr, "flowtap: --metrics 127.0.0.1:9469: another program listens there already\n");
  t.false(
    readdirSync(folder).some((name) => name.includes("flows.csv")),
    readdirSync(folder).join(" "),
  );
  t.is((await first.stop()).status, 0);
});
