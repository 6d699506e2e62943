/** Command lines of SiLK's users, run by a shell that finds the built program under SiLK's names. */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../src/cli/commands.js";
import { FIXTURES } from "./fixtures.js";
import { type Ended, PROGRAM, type RunOptions, runCommand } from "./program.js";
import { Scratch } from "./scratch.js";

/** Real SiLK files with their silk.conf; the folder may be missing. */
export const SILK_FIXTURES = join(FIXTURES, "silk");

/** A scratch folder with links of all commands' SiLK names in `bin`. */
export class SilkCommands {
  readonly scratch = new Scratch();
  readonly #bin = join(this.scratch.path, "bin");

  constructor() {
    mkdirSync(this.#bin);
    for (const { silk } of COMMANDS) if (silk !== undefined) symlinkSync(PROGRAM, join(this.#bin, silk));
  }

  /** Runs a line in bash. SCRATCH is this folder; `cwd` is that of the real files unless it is given. */
  shell(line: string, { cwd = SILK_FIXTURES, env, ...rest }: RunOptions = {}): Promise<Ended> {
    return runCommand("bash", ["-c", line], {
      ...rest,
      cwd,
      env: {
        PATH: `${this.#bin}:${process.env.PATH}`,
        SCRATCH: this.scratch.path,
        SILK_CONFIG_FILE: "silk.conf",
        ...env,
      },
    });
  }

  /** Standard output of a line that must end well and say nothing on standard error. */
  async output(line: string, options: RunOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.shell(line, options);
    if (status !== 0 || stderr !== "") throw new Error(`${line}\nended with ${status}: ${stderr}`);
    return stdout;
  }

  remove(): void {
    this.scratch.remove();
  }
}

/** A command line that SiLK itself was given. */
export interface RecordedCommand {
  readonly number: string;
  readonly line: string;
}

/** The command lines whose outputs are recorded. */
export function recordedCommands(): readonly RecordedCommand[] {
  return readFileSync(join(SILK_FIXTURES, "expected", "COMMANDS.txt"), "utf8")
    .split("\n")
    .flatMap((text) => {
      const [, number, line] = /^(\d+)\s+(.*)$/.exec(text) ?? [];
      return number === undefined || line === undefined ? [] : [{ number, line }];
    });
}

/** What SiLK printed for the command of that number, standard output and error. */
export function recordedOutput(number: string): string {
  return readFileSync(join(SILK_FIXTURES, "expected", `${number}.txt`), "utf8");
}
