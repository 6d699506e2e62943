/** Lists of files in one argument: with commas, and with wildcards that the shell has left. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError, systemReason } from "../errors.js";

const WILDCARDS = /[*?[]/;

/**
 * The paths in an argument, in order: the path itself where there is such a file, else its parts between commas, of
 * which those with `*`, `?` or `[…]` stand for the files whose names match, sorted.
 *
 * @throws InputError when nothing matches
 */
export function pathsIn(list: string): readonly string[] {
  if (existsSync(list)) return [list];
  return list
    .split(",")
    .filter((each) => each !== "")
    .flatMap((each) => (WILDCARDS.test(each) && !existsSync(each) ? matching(each) : [each]));
}

function matching(pattern: string): string[] {
  const absolute = pattern.startsWith("/");
  const steps = pattern.split("/").filter((step) => step !== "");
  let paths = [absolute ? "/" : ""];
  for (const step of steps) {
    const under = (path: string, name: string) => (path === "" ? name : join(path, name));
    paths = WILDCARDS.test(step)
      ? paths.flatMap((path) => namesIn(path === "" ? "." : path, expression(step)).map((name) => under(path, name)))
      : paths.map((path) => under(path, step)).filter((path) => existsSync(path));
  }
  if (paths.length === 0) throw new InputError(`${pattern}: no file matches`);
  return paths;
}

function namesIn(folder: string, wanted: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => wanted.test(name))
      .sort();
  } catch (error) {
    // A file where a folder would have to be.
    if (existsSync(folder)) return [];
    throw new InputError(`cannot read ${folder}: ${systemReason(error)}`);
  }
}

/** A step of a pattern as a shell means it: names that begin with a dot have to be asked for. */
function expression(step: string): RegExp {
  const text = step.replace(/\[(!?)([^\]/]+)\]|[*?]|[^*?[]+|\[/g, (part, not: string | undefined, set?: string) => {
    if (set !== undefined) return `[${not ? "^" : ""}${set.replace(/[\\^]/g, "\\$&")}]`;
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return part.replace(/[\\^$.|+(){}[\]]/g, "\\$&");
  });
  try {
    return new RegExp(`^${step.startsWith(".") ? "" : "(?!\\.)"}${text}$`, "su");
  } catch {
    throw new InputError(`${step}: not a pattern of file names`);
  }
}
