/** docs/examples again, with what their commands print now: `node build/js/docs/sessions.js`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Scratch } from "../test/support/scratch.js";
import { commandsOf, prepareSession, SESSIONS, sessionNames, typed } from "../test/support/sessions.js";

for (const name of sessionNames()) {
  const scratch = new Scratch();
  try {
    prepareSession(scratch.path);
    const path = join(SESSIONS, `${name}.txt`);
    writeFileSync(path, typed(scratch.path, commandsOf(readFileSync(path, "utf8"))));
  } finally {
    scratch.remove();
  }
}
