/** A command line that is being typed: what is known of it so far. */
import type { Arguments, Command, Switch } from "../cli/switches.js";

export class CommandWords {
  readonly #command: Command;
  readonly #words: readonly string[];

  /** @param words those between the command's name and the word that is being typed */
  constructor(command: Command, words: readonly string[]) {
    this.#command = command;
    this.#words = words;
  }

  /** The switches of the command, with those that files on the line bring; names come once. */
  async switches(): Promise<readonly Switch[]> {
    const all = [...this.#command.switches, ...(await this.furtherSwitches())];
    const byName = new Map(all.toReversed().map((each) => [each.name, each]));
    return all.filter((each) => byName.get(each.name) === each);
  }

  async furtherSwitches(): Promise<readonly Switch[]> {
    try {
      return (await this.#command.furtherSwitches?.(this.#words)) ?? [];
    } catch {
      // A file that is not there, or not there yet, brings none.
      return [];
    }
  }

  /** Whether a switch is on the line. */
  has(name: string): boolean {
    return this.#words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  }

  /** What full names of switches have as arguments. */
  get arguments(): Arguments {
    const values = (name: string) =>
      this.#words.flatMap((word, k) => {
        if (word === `--${name}`) return [this.#words[k + 1] ?? ""];
        return word.startsWith(`--${name}=`) ? [word.slice(name.length + 3)] : [];
      });
    return {
      value: (name) => values(name).at(-1),
      values,
      flag: (name) => this.has(name),
      positionals: [],
    };
  }
}
