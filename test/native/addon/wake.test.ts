import test from "ava";
import { type Ended, runCommand } from "../../support/program.js";
import { WAKING } from "./throwing_wake.js";

/** Calls `startThrowing` in a process of its own. */
function throwing(wakes: string, caught: string): Promise<Ended> {
  const module = new URL("throwing_wake.js", import.meta.url);
  const script = `import { startThrowing } from "${module}"; startThrowing("${wakes}", "${caught}");`;
  return runCommand(process.execPath, ["--input-type=module", "-e", script]);
}

for (const wakes of WAKING) {
  test(`an error thrown where the ${wakes} wakes JavaScript ends the process as uncaught errors do`, async (t) => {
    const { status, stderr } = await throwing(wakes, "uncaught");
    t.is(status, 1);
    t.regex(stderr, new RegExp(`^Error: ${wakes} woke$`, "m"));
    t.notRegex(stderr, /DEP0168/);
  });

  test(`an error thrown where the ${wakes} wakes JavaScript reaches uncaughtException`, async (t) => {
    const { status, stdout, stderr } = await throwing(wakes, "caught");
    t.is(stderr, "");
    t.is(stdout, `uncaughtException: ${wakes} woke\n`);
    t.is(status, 0);
  });
}
