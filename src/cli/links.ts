/**
 * `node links.js FOLDER TARGET [--beside-silk]`: links FOLDER/rwNAME -> TARGET for every command with a SiLK name. Where
 * a SiLK is installed, `--beside-silk` makes none: its tools are not to be hidden.
 */
import { accessSync, constants, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { COMMANDS } from "./commands.js";

const [folder, target, mode] = process.argv.slice(2);
if (folder === undefined || target === undefined) {
  process.stderr.write("usage: links.js FOLDER TARGET [--beside-silk]\n");
  process.exit(2);
}

/** The first of SiLK's tools on PATH or in the folder that is not a link of ours. */
function installedSilk(names: readonly string[]): string | undefined {
  const folders = [folder!, ...(process.env.PATH ?? "").split(delimiter)];
  return folders
    .flatMap((each) => names.map((name) => join(each, name)))
    .find((path) => isProgram(path) && !isOurs(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isOurs(path: string): boolean {
  return lstatSync(path).isSymbolicLink() && readlinkSync(path).endsWith("cli.js");
}

const names = COMMANDS.flatMap(({ silk }) => (silk === undefined ? [] : [silk]));
const found = mode === "--beside-silk" ? installedSilk(names) : undefined;
if (found !== undefined) {
  process.stdout.write(`${found} is SiLK's: no links with SiLK's names were made in ${folder}\n`);
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(target, join(folder, name));
  }
}
