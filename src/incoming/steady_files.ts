/** Files of a folder that nobody writes into any longer, as far as two looks can tell. */
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError, systemReason } from "../errors.js";

export class SteadyFiles {
  /** Names that are not UTF-8, as far as they can be shown: such files cannot be named. */
  readonly unusable = new Set<string>();
  readonly #folder: string;
  /** Size of each file at the last look. */
  #sizes: Map<string, number> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Looks at the folder: names, in order, of regular files that have the size they had at the last look. Files whose
   * names begin with a dot, and empty ones, are not looked at.
   *
   * @throws InputError when the folder cannot be read
   */
  look(): readonly string[] {
    const sizes = new Map<string, number>();
    const steady: string[] = [];
    this.unusable.clear();
    for (const name of this.#names()) {
      const size = sizeOf(join(this.#folder, name));
      if (size === undefined && name.includes("\ufffd")) this.unusable.add(name);
      if (size === undefined || size === 0) continue;
      sizes.set(name, size);
      if (this.#sizes.get(name) === size) steady.push(name);
    }
    this.#sizes = sizes;
    return steady.sort();
  }

  /** A file of this name is a new one from now on. */
  forget(name: string): void {
    this.#sizes.delete(name);
  }

  #names(): string[] {
    let entries: Dirent[];
    try {
      entries = readdirSync(this.#folder, { withFileTypes: true });
    } catch (error) {
      throw new InputError(`cannot read ${this.#folder}: ${systemReason(error)}`);
    }
    return entries.filter((entry) => entry.isFile() && !entry.name.startsWith(".")).map(({ name }) => name);
  }
}

/** Undefined for a file that has gone. */
function sizeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.size;
}
