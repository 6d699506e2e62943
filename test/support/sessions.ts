/** The sessions of docs/examples: commands and what they print, as a shell's user sees it. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { COMMANDS } from "../../src/cli/commands.js";
import { PREPARATION } from "../../src/manual/topics/examples.js";
import { PROGRAM } from "./program.js";

export const SESSIONS = resolve("docs", "examples");

/** Milliseconds after which a command that has not ended is killed. */
const LONGEST = 240_000;

/** Commands that have a session. */
export function sessionNames(): readonly string[] {
  return readdirSync(SESSIONS)
    .filter((each) => each.endsWith(".txt"))
    .map((each) => each.slice(0, -".txt".length))
    .sort();
}

/** What was typed: the lines behind `$ `. */
export function commandsOf(session: string): readonly string[] {
  return session
    .split("\n")
    .filter((line) => line.startsWith("$ "))
    .map((line) => line.slice(2));
}

/** A folder with the files of flowtap-examples(7), and the commands under their names. */
export function prepareSession(folder: string): void {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  for (const name of ["flowtap", ...COMMANDS.flatMap(({ silk }) => (silk === undefined ? [] : [silk]))])
    symlinkSync(PROGRAM, join(programs, name));
  const work = join(folder, "work");
  mkdirSync(work);
  copyFileSync(resolve("pcaps", "office.pcap"), join(work, "office.pcap"));
  const printed = typed(folder, PREPARATION);
  if (printed !== PREPARATION.map((each) => `$ ${each}\n`).join("")) throw new Error(`not prepared: ${printed}`);
}

/** Runs commands in one shell, in a prepared folder; returns what a terminal would show. */
export function typed(folder: string, commands: readonly string[]): string {
  const script = commands.flatMap((each) => [`echo ${quoted(`$ ${each}`)}`, each]).join("\n");
  const { stdout, error } = spawnSync("bash", ["--norc", "-c", `exec 2>&1\n${script}`], {
    cwd: join(folder, "work"),
    env: {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
      SILK_DATA_ROOTDIR: "flows",
    },
    encoding: "utf8",
    timeout: LONGEST,
  });
  if (error !== undefined) throw error;
  return stdout;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
