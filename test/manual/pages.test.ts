import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.js";
import { run } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
const PAGES = join(scratch.path, "man");
const WRITE = resolve("dist", "manual", "write.js");

test.before("the pages are written", () => {
  const { status, stderr } = spawnSync(process.execPath, [WRITE, PAGES, resolve("docs", "examples")], {
    encoding: "utf8",
    env: { ...process.env, SOURCE_DATE_EPOCH: "1795248930" },
  });
  if (status !== 0) throw new Error(stderr);
});
test.after.always(() => scratch.remove());

function paths(): readonly string[] {
  return readdirSync(PAGES).flatMap((folder) =>
    readdirSync(join(PAGES, folder)).map((each) => join(PAGES, folder, each)),
  );
}

/** A character and the step back over it. */
const OVERSTRUCK = new RegExp(`.${String.fromCharCode(8)}`, "gu");

/** A page as a terminal shows it, without effects and in one line. */
function shown(name: string, section: number): string {
  const { stdout } = spawnSync(
    "mandoc",
    ["-T", "utf8", "-O", "width=1000", join(PAGES, `man${section}`, `${name}.${section}`)],
    {
      encoding: "utf8",
    },
  );
  return stdout.replaceAll(OVERSTRUCK, "").replaceAll(/\s+/g, " ");
}

test("every page is good mdoc", (t) => {
  if (!haveTools(t, "mandoc")) return;
  const { stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "style", ...paths()], { encoding: "utf8", cwd: PAGES });
  // Whether the other pages are installed here says nothing; one word may be longer than a line.
  const complaints = stdout
    .split("\n")
    .filter((line) => !/^$|referenced manual not found|longer than 80 bytes: \S+$/.test(line));
  t.deepEqual(complaints, []);
});

for (const { name, silk, load } of COMMANDS)
  test(`${silk ?? name} has a page with all of its switches and a session`, async (t) => {
    if (!haveTools(t, "mandoc")) return;
    const page = shown(`flowtap-${name}`, 1);
    const { switches, examples } = await load();
    // Those of old scripts that rwfilter brings are on its page.
    const own = switches.filter((each) => name === "filter" || each.shared === undefined || each.legacy === undefined);
    const missing = own.filter((each) => !page.includes(`--${each.name}`));
    t.deepEqual(missing, []);
    for (const { command } of examples) t.true(page.includes(command.replaceAll(/\s+/g, " ")), command);
    const session = readFileSync(resolve("docs", "examples", `${name}.txt`), "utf8");
    t.true(page.includes(session.split("\n")[0]!.replaceAll(/\s+/g, " ")));
    if (silk !== undefined) t.is(readlinkSync(join(PAGES, "man1", `${silk}.1`)), `flowtap-${name}.1`);
  });

test("a switch that has the name of one of rwfilter's, but not its meaning, is explained", (t) => {
  if (!haveTools(t, "mandoc")) return;
  t.regex(shown("flowtap-uniq", 1), /--output-format=FORMAT Write parquet, arrow, json or csv/);
  t.notRegex(shown("flowtap-uniq", 1), /with the same meaning:[^.]*--output-format/);
});

test("words that are macros, and lines that would be requests, are text", (t) => {
  if (!haveTools(t, "mandoc")) return;
  t.regex(shown("flowtap-lists", 7), /Letters F S R P A U E C\. --flags-all=S\/SA finds flows/);
  t.regex(shown("flowtap-formats", 7), /FILE\.ipfix, ipfix:PATH IPFIX messages in a file/);
});

test("the page of the configuration has every key", async (t) => {
  if (!haveTools(t, "mandoc")) return;
  const page = shown("flowtap.yaml", 5);
  const { METER_SECTION } = await import("../../src/config/section.js");
  for (const { name, legacy } of METER_SECTION.switches)
    if (legacy === undefined) t.true(page.includes(` ${name} `), name);
});

test("help explains topics and commands by either name, and says what is near a wrong one", async (t) => {
  const topic = await run(["help", "exit-status"]);
  t.is(topic.status, 0);
  t.regex(topic.stdout, /^exit-status: how commands end\n\nStatuses\n {2}0 +Success/);
  const [own, silk] = [await run(["help", "cut"]), await run(["help", "rwcut"])];
  t.regex(own.stdout, /^Usage: flowtap cut \[switches\]/);
  t.is(silk.stdout, own.stdout.replace("flowtap cut", "rwcut"));
  const wrong = await run(["help", "fielsd"]);
  t.is(wrong.status, 2);
  t.regex(wrong.stderr, /^flowtap: no help on 'fielsd', did you mean 'fields'\?\n/);
});

test("topics are listed as they introduce themselves", async (t) => {
  for (const entry of (await import("../../src/manual/topics.js")).TOPICS) {
    const { name, summary } = await entry.load();
    t.deepEqual({ name, summary }, { name: entry.name, summary: entry.summary });
  }
});
