import { join } from "node:path";
import test from "ava";
import { pcap } from "../support/capture_writer.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { csvRows } from "../support/csv.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { PROGRAM, run, runCommand } from "../support/program.js";
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
  // 30 s of silence at 20x are 1.5 s: the first conversation times out in their middle.
  const two = scratch.write(
    "two.pcap",
    pcap([...datagrams(1, 1), ...datagrams(1, 1, CONVERSATION_START + SPACING, "10.0.0.2")]),
  );
  const { startTimes } = await arrivals(["replay", "-r", two, "--speed", "20", "-o", "csv:-", "--fields=sip"]);
  t.is(startTimes.length, 2);
  t.true(startTimes[0]!.beforeEnd);
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

/** The lines that a run prints behind the first one, and whether each came before the program had ended. */
async function arrivals(args: readonly string[]): Promise<{ startTimes: { line: string; beforeEnd: boolean }[] }> {
  const { start } = await import("../support/program.js");
  const { child, ended } = start(args);
  const pieces: { text: string; at: number }[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push({ text: piece.toString(), at: performance.now() }));
  const { stdout } = await ended;
  const end = performance.now();
  const lines = stdout.trimEnd().split(/\r?\n/).slice(1);
  return {
    startTimes: lines.map((line) => {
      const piece = pieces.find(({ text }) => text.includes(line))!;
      return { line, beforeEnd: end - piece.at > 200 };
    }),
  };
}
