/** The scripts of flowtap completion, in the shells that they are for. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { PROGRAM, run, runCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { TerminalSession } from "../support/terminal_session.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** A folder with the commands and, in bash and zsh, a file to complete. */
const BIN = join(scratch.path, "bin");
mkdirSync(BIN);
for (const name of ["flowtap", "rwcut", "rwsetcat"]) symlinkSync(PROGRAM, join(BIN, name));
scratch.write("some hosts.set", "");

async function script(shell: string): Promise<string> {
  const { stdout, status, stderr } = await runCommand(join(BIN, "flowtap"), ["completion", shell]);
  if (status !== 0) throw new Error(stderr);
  return scratch.write(`completion.${shell}`, stdout);
}

/** Escape sequences (ECMA-48) that move the cursor and change how characters look. */
const SEQUENCES = new RegExp(`${String.fromCharCode(27)}\\[[?\\d;]*[A-Za-z]`, "g");

/** Resolves when a line editor has written a text: what is on the screen then is its business. */
async function writes(view: TerminalSession, text: string): Promise<void> {
  await until(() => view.text.replaceAll(SEQUENCES, "").includes(text), text);
}

/** Types beginnings and the Tab key, and reads what the shell makes of them. */
async function completes(t: ExecutionContext, view: TerminalSession): Promise<void> {
  await writes(view, "ready> ");
  view.type("flowtap complet\t");
  await writes(view, "flowtap completion ");
  view.type("\x15rwcut --num-r\t5 --fields=sip,dpo\t");
  await writes(view, "rwcut --num-recs=5 --fields=sip,dport");
  view.type("\x15rwsetcat some\t");
  await writes(view, "rwsetcat some\\ hosts.set");
  view.type("\x15exit\r");
  t.is((await view.running.ended).signal, null);
}

const prepare = `cd ${scratch.path}; export PATH=${BIN}:$PATH HOME=${scratch.path} PS1="ready> ";`;

test("bash completes commands, switches, fields in lists and files with blanks", async (t) => {
  if (!haveTools(t, "script", "bash")) return;
  const path = await script("bash");
  const rc = scratch.write("bashrc", `${prepare}\nbind "set enable-bracketed-paste off"\nsource ${path}\n`);
  const view = new TerminalSession(`exec bash --noprofile --rcfile ${rc} -i`);
  await completes(t, view);
});

test("zsh completes commands, switches, fields in lists and files with blanks", async (t) => {
  if (!haveTools(t, "script", "zsh")) return;
  const path = await script("zsh");
  scratch.write(
    ".zshrc",
    `${prepare}\nautoload -Uz compinit; compinit -u -D\nunsetopt beep prompt_sp prompt_cr\nsource ${path}\n`,
  );
  const view = new TerminalSession(`export ZDOTDIR=${scratch.path}; exec zsh -i`);
  await completes(t, view);
});

test("fish completes with what candidates mean", async (t) => {
  if (!haveTools(t, "fish")) return;
  const path = await script("fish");
  const completions = async (line: string) => {
    const code = `source ${path}; cd ${scratch.path}; complete -C '${line}'`;
    const env = { PATH: `${BIN}:${process.env.PATH}`, HOME: scratch.path };
    const { stdout, status, stderr } = await runCommand("fish", ["--no-config", "-c", code], { env });
    t.is(status, 0, stderr);
    return stdout;
  };
  t.is(
    await completions("flowtap complet"),
    "completion\tprint a script that teaches a shell to complete command lines\n",
  );
  t.regex(await completions("rwcut --fields=sip,dpo"), /^--fields=sip,dport\tdestination port/);
  t.regex(await completions("rwcut --num-recs=5 "), /^some hosts\.set$/m);
});

test("a shell that is not known, and words that no script sends, are refused", async (t) => {
  for (const args of [["completion"], ["completion", "tcsh"], ["completion", "bash", "zsh"], ["complete", "rwcut"]]) {
    const { status, stdout } = await run(args);
    t.deepEqual([status, stdout], [2, ""], args.join(" "));
  }
});
