import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import test from "ava";
import { UsageError } from "../../src/errors.js";
import { logOptions } from "../../src/log/log.js";
import { linesOf, runCommand } from "../support/program.js";
import { typed } from "../support/typed.js";

const LOG = new URL("../../src/log/log.js", import.meta.url).href;
const SCRIPT = `
import { openLog } from ${JSON.stringify(LOG)};
const counted = { logged: {}, suppressed: 0 };
const log = await openLog(JSON.parse(process.argv[1]), {
  logged: (level) => { counted.logged[level] = (counted.logged[level] ?? 0) + 1; },
  suppressed: (messages) => { counted.suppressed += messages; },
});
log.debug({}, "detail");
log.info({ interfaces: ["eth1"], threads: 2 }, "metering");
for (let time = 0; time < 5; time++) log.warn({ output: "udp" }, "records are lost");
log.warn({ output: "tcp" }, "records are lost");
log.error({}, 'a "quoted"\\nline');
process.stdout.write(JSON.stringify(counted));
`;

/** A process that logs, as the options say. */
function logging(options: { level: string; format: string }): string[] {
  return ["--input-type=module", "-e", SCRIPT, JSON.stringify(options)];
}

test("json is one object a line, with time, level and fields", async (t) => {
  const { status, stderr, stdout } = await runCommand(process.execPath, logging({ level: "info", format: "json" }));
  t.is(status, 0, stderr);
  const lines = linesOf(stderr).map((line) => JSON.parse(line));
  t.deepEqual(
    lines.map(({ level, msg, output }) => [level, msg, output]),
    [
      [30, "metering", undefined],
      ...Array(3).fill([40, "records are lost", "udp"]),
      [40, "records are lost", "tcp"],
      [50, 'a "quoted"\nline', undefined],
    ],
  );
  t.like(lines[0], { interfaces: ["eth1"], threads: 2 });
  t.regex(lines[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.is(typeof lines[0].pid, "number");
  t.deepEqual(JSON.parse(stdout), { logged: { info: 1, warn: 4, error: 1 }, suppressed: 2 });
});

test("text is a line for people", async (t) => {
  const { stderr } = await runCommand(process.execPath, logging({ level: "warn", format: "text" }));
  t.deepEqual(
    linesOf(stderr).map((line) => line.replace(/\d\d:\d\d:\d\d/, "TIME")),
    [
      ...Array(3).fill("flowtap: TIME warn: records are lost output=udp"),
      "flowtap: TIME warn: records are lost output=tcp",
      'flowtap: TIME error: a "quoted" line',
    ],
  );
});

test("a log that cannot be written ends nothing", (t) => {
  const full = openSync("/dev/full", "w");
  const { status, stdout } = spawnSync(process.execPath, logging({ level: "info", format: "json" }), {
    stdio: ["ignore", "pipe", full],
    encoding: "utf8",
  });
  t.is(status, 0);
  t.is(JSON.parse(stdout).logged.info, 1);
});

test("level and format come from switches, --quiet leaves errors only", (t) => {
  t.deepEqual(logOptions(typed("--log-format=json")), { level: "info", format: "json" });
  t.deepEqual(logOptions(typed("--quiet", "--log-format=text")), { level: "error", format: "text" });
  t.is(logOptions(typed("--quiet", "--log-level=debug")).level, "debug");
  t.throws(() => logOptions(typed("--log-level=loud")), {
    instanceOf: UsageError,
    message: /^--log-level: 'loud' is none/,
  });
  t.throws(() => logOptions(typed("--log-format=xml")), { instanceOf: UsageError });
});
