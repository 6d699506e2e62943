/** The effective configuration as a file that says the same. */
import { stringify } from "yaml";
import type { Switch } from "../cli/switches.js";
import type { Configuration } from "./configuration.js";
import { valueKind } from "./section.js";
import { originText, type Setting, type SettingValue } from "./setting.js";

/** Column at which comments begin, where there is room. */
const COMMENTS = 48;

/** YAML of what is set, each value with its origin behind it; what is not set follows as comments with its default. */
export function configurationText({ section, settings }: Configuration): string {
  const lines = [`${section.name}:`];
  for (const each of section.switches) {
    const setting = settings.get(each.name);
    if (setting === undefined) continue;
    lines.push(...settingLines(each, setting));
  }
  if (lines.length === 1) lines[0] = `${section.name}: {}`;
  const unset = section.switches.filter(({ name }) => !settings.has(name));
  for (const { name, fallback } of unset)
    lines.push(`  # ${name}: ${fallback === undefined ? "not set" : `default ${fallback}`}`);
  return `${lines.join("\n")}\n`;
}

function settingLines(each: Switch, setting: Setting): string[] {
  const origin = (value?: SettingValue) => originText(setting.origin, value?.place ?? setting.place);
  if (each.argument === undefined) return [commented(`  ${each.name}: ${setting.values.length > 0}`, origin())];
  const values = setting.values;
  if (each.keyed !== undefined && values.some(({ text }) => text.includes("="))) {
    const entries = values.map((value) => {
      const [key, text] = value.text.includes("=") ? value.text.split("=", 2) : ["default", value.text];
      return commented(`    ${scalar(key!)}: ${scalarOf(each, text!)}`, origin(value));
    });
    return [`  ${each.name}:`, ...entries];
  }
  if (values.length === 1) return [commented(`  ${each.name}: ${scalarOf(each, values[0]!.text)}`, origin(values[0]))];
  if (values.length === 0) return [commented(`  ${each.name}: []`, origin())];
  return [`  ${each.name}:`, ...values.map((value) => commented(`    - ${scalarOf(each, value.text)}`, origin(value)))];
}

function scalarOf(each: Switch, text: string): string {
  return valueKind(each) === "number" ? text : scalar(text);
}

/** One line, in quotes where it needs them; words that YAML 1.1 takes for something else too. */
function scalar(text: string): string {
  if (/^(?:y|n|yes|no|~)$/i.test(text)) return JSON.stringify(text);
  if (text === "on" || text === "off") return text;
  return stringify(text, { lineWidth: 0, blockQuote: false }).trimEnd();
}

function commented(line: string, comment: string): string {
  return `${line.padEnd(COMMENTS)} # ${comment}`;
}
