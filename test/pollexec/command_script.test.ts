/** Commands as scripts: whatever a file is called, the shell gets its name and nothing else. */
import { execFileSync } from "node:child_process";
import test from "ava";
import fc from "fast-check";
import { ArgumentError } from "../../src/errors.js";
import { commandScript } from "../../src/pollexec/command_script.js";
import { signalNamed } from "../../src/pollexec/signal_name.js";

function outputOf(command: string, path: string): string {
  return execFileSync("/bin/sh", ["-c", commandScript(command), "test", path], { encoding: "utf8" });
}

const NASTY = "/in/a b;echo no $(echo no) `echo no` 'x' \"y\" \\ *\n&|>z";

test("the name stands for itself, in any quotes", (t) => {
  t.is(outputOf("printf '[%%s]' %s", NASTY), `[${NASTY}]`);
  t.is(outputOf(`printf '[%%s]' "%s"`, NASTY), `[${NASTY}]`);
  t.is(outputOf("printf '[%%s]' '%s'", NASTY), `[${NASTY}]`);
  t.is(outputOf("printf '[%%s]' x%s.rw", NASTY), `[x${NASTY}.rw]`);
  t.is(outputOf(`printf '[%%s]' "x%s0.rw" 'y%sz'`, NASTY), `[x${NASTY}0.rw][y${NASTY}z]`);
});

test("quotes behind a backslash, and in other quotes, are none", (t) => {
  t.is(outputOf(`printf '[%%s]' \\"%s \\'%s`, NASTY), `["${NASTY}]['${NASTY}]`);
  t.is(outputOf(`printf '[%%s]' "'%s'" '"%s"' "\\"%s"`, NASTY), `['${NASTY}']["${NASTY}"]["${NASTY}]`);
});

test("a name within a command substitution is one word", (t) => {
  t.is(outputOf("basename %s", "/in/a b.rw"), "a b.rw\n");
  t.is(outputOf("echo $(basename %s)", "/in/a;b.rw"), "a;b.rw\n");
});

test("two percent signs are one", (t) => {
  t.is(outputOf("echo 50%%", "x"), "50%\n");
});

test("other conversions are refused", (t) => {
  for (const wrong of ["run %d", "run %", "", " "])
    t.throws(() => commandScript(wrong), { instanceOf: ArgumentError }, JSON.stringify(wrong));
});

test("no name that a file can have is read as anything but a name", (t) => {
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((each) => !each.includes("\0"));
  const around = fc.constantFrom("%s", '"%s"', "'%s'", 'a%s"b%s"', "'%s'\"%s\"");
  fc.assert(
    fc.property(name, around, (path, text) => {
      const expected = text.replaceAll(/['"]/g, "").replaceAll("%s", () => path);
      const got = outputOf(`printf '[%%s]' ${text}`, path);
      // Node replaces what is no UTF-8.
      if (got !== `[${Buffer.from(expected).toString()}]`) throw new Error(JSON.stringify({ path, text, got }));
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test("signals are known by name and number", (t) => {
  for (const text of ["TERM", "SIGTERM", "term", "15"]) t.is(signalNamed(text), "SIGTERM");
  for (const text of ["", "SIG", "0", "999", "NOSUCH", "TERM;"]) t.is(signalNamed(text), undefined);
});
