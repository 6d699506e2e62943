import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import test, { type ExecutionContext } from "ava";
import { csvSums } from "../support/csv.js";
import { type Namespaces, namespacesFor, runIn, sendCapture, startIn, WIRE } from "../support/namespaces.js";
import { PROGRAM, run, runCommand, startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
chmodSync(scratch.path, 0o755);
test.after.always(() => scratch.remove());

const CAPTURE = resolve("pcaps", "office.pcap");
const NOBODY = 65534;
const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
/** Bit 13 (linux/capability.h). */
const CAP_NET_RAW = "0000000000002000";
const NONE = "0000000000000000";

/** A folder that everybody may write into. */
function openFolder(name: string): string {
  const path = join(scratch.path, name);
  mkdirSync(path);
  chmodSync(path, 0o777);
  return path;
}

interface ThreadPrivileges {
  readonly users: string;
  readonly effective: string;
  readonly permitted: string;
  readonly groups: string;
}

/** What every thread of a process may do. */
function privilegesOf(pid: number): ThreadPrivileges[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    const field = (name: string) => (new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "").trim();
    return {
      users: field("Uid"),
      effective: field("CapEff"),
      permitted: field("CapPrm"),
      groups: `${field("Gid")} ${field("Groups")}`.trim(),
    };
  });
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((each) => join(each.parentPath, each.name));
}

/** Users whose sockets there are in a namespace: TCP ones that listen, UDP ones. */
async function socketUsers({ receiver }: Namespaces): Promise<{ tcp: string[]; udp: string[] }> {
  const { stdout } = await runIn(receiver, "sh", ["-c", "cat /proc/net/tcp; echo; cat /proc/net/udp"]);
  const [tcp, udp] = stdout.split("\n\n").map((table) => table.split("\n").slice(1));
  const cells = (rows: string[] | undefined) => (rows ?? []).map((row) => row.trim().split(/\s+/));
  const users = (rows: string[][]) => rows.flatMap((row) => row[7] ?? []);
  return { tcp: users(cells(tcp).filter((row) => row[3] === "0A")), udp: users(cells(udp)) };
}

/** Namespaces, where this user may also hand privileges on. */
function privileged(t: ExecutionContext): Namespaces | undefined {
  if (!haveTools(t, "tcpreplay", "setpriv")) return undefined;
  const namespaces = namespacesFor(t);
  if (namespaces === undefined) return undefined;
  // After the drop the rest of the program is loaded, as nobody.
  if (spawnSync("setpriv", [...AS_NOBODY, "test", "-r", PROGRAM]).status === 0) return namespaces;
  process.stderr.write(`\n*** SKIPPED: ${t.title}: nobody cannot read ${PROGRAM} ***\n\n`);
  t.pass();
  return undefined;
}

test("--user drops root's powers before any file or socket is opened, and capture goes on", async (t) => {
  const namespaces = privileged(t);
  if (namespaces === undefined) return;
  const folder = openFolder("dropped");
  const outputs = ["-o", join(folder, "flows.csv"), "-o", "ipfix+udp://127.0.0.1:9"];
  const more = ["--store", join(folder, "store"), "--metrics", "9469"];
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "--user", "nobody", ...outputs, ...more]);
  await sensor.meters();
  const threads = privilegesOf(sensor.pid);
  t.true(threads.length > 1);
  for (const { users, effective, permitted, groups } of threads) {
    t.is(users, Array(4).fill(NOBODY).join("\t"));
    t.false(/\b0\b/.test(groups), groups);
    t.true(effective === CAP_NET_RAW || effective === NONE, effective);
    t.is(permitted, effective);
  }
  t.is(threads[0]?.effective, CAP_NET_RAW);
  t.deepEqual(await socketUsers(namespaces), { tcp: [String(NOBODY)], udp: [String(NOBODY)] });
  await sendCapture(namespaces, CAPTURE);
  const { status, stderr } = await sensor.stop();
  t.is(status, 0, stderr);
  const files = everyFile(folder);
  t.true(files.length > 3);
  for (const path of files) t.is(statSync(path).uid, NOBODY, path);
  const offline = await run(["meter", "-r", CAPTURE, "-o", "csv:-"]);
  t.is(csvSums(readFileSync(join(folder, "flows.csv"), "utf8")).packets, csvSums(offline.stdout).packets);
});

test("after the drop an interface that vanished is captured again when it is back", async (t) => {
  const namespaces = privileged(t);
  if (namespaces === undefined) return;
  const path = join(openFolder("vanished"), "flows.csv");
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "--user", "nobody", "-o", path]);
  await sensor.meters();
  await sendCapture(namespaces, CAPTURE);
  const status = (words: string) => {
    sensor.signal("SIGUSR1");
    return (
      sensor.stderr
        .split("\n")
        .findLast((line) => line.startsWith("flowtap "))
        ?.endsWith(words) ?? false
    );
  };
  const metered = () =>
    /^Packets: (\d+) pkt/m.exec(sensor.stderr.slice(sensor.stderr.lastIndexOf("\nPackets:") + 1))?.[1];
  await until(() => status("capturing") && metered() === "592", "all packets");
  namespaces.disconnect(WIRE);
  await until(() => status(`${WIRE} absent`), "word that it is absent");
  namespaces.connect(WIRE);
  await until(() => status(`${WIRE} capturing`), "word that it is captured again");
  await sendCapture(namespaces, CAPTURE);
  const { status: left, stderr } = await sensor.stop();
  t.is(left, 0, stderr);
  t.regex(stderr, /opened again 1 time/);
  const offline = await run(["meter", "-r", CAPTURE, "-o", "csv:-"]);
  t.is(csvSums(readFileSync(path, "utf8")).packets, 2 * csvSums(offline.stdout).packets);
});

test("who is nobody with CAP_NET_RAW captures; without it there is one line and status 1", async (t) => {
  const namespaces = privileged(t);
  if (namespaces === undefined) return;
  const path = join(openFolder("ambient"), "flows.csv");
  const meter = [process.execPath, PROGRAM, "meter", "-i", WIRE, "-o", path];
  const refused = await runIn(namespaces.receiver, "setpriv", [...AS_NOBODY, "--bounding-set=-all", ...meter]);
  t.is(refused.status, 1);
  t.is(refused.stdout, "");
  t.regex(refused.stderr, /^flowtap: wire0: .*(permission|permitted|privilege|CAP_NET_RAW).*\n$/i);
  const ambient = ["--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw"];
  const words = ["netns", "exec", namespaces.receiver, "setpriv", ...AS_NOBODY, ...ambient, ...meter];
  const env = { FLOWTAP_METER_LOG_FORMAT: "json" };
  const sensor = new RunningSensor(t, startCommand("ip", words, { env }));
  await sensor.meters();
  for (const { users, effective } of privilegesOf(sensor.pid)) {
    t.true(users.startsWith(String(NOBODY)), users);
    t.true(effective === CAP_NET_RAW || effective === NONE, effective);
  }
  await sendCapture(namespaces, CAPTURE);
  const { status, stderr } = await sensor.stop();
  t.is(status, 0, stderr);
  t.is(statSync(path).uid, NOBODY);
});

test("a user that is not there, or is root, is one line and status 1, and nothing was written", async (t) => {
  const namespaces = privileged(t);
  if (namespaces === undefined) return;
  const folder = openFolder("users");
  for (const [user, message] of [
    ["flowtap-nobody-has-this", "flowtap: --user flowtap-nobody-has-this: there is no user flowtap-nobody-has-this\n"],
    ["root", "flowtap: --user root: user root is root\n"],
    ["nobody:flowtap-no-group", "flowtap: --user nobody:flowtap-no-group: there is no group flowtap-no-group\n"],
  ] as const) {
    const { child, ended } = startIn(namespaces.receiver, [
      "meter",
      "-i",
      WIRE,
      "--user",
      user,
      "-o",
      join(folder, "a.csv"),
    ]);
    child.stdin.end();
    t.like(await ended, { status: 1, stdout: "", stderr: message });
  }
  t.deepEqual(readdirSync(folder), []);
});

test("root's files that the user cannot write are refused, because they are opened after the drop", async (t) => {
  const namespaces = privileged(t);
  if (namespaces === undefined) return;
  const folder = join(scratch.path, "roots");
  mkdirSync(folder);
  const args = ["meter", "-i", WIRE, "--user", "nobody"];
  for (const output of [
    ["-o", join(folder, "flows.csv")],
    ["--store", join(folder, "store")],
  ]) {
    const { ended } = startIn(namespaces.receiver, [...args, ...output]);
    const { status, stderr } = await ended;
    t.is(status, 1, stderr);
    t.regex(stderr, /permission denied\n$/);
  }
  t.deepEqual(readdirSync(folder), []);
  t.is((await runCommand("ip", ["netns", "pids", namespaces.receiver])).stdout, "");
});
