/** Programs of other projects that tests use as judges: found, or loudly missing. */
import { spawnSync } from "node:child_process";
import type { ExecutionContext } from "ava";

/** Whether the programs are installed; says in the test's log which are not, and passes the test as skipped. */
export function haveTools(t: ExecutionContext, ...names: readonly string[]): boolean {
  const missing = names.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  if (missing.length === 0) return true;
  t.log(`SKIPPED: ${missing.join(", ")} not installed (make peers installs what tests compare with)`);
  t.pass();
  return false;
}
