/** Our commands under the names of SiLK's tools, run in a folder of a test's own. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Ended, PROGRAM, type RunOptions, runCommand } from "./program.js";
import { Scratch } from "./scratch.js";

export class SilkTools extends Scratch {
  constructor(...names: readonly string[]) {
    super();
    for (const name of names) symlinkSync(PROGRAM, join(this.path, name));
  }

  /** Runs a tool in the folder to its end. */
  run(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return runCommand(join(this.path, name), args, { cwd: this.path, ...options });
  }

  /** Makes a file of flows from lines of text, the first one the titles, and returns its name. */
  async flows(name: string, lines: readonly string[]): Promise<string> {
    const { status, stderr } = await this.run("rwtuc", [`--output-path=${name}`], { stdin: `${lines.join("\n")}\n` });
    if (status !== 0 || stderr !== "") throw new Error(`rwtuc: ${stderr}`);
    return name;
  }
}
