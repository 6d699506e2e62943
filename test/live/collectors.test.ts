/** Collectors that are killed and started again while a live sensor exports to them. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { IpfixSession } from "../support/ipfix_collector.js";
import { counted, listening, untilStatus } from "../support/live_status.js";
import { sendGenerated, wiresFor } from "../support/live_wire.js";
import { WIRE } from "../support/namespaces.js";
import { linesOf, type Running, runCommand, startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";
import { haveTools } from "../support/tools.js";
import { untilBound, untilRead } from "../support/udp_socket.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** Every packet is a flow, and every flow ends soon after it. It is sent in each life, and between the two. */
const TRAFFIC = { flows: 0, rate: 1_000, seconds: 2 };
const SOON = ["--idle-timeout=0.2", "--shutdown-timeout=5"];

/** Writes what each connection brings to a file of its own in the folder that is its argument. */
const RECORDER = `
const { createServer } = require("node:net");
const { createWriteStream } = require("node:fs");
let connections = 0;
createServer((socket) => {
  socket.on("error", () => {});
  socket.pipe(createWriteStream(process.argv[1] + "/" + connections++));
}).listen(4739, "127.0.0.1", () => console.log("listening"));
`;

/** A collector in the sensor's namespace, with a folder of its own. */
interface Life {
  readonly folder: string;
  readonly running: Running;
}

function startLife(t: ExecutionContext, namespace: string, name: string, command: readonly string[]): Life {
  const folder = join(scratch.path, name);
  mkdirSync(folder);
  const running = startCommand("ip", ["netns", "exec", namespace, ...command, folder]);
  t.teardown(() => running.child.kill("SIGKILL"));
  return { folder, running };
}

/** Records exported and lost that the sensor's report says of its output. */
function reported(stderr: string): { exported: number; lost: number } {
  const line = linesOf(stderr).find((each) => /"msg":"(ipfix\+tcp|netflow9\+udp):[^ ]*: [\d,]+ records/.test(each));
  const number = (pattern: RegExp) => Number(pattern.exec(line ?? "")?.[1]?.replaceAll(",", "") ?? 0);
  return { exported: number(/: ([\d,]+) records?/), lost: number(/ ([\d,]+) lost/) };
}

/** Records of all connections of a life. Throws where one cannot be read from its first octet on. */
function ipfixRecords(folder: string): number {
  let records = 0;
  for (const name of readdirSync(folder)) {
    const session = new IpfixSession();
    session.stream(readFileSync(join(folder, name)));
    records += session.sums.records;
  }
  return records;
}

test.serial(
  "an IPFIX collector over TCP that is killed has templates and flows again in its second life",
  async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const life = async (name: string) => {
      const started = startLife(t, namespaces.receiver, name, [process.execPath, "-e", RECORDER]);
      await new Promise((resolve) => started.running.child.stdout.once("data", resolve));
      return started;
    };
    const first = await life("tcp-1");
    const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...SOON, "-o", "ipfix+tcp://127.0.0.1:4739"]);
    await listening(sensor);
    const inFirst = (await sendGenerated(namespaces, TRAFFIC)).packets;
    await until(() => ipfixRecords(first.folder) >= inFirst, "all flows in the first life");
    first.running.child.kill("SIGKILL");
    await first.running.ended;
    await sensor.says(/ipfix\+tcp:/);
    const between = (await sendGenerated(namespaces, TRAFFIC)).packets;
    const second = await life("tcp-2");
    const inSecond = (await sendGenerated(namespaces, TRAFFIC)).packets;
    const all = inFirst + between + inSecond;
    t.is((await counted(sensor, all)).packets, all);
    const { stderr } = await sensor.stop();
    t.deepEqual(reported(stderr), { exported: all, lost: 0 });
    await until(() => ipfixRecords(second.folder) >= between + inSecond, "all other flows in the second life");
    t.deepEqual([ipfixRecords(first.folder), ipfixRecords(second.folder)], [inFirst, between + inSecond]);
  },
);

/** Of nfcapd, in the sensor's namespace. */
const PORT = 2055;

test.serial("nfcapd that is stopped and started again has flows of both lives", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const made = wiresFor(t);
  if (made === undefined) return;
  const { namespaces } = made;
  const life = async (name: string) => {
    const command = ["nfcapd", "-b", "127.0.0.1", "-p", String(PORT), "-t", "3600", "-l"];
    const started = startLife(t, namespaces.receiver, name, command);
    await untilBound(started.running.child.pid ?? 0, PORT);
    return started;
  };
  const end = async ({ folder, running }: Life) => {
    await untilRead(running.child.pid ?? 0, PORT);
    running.child.kill("SIGTERM");
    await running.ended;
    const { stdout } = await runCommand("nfdump", ["-R", folder, "-q", "-N", "-o", "csv"]);
    return linesOf(stdout).filter((line) => line.includes("192.0.2.1")).length;
  };
  const first = await life("udp-1");
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...SOON, "-o", `netflow9+udp://127.0.0.1:${PORT}`]);
  await listening(sensor);
  const inFirst = (await sendGenerated(namespaces, TRAFFIC)).packets;
  await untilStatus(sensor, ({ text }) => exportedRecords(text) >= inFirst, "the export of all flows");
  const before = await end(first);
  const between = (await sendGenerated(namespaces, TRAFFIC)).packets;
  await sensor.says(/netflow9\+udp:/);
  const second = await life("udp-2");
  const inSecond = (await sendGenerated(namespaces, TRAFFIC)).packets;
  const all = inFirst + between + inSecond;
  t.is((await counted(sensor, all)).packets, all);
  const { stderr } = await sensor.stop();
  const { exported, lost } = reported(stderr);
  t.is(exported + lost, all);
  const after = await end(second);
  t.is(before, inFirst);
  // Flows waited while nobody listened, but for those that were sent before the first refusal was heard.
  t.true(before + after <= exported && after > inSecond + between / 2, `${after} of ${inSecond} and ${between}`);
});

/** Records that the status says were exported. */
function exportedRecords(status: string): number {
  return Number(/^Export: .* (\d+) records; /m.exec(status)?.[1]);
}
