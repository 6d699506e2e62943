import { join } from "node:path";
import test from "ava";
import { pcap } from "../support/capture_writer.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { csvRows } from "../support/csv.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { linesOf, PROGRAM, run, runCommand, start, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test);

const SECOND = 1_000_000;
/** Five conversations one after the other, 30 s apart, so that each ends before the next begins. */
const SPACING = 30 * SECOND;
const conversations = scratch.write(
  "conversations.pcap",
  pcap([0, 1, 2, 3, 4].flatMap((at) => datagrams(2, SECOND, CONVERSATION_START + at * SPACING, `10.0.0.${at + 1}`))),
);

fixtureTest("replay at speed max writes what meter writes", async (t) => {
  const capture = join(FIXTURES, "captures", "teams.pcap");
  const [meter, replay] = await Promise.all([
    run(["meter", "-r", capture, "-o", "csv:-"]),
    run(["replay", "-r", capture, "--speed", "max", "-o", "csv:-"]),
  ]);
  t.is(replay.status, 0, replay.stderr);
  t.is(replay.stdout, meter.stdout);
});

test("a replay takes no less than the capture's time at its speed, and gives the flows of meter in order", async (t) => {
  const speed = 200;
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = await run(["replay", "-r", conversations, "--speed", `${speed}x`, "-o", "csv:-"]);
  const milliseconds = Number((process.hrtime.bigint() - started) / 1_000_000n);
  t.is(status, 0, stderr);
  t.true(milliseconds >= ((4 * SPACING + SECOND) / speed / SECOND) * 1000);
  t.deepEqual(
    csvRows(stdout).map((row) => row.sourceAddress),
    ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"],
  );
  const { stdout: metered } = await run(["meter", "-r", conversations, "-o", "csv:-"]);
  t.is(stdout, metered);
});

test("flows of a replay leave when they would have left, not at the end", async (t) => {
  // At 20x the first conversation times out after less than a second, and the second one comes after hours.
  const two = scratch.write(
    "two.pcap",
    pcap([...datagrams(1, 1), ...datagrams(1, 1, CONVERSATION_START + 2000 * SPACING, "10.0.0.2")]),
  );
  const { child, ended } = start(["replay", "-r", two, "--speed", "20", "-o", "csv:-", "--fields=sip"]);
  let seen = "";
  child.stdout.on("data", (piece: Buffer) => {
    seen += piece.toString();
  });
  await until(() => linesOf(seen).length === 2, "the first flow");
  t.is(child.exitCode, null);
  child.kill("SIGTERM");
  t.is((await ended).status, 143);
});

test("progress is drawn on a terminal only, and not with --no-progress", async (t) => {
  const command = (args: string) =>
    `"${process.execPath}" "${PROGRAM}" replay -r ${conversations} --speed 200 -o null: ${args}`;
  const { stderr } = await runCommand("bash", ["-c", command("")]);
  t.false(stderr.includes("\r"));
  if (!haveTools(t, "script")) return;
  const [shown, hidden] = await Promise.all([
    runCommand("script", ["-qec", command(""), "/dev/null"]),
    runCommand("script", ["-qec", command("--no-progress"), "/dev/null"]),
  ]);
  t.regex(shown.stdout, /\[#*\.*\] +\d+ % \d+ packets, \d+ flows/);
  t.notRegex(hidden.stdout, /\[#*\.*\]/);
  t.is(hidden.status, 0);
});
