import { fileURLToPath } from "node:url";
import test from "ava";
import { runCommand } from "../../support/program.js";

const PROGRAM = fileURLToPath(new URL("throwing_wake.js", import.meta.url));

for (const wakes of ["meter", "receiver"]) {
  test(`an error thrown where the ${wakes} wakes JavaScript ends the process as uncaught errors do`, async (t) => {
    const { status, stderr } = await runCommand(process.execPath, [PROGRAM, wakes]);
    t.is(status, 1);
    t.regex(stderr, new RegExp(`^Error: ${wakes} woke$`, "m"));
    t.notRegex(stderr, /DEP0168/);
  });

  test(`an error thrown where the ${wakes} wakes JavaScript reaches uncaughtException`, async (t) => {
    const { status, stdout, stderr } = await runCommand(process.execPath, [PROGRAM, wakes, "--caught"]);
    t.is(stderr, "");
    t.is(stdout, `uncaughtException: ${wakes} woke\n`);
    t.is(status, 0);
  });
}
