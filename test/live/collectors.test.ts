/** Collectors that are killed and started again while a live sensor exports to them. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { IpfixSession } from "../support/ipfix_collector.js";
import { counted, listening } from "../support/live_status.js";
import { sendGenerated, wiresFor } from "../support/live_wire.js";
import { WIRE } from "../support/namespaces.js";
import { linesOf, type Running, runCommand, startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** Every packet is a flow, and every flow ends soon after it. */
const TRAFFIC = { flows: 0, rate: 1_000, seconds: 6 };
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
    const sending = sendGenerated(namespaces, TRAFFIC);
    await until(
      () => readdirSync(first.folder).length > 0 && ipfixRecords(first.folder) > 500,
      "flows in the first life",
    );
    first.running.child.kill("SIGKILL");
    await first.running.ended;
    await sensor.says(/ipfix\+tcp:/);
    const second = await life("tcp-2");
    const { packets } = await sending;
    t.is((await counted(sensor, packets)).packets, packets);
    const { stderr } = await sensor.stop();
    const { exported, lost } = reported(stderr);
    t.is(exported + lost, packets);
    second.running.child.kill("SIGTERM");
    await second.running.ended;
    const [before, after] = [ipfixRecords(first.folder), ipfixRecords(second.folder)];
    t.true(before > 500 && after > 500, `${before} and ${after}`);
    // What was on its way when the collector died is in no count but the sensor's.
    t.true(before + after <= exported && before + after > exported - 1_000, `${before} and ${after} of ${exported}`);
  },
);

test.serial("nfcapd that is stopped and started again has flows of both lives", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const made = wiresFor(t);
  if (made === undefined) return;
  const { namespaces } = made;
  const life = async (name: string) => {
    const command = ["nfcapd", "-b", "127.0.0.1", "-p", "2055", "-t", "3600", "-l"];
    const started = startLife(t, namespaces.receiver, name, command);
    await new Promise((resolve) => started.running.child.stderr.once("data", resolve));
    return started;
  };
  const end = async ({ folder, running }: Life) => {
    running.child.kill("SIGTERM");
    await running.ended;
    const { stdout } = await runCommand("nfdump", ["-R", folder, "-q", "-N", "-o", "csv"]);
    return linesOf(stdout).filter((line) => line.includes("192.0.2.1")).length;
  };
  const first = await life("udp-1");
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...SOON, "-o", "netflow9+udp://127.0.0.1:2055"]);
  await listening(sensor);
  const sending = sendGenerated(namespaces, TRAFFIC);
  await counted(sensor, 2_000);
  const before = await end(first);
  await sensor.says(/netflow9\+udp:/);
  const second = await life("udp-2");
  const { packets } = await sending;
  t.is((await counted(sensor, packets)).packets, packets);
  const { stderr } = await sensor.stop();
  const { exported, lost } = reported(stderr);
  t.is(exported + lost, packets);
  const after = await end(second);
  t.true(before > 500 && after > 500, `${before} and ${after}`);
  t.true(before + after <= exported && before + after > exported - 1_500, `${before} and ${after} of ${exported}`);
});
