import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { pcap } from "../support/capture_writer.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { csvRows, csvSums } from "../support/csv.js";
import { decodeFile } from "../support/ipfix_collector.js";
import { manyFlows } from "../support/many_flows.js";
import { linesOf, start, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const HOUR = 3600 * 1_000_000;
/** Two packets at once, and one that a replay comes to after an hour. */
const slow = scratch.write("slow.pcap", pcap([...datagrams(2, 1), ...datagrams(1, 1, CONVERSATION_START + HOUR)]));

function folder(name: string): string {
  const path = join(scratch.path, name);
  mkdirSync(path);
  return path;
}

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} ends a replay with status ${status}, and the flows metered so far are in a whole file`, async (t) => {
    const out = folder(`replay-${signal}`);
    const { child, ended } = start([
      "replay",
      "-r",
      slow,
      "-o",
      join(out, "flows.ipfix"),
      "-o",
      join(out, "flows.csv"),
    ]);
    await until(() => readdirSync(out).length === 2, "both temporary files");
    t.false(existsSync(join(out, "flows.csv")));
    child.kill(signal);
    const { status: left, stderr } = await ended;
    t.is(left, status, stderr);
    t.deepEqual(readdirSync(out).sort(), ["flows.csv", "flows.ipfix"]);
    const { packets } = csvSums(readFileSync(join(out, "flows.csv"), "utf8"));
    t.true(packets <= 2); // the third would have come in an hour
    t.is(decodeFile(readFileSync(join(out, "flows.ipfix"))).packets, packets);
    t.true(
      linesOf(stderr).every((line) => line.startsWith("flowtap: ")),
      stderr,
    );
  });
}

test("SIGINT ends the metering of a stream that does not end, with what has come", async (t) => {
  const out = folder("stream");
  const path = join(out, "flows.csv");
  const { child, ended } = start(["meter", "-r", "-", "-o", path, "-o", "csv:-"]);
  let seen = "";
  child.stdout.on("data", (piece: Buffer) => {
    seen += piece.toString();
  });
  child.stdin.write(pcap(datagrams(3, 1)));
  let written = 3;
  // A later packet ends the flow of the first three. When standard output shows that, the packets are known to be read.
  const writer = setInterval(() => {
    child.stdin.write(pcap(datagrams(1, 1, CONVERSATION_START + HOUR + written++)).subarray(24));
  }, 100);
  try {
    await until(() => csvSums(seen).records === 1, "the flow that timed out");
  } finally {
    clearInterval(writer);
    child.kill("SIGINT");
  }
  const { status, stderr } = await ended;
  t.is(status, 130, stderr);
  t.is(csvSums(seen).records, 2);
  t.deepEqual(csvSums(readFileSync(path, "utf8")), csvSums(seen));
  t.is(Number(csvRows(seen)[0]?.packets), 3);
  t.true(csvSums(seen).packets > 3 && csvSums(seen).packets <= written);
});

test("SIGTERM in the middle of a large capture leaves a whole file of what was metered", async (t) => {
  const out = folder("large");
  const path = join(out, "flows.json");
  const capture = scratch.write("large.pcap", manyFlows(400_000));
  const outputs = ["-o", path, "-o", "csv:-"];
  const { child, ended } = start(["meter", "-r", capture, "--max-flows", "1000", ...outputs]);
  // A reader that takes no more holds the run up, wherever it is when the signal comes.
  let stuck = false;
  child.stdout.once("data", () => {
    child.stdout.pause();
    stuck = true;
  });
  await until(() => stuck, "the first flows");
  t.is(readdirSync(out).length, 1);
  child.kill("SIGTERM");
  // The file takes what the flow table holds only when the reader takes it, too.
  child.stdout.resume();
  const { status, stderr } = await ended;
  t.is(status, 143, stderr);
  t.deepEqual(readdirSync(out), ["flows.json"]);
  const text = readFileSync(path, "utf8");
  const metered = Number(/([\d,]+) metered/.exec(stderr)?.[1]?.replaceAll(",", ""));
  t.true(metered < 400_000, `${metered} of 400000 packets: the signal came too late to test anything`);
  t.is(linesOf(text).length, metered);
  t.true(text === "" || text.endsWith("}\n"));
});

test("a second signal ends at once and leaves neither the file nor a temporary one", async (t) => {
  const out = folder("second");
  // A reader that takes nothing holds the run up after the first signal.
  const capture = scratch.write("second.pcap", manyFlows(100_000));
  const { child, ended } = start(["meter", "-r", capture, "-o", join(out, "flows.ipfix"), "-o", "csv:-"]);
  let stuck = false;
  child.stdout.once("data", () => {
    child.stdout.pause();
    stuck = true;
  });
  await until(() => stuck, "the first flows");
  t.is(readdirSync(out).length, 1);
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 300));
  // Two signals that are pending at a time are one (proc_pid_status(5)).
  const taken = () => /^ShdPnd:\t0+$/m.test(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  await until(taken, "the first signal to be taken");
  t.is(child.exitCode, null);
  child.kill("SIGINT");
  child.stdout.resume();
  const { signal } = await ended;
  t.is(signal, "SIGINT");
  t.deepEqual(readdirSync(out), []);
});
