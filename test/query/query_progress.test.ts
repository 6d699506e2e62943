import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import { Engine } from "../../src/query/engine.js";
import { FlowInputs } from "../../src/query/flow_inputs.js";
import { queryProgress, showQueryProgress } from "../../src/query/query_progress.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { endProgress, ProgressLine } from "../../src/text/progress.js";
import { runCommand, until } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";
import { haveTools } from "../support/tools.js";

const tools = new SilkTools("rwtuc", "rwcut", "rwuniq");
test.after.always(() => tools.remove());

/** Back to the start of the line, and erase it. */
const CLEAR = "\r\x1b[K";

/** A terminal that keeps what it is given. */
class Screen {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}

// One after the other: other output ends all lines of the process.
test.serial("the bar shows octets of files, else the engine's percentage, else the time alone", (t) => {
  t.is(queryProgress({ read: 5e6, total: 20e6 }, -1, 2), "[########......................]  25 % 5.0 MB read in 2.0 s");
  t.is(queryProgress({ read: 5e6, total: undefined }, 50, 2), "5.0 MB read in 2.0 s");
  t.is(queryProgress({ read: 0, total: 0 }, -1, 2), "0.0 MB read in 2.0 s");
  t.is(queryProgress(undefined, 50, 1.25), `[${"#".repeat(15)}${".".repeat(15)}]  50 % 1.3 s`);
  t.is(queryProgress(undefined, -1, 3), "3.0 s");
  t.true(queryProgress({ read: 30, total: 20 }, -1, 1).startsWith(`[${"#".repeat(30)}] 100 %`));
});

test.serial("a line is drawn again and again, and erased when it ends", async (t) => {
  const screen = new Screen();
  let drawn = 0;
  const line = new ProgressLine(() => `line ${++drawn}`, { terminal: screen });
  await until(() => drawn >= 2, "two drawings");
  line.stop();
  t.true(screen.text.startsWith(`${CLEAR}line 1${CLEAR}line 2`));
  t.true(screen.text.endsWith(CLEAR));
  const { text } = screen;
  line.stop();
  t.is(screen.text, text);
});

test.serial("a line that was never drawn leaves no trace, and other output ends the lines there are", async (t) => {
  const [quick, slow] = [new Screen(), new Screen()];
  const never = new ProgressLine(() => "never", { terminal: quick, after: 1e9 });
  let drawn = 0;
  new ProgressLine(() => `line ${++drawn}`, { terminal: slow });
  await until(() => drawn >= 1, "a drawing");
  endProgress();
  t.true(slow.text.endsWith(CLEAR));
  never.stop();
  t.is(quick.text, "");
});

test.serial("a query of Parquet files shows the engine's percentage", async (t) => {
  const engine = await Engine.open();
  const path = join(tools.path, "many.parquet");
  await engine.run(`COPY (SELECT range AS a, hash(range) AS b FROM range(2000000)) TO '${path}'`);
  const screen = new Screen();
  const inputs = FlowInputs.ofPaths([path], new Site(TWO_WAY_SITE), () => {});
  const line = await showQueryProgress(engine, inputs, { terminal: screen, after: 0 });
  // However fast the machine is, a line is drawn during one of these.
  for (let round = 0; round < 200 && !/\[[#.]{30}\] +\d+ %/.test(screen.text); round++)
    await engine.numbers(`SELECT count(DISTINCT b), sum(sin(a)) FROM '${path}'`);
  line.stop();
  engine.close();
  t.regex(screen.text, /\[[#.]{30}\] +\d+ % \d+\.\d s/);
});

/** Runs a tool whose standard error is a terminal; what it printed there, and on standard output. */
async function onTerminal(command: string): Promise<{ out: string; terminal: string }> {
  const { stdout } = await runCommand("script", ["-qec", `${command} > out.txt`, "/dev/null"], { cwd: tools.path });
  return { out: readFileSync(join(tools.path, "out.txt"), "utf8"), terminal: stdout };
}

test.serial("a long query shows a bar on a terminal, erased before it ends; a short one shows none", async (t) => {
  if (!haveTools(t, "script")) return;
  const lines = Array.from({ length: 50_000 }, (_, k) => `10.${k >> 16}.${(k >> 8) & 255}.${k & 255}|${k}|`);
  await tools.flows("flows.rw", ["sIP|packets|", ...lines]);
  tools.write("flows.rw.gz", gzipSync(readFileSync(join(tools.path, "flows.rw"))));
  await tools.flows("short.rw", ["sIP|", "10.0.0.1|"]);
  const short = await onTerminal("./rwuniq --fields=proto short.rw");
  t.is(short.terminal, "");
  const command = (files: number, ...switches: readonly string[]) =>
    `./rwcut --no-titles --fields=packets ${switches.join(" ")} ${"flows.rw.gz ".repeat(files)}`;
  let files = 10;
  for (; files < 1000; files *= 2) {
    const { out, terminal } = await onTerminal(command(files));
    t.is(out.length, files * 50_000 * 12);
    if (terminal === "") continue;
    t.true(terminal.startsWith(CLEAR));
    t.regex(terminal, /\[[#.]{30}\] +\d+ % \d+\.\d MB read in \d+\.\d s/);
    t.true(terminal.endsWith(CLEAR), JSON.stringify(terminal.slice(-40)));
    break;
  }
  t.true(files < 1000);
  for (const quiet of ["--no-progress", "-q"]) t.is((await onTerminal(command(files, quiet))).terminal, "", quiet);
});
