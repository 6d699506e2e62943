/** The worked examples of the manual pages print what they show. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.js";
import { Scratch } from "../support/scratch.js";
import { commandsOf, prepareSession, SESSIONS, sessionNames, typed } from "../support/sessions.js";

const prepared = new Scratch();
test.before("the files are made", () => prepareSession(prepared.path));
test.after.always(() => prepared.remove());

test("every command has a session, and every session a command", (t) => {
  t.deepEqual(sessionNames(), COMMANDS.map(({ name }) => name).sort());
});

for (const name of sessionNames())
  test.serial(`the session of ${name} prints what its page shows`, async (t) => {
    // Lets the result of the session before this one out: nothing else runs while a session does.
    await nextTurn();
    const scratch = new Scratch();
    try {
      cpSync(prepared.path, scratch.path, { recursive: true, verbatimSymlinks: true });
      const session = readFileSync(join(SESSIONS, `${name}.txt`), "utf8");
      const commands = commandsOf(session);
      t.true(commands.some((each) => /\b(flowtap |rw|num2)/.test(each)));
      t.is(typed(scratch.path, commands), session);
    } finally {
      scratch.remove();
    }
  });
