/** Switches from file, environment and command line, each winning over those before it. */
import type { Arguments } from "../cli/switches.js";
import { ConfigurationError, FlowtapError } from "../errors.js";
import { readEnvironment } from "./environment.js";
import type { Section } from "./section.js";
import { inOrder, type Layer, originText, type Setting } from "./setting.js";

/** Where settings come from beside the command line. */
export interface Sources {
  /** Path of the configuration file. */
  readonly file: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** What is set, with the origin of everything. */
export class Configuration {
  /** What is in force, by names of switches. */
  readonly settings: Layer;
  readonly section: Section;
  readonly #typed: Arguments;

  private constructor(section: Section, typed: Arguments, settings: Layer) {
    this.section = section;
    this.settings = settings;
    this.#typed = typed;
  }

  /**
   * Puts the layers on top of each other. What was typed replaces all that the layers below say of the same switch.
   *
   * @throws ConfigurationError with all that is wrong in file and environment
   */
  static async read(section: Section, typed: Arguments, { file, environment }: Sources): Promise<Configuration> {
    const layers: Layer[] = [];
    const problems: string[] = [];
    const add = (read: () => Layer) => {
      try {
        layers.push(read());
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        problems.push(...error.problems);
      }
    };
    if (file !== undefined) {
      const { readConfigurationFile } = await import("./file.js");
      add(() => readConfigurationFile(file, section));
    }
    add(() => readEnvironment(section, environment));
    if (problems.length > 0) throw new ConfigurationError(problems);
    layers.push(typedLayer(section, typed));
    const settings = new Map<string, Setting>();
    for (const layer of layers) for (const [name, setting] of layer) settings.set(name, setting);
    for (const { name } of section.omitted(typed))
      if (settings.get(name)?.origin.kind !== "command line") settings.delete(name);
    return new Configuration(section, typed, settings);
  }

  /** What the rest of the program sees: it does not know where values came from. */
  get args(): Arguments {
    return this.#argsOf(this.settings);
  }

  /**
   * All that `examine` has against file and environment, one line each. An error about what was typed is thrown where it
   * is the first. After the first problem only those count that quote a value: others may follow from it.
   */
  async problems(examine: (args: Arguments) => unknown): Promise<string[]> {
    const settings = new Map(this.settings);
    const problems: string[] = [];
    for (;;) {
      try {
        await examine(this.#argsOf(settings));
        return inOrder(problems);
      } catch (error) {
        const found = this.#locate(error, settings);
        if (found === undefined && problems.length === 0) throw error;
        if (found === undefined) return inOrder(problems);
        const { name, setting, value, line } = found;
        if (problems.length === 0 || value !== undefined) problems.push(line);
        // Without what is wrong the next problem shows.
        const values = value === undefined ? [] : setting.values.filter((each) => each !== value);
        if (values.length === 0) settings.delete(name);
        else settings.set(name, { ...setting, values });
      }
    }
  }

  /** The error in terms of file or environment, where it is about a value from there; else itself. */
  explained(error: unknown): unknown {
    const found = this.#locate(error, this.settings);
    return found === undefined ? error : new ConfigurationError([found.line]);
  }

  #locate(error: unknown, settings: Layer) {
    if (!(error instanceof FlowtapError) || error instanceof ConfigurationError) return undefined;
    const start = /^-(?:-([a-z0-9-]+)|([a-zA-Z]))(?=[ :=])/.exec(error.message);
    const found = this.section.switches.find(
      ({ name, short }) => name === start?.[1] || (short !== undefined && short === start?.[2]),
    );
    const setting = found && settings.get(found.name);
    if (start === null || found === undefined || setting === undefined) return undefined;
    if (setting.origin.kind === "command line") return undefined;
    const rest = error.message.slice(start[0].length);
    const value = setting.values.find(({ quotes }) => quotes.some((each) => isQuoted(rest, each)));
    const where = originText(setting.origin, value?.place ?? setting.place);
    const key = setting.origin.kind === "file" ? `${this.section.name}.${found.name}: ` : "";
    // `--max-flows: '0' is …` is told of the key; where other switches are named the whole text is clearer.
    const what = rest.includes(" --") ? error.message : rest.replace(/^[:=]? ?/, "");
    return { name: found.name, setting, value, line: `${where}: ${key}${what}` };
  }

  #argsOf(settings: Layer): Arguments {
    const known = new Set(this.section.switches.map(({ name }) => name));
    const typed = this.#typed;
    const valuesOf = (name: string) =>
      known.has(name) ? (settings.get(name)?.values ?? []).map(({ text }) => text) : typed.values(name);
    return {
      value: (name) => valuesOf(name).at(-1),
      values: valuesOf,
      flag: (name) => (known.has(name) ? valuesOf(name).length > 0 : typed.flag(name)),
      positionals: typed.positionals,
    };
  }
}

/** `-o a.csv: …`, `--queue=0: …`, `--queue: '0' …` */
function isQuoted(message: string, value: string): boolean {
  return message.startsWith(` ${value}:`) || message.startsWith(`=${value}:`) || message.includes(`'${value}'`);
}

function typedLayer(section: Section, typed: Arguments): Layer {
  const given = section.switches.filter(({ name }) => typed.flag(name));
  return new Map(
    given.map(({ name }) => [
      name,
      { origin: { kind: "command line" }, values: typed.values(name).map((text) => ({ text, quotes: [text] })) },
    ]),
  );
}
