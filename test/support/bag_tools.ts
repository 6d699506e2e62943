/** The bag tools by their SiLK names, run on files of a test's own folder. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { FIXTURES } from "./fixtures.js";
import { type Ended, linesOf, PROGRAM, type RunOptions, runCommand } from "./program.js";
import { Scratch } from "./scratch.js";

const NAMES =
  "rwbag rwbagbuild rwbagcat rwbagtool rwaggbag rwaggbagbuild rwaggbagcat rwaggbagtool rwfilter rwfileinfo " +
  "rwpmapbuild rwsetbuild rwsetcat rwuniq";

/** Names of sensors as in the real files. */
const ENV = { SILK_CONFIG_FILE: join(FIXTURES, "silk", "silk.conf") };

export class BagTools {
  readonly scratch = new Scratch();

  constructor() {
    for (const name of NAMES.split(" ")) symlinkSync(PROGRAM, join(this.scratch.path, name));
  }

  run(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return runCommand(join(this.scratch.path, name), args, { cwd: this.scratch.path, ...options });
  }

  /** Standard output of a command that must succeed and say nothing on standard error. */
  async octets(name: string, args: readonly string[], stdin?: string | Uint8Array): Promise<Buffer> {
    const ended = await this.run(name, args, { env: ENV, ...(stdin === undefined ? {} : { stdin }) });
    const { status, octets, stderr } = ended;
    if (status !== 0 || stderr !== "") throw new Error(`${name} ${args.join(" ")}: ${status} ${stderr}`);
    return octets;
  }

  async printed(name: string, args: readonly string[], stdin?: string | Uint8Array): Promise<string> {
    return (await this.octets(name, args, stdin)).toString();
  }

  /** The bag that rwbagbuild makes of lines. */
  built(lines: string, ...args: string[]): Promise<Buffer> {
    return this.octets("rwbagbuild", ["--bag-input=-", ...args], lines);
  }

  /** The same as a file; returns its path. */
  async saved(name: string, lines: string, ...args: string[]): Promise<string> {
    return this.scratch.write(name, await this.built(lines, ...args));
  }

  /** Lines that rwbagcat prints of a bag, without columns. */
  async listed(bag: Uint8Array, ...args: string[]): Promise<string[]> {
    return linesOf(await this.printed("rwbagcat", ["--delimited", ...args], bag));
  }
}
