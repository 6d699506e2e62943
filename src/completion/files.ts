/** Names of files that complete a word. */
import { readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import type { Candidate } from "./candidate.js";

/** Which files are wanted: all, folders only, or those with an ending, of which there may be none. */
export type Wanted = "all" | "folders" | { readonly ending: string };

/** Candidates that begin with the word, folders with a slash; hidden ones only behind a full stop. */
export function fileCandidates(word: string, wanted: Wanted): readonly Candidate[] {
  const slash = word.lastIndexOf("/") + 1;
  const folder = word.slice(0, slash);
  const names = namesIn(folder).filter((each) => {
    const name = basename(each);
    return name.startsWith(word.slice(slash)) && (word.slice(slash) !== "" || !name.startsWith("."));
  });
  const found = typeof wanted === "object" ? withEnding(names, wanted.ending) : names;
  return found
    .filter((name) => wanted !== "folders" || name.endsWith("/"))
    .sort()
    .map((name) => ({ word: folder + name }));
}

/** Files with the ending and folders; all when no file has it. */
function withEnding(names: readonly string[], ending: string): readonly string[] {
  const found = names.filter((name) => name.endsWith(ending));
  return found.length === 0 ? names : [...found, ...names.filter((name) => name.endsWith("/"))];
}

/** Names in a folder, those of folders with a slash. What cannot be read has none. */
function namesIn(folder: string): readonly string[] {
  const place = folder.startsWith("~/") ? join(homedir(), folder.slice(2)) : folder || ".";
  try {
    return readdirSync(place, { withFileTypes: true }).map((each) => {
      const isFolder = each.isSymbolicLink() ? linksToFolder(join(place, each.name)) : each.isDirectory();
      return isFolder ? `${each.name}/` : each.name;
    });
  } catch {
    return [];
  }
}

function linksToFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
