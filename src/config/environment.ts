/** Settings from variables of the environment: FLOWTAP_METER_MAX_FLOWS. */
import { nearest } from "../cli/parse.js";
import type { Switch } from "../cli/switches.js";
import { ConfigurationError } from "../errors.js";
import { choiceWords, type Section, valueKind, variableName, variablePrefix } from "./section.js";
import type { Layer, Setting } from "./setting.js";

/** Whether any variable is for this section; an empty one counts as not set. */
export function concernsSection(section: Section, environment: NodeJS.ProcessEnv): boolean {
  const prefix = variablePrefix(section);
  return Object.entries(environment).some(([name, value]) => name.startsWith(prefix) && value !== "");
}

/**
 * What variables say of a section's switches. Several arguments of a repeatable switch are separated by blanks.
 *
 * @throws ConfigurationError with every variable that is wrong
 */
export function readEnvironment(section: Section, environment: NodeJS.ProcessEnv): Layer {
  const byVariable = new Map(section.switches.map((each) => [variableName(section, each), each]));
  const layer = new Map<string, Setting>();
  const problems: string[] = [];
  for (const [variable, text] of Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!variable.startsWith(variablePrefix(section)) || text === undefined || text === "") continue;
    const each = byVariable.get(variable);
    if (each === undefined) {
      const prefix = variablePrefix(section);
      const names = [...byVariable.keys()].map((name) => name.slice(prefix.length));
      const near = nearest(variable.slice(prefix.length), names);
      const hint = near === undefined ? "" : `, did you mean ${prefix}${near}?`;
      problems.push(`${variable}: there is no such setting${hint}`);
      continue;
    }
    const words = wordsOf(each, text);
    if (words === undefined) problems.push(`${variable}: expected true or false, found '${text}'`);
    else
      layer.set(each.name, {
        origin: { kind: "environment", variable },
        values: words.map((word) => ({ text: word, quotes: each.keyed === undefined ? [word] : word.split("=") })),
      });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return layer;
}

function wordsOf(each: Switch, text: string): readonly string[] | undefined {
  if (valueKind(each) === "choice") {
    const choice = CHOICES.get(text.trim());
    return choice === undefined ? undefined : choiceWords(each, choice);
  }
  if (!each.repeatable) return [text];
  return text.split(/\s+/).filter((word) => word !== "");
}

const CHOICES: ReadonlyMap<string, "on" | "off"> = new Map([
  ["true", "on"],
  ["on", "on"],
  ["false", "off"],
  ["off", "off"],
]);
