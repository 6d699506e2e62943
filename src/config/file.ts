/** The configuration file: each section's settings, checked against the tables of switches. */
import { nearest } from "../cli/parse.js";
import type { Switch } from "../cli/switches.js";
import { ConfigurationError } from "../errors.js";
import { fileSchema, type SchemaProblem, schemaProblems } from "./schema.js";
import { choiceWords, SECTIONS, type Section, valueKind } from "./section.js";
import { inOrder, type Layer, originText, type Setting, type SettingValue } from "./setting.js";
import { type Path, YamlFile } from "./yaml_file.js";

/**
 * What a file says of a section's switches.
 *
 * @throws ConfigurationError when it cannot be read, or with everything that is wrong in any section
 */
export function readConfigurationFile(path: string, section: Section): Layer {
  const file = new YamlFile(path);
  if (file.value === undefined || file.value === null)
    throw new ConfigurationError([`${path}:1:1: is empty: expected the section ${section.name}:`]);
  const problems = schemaProblems(fileSchema(SECTIONS), file.value).map((each) => problemLine(file, each));
  const layer = new Map<string, Setting>();
  if (problems.length === 0) {
    const keys = (file.value as Record<string, Record<string, unknown> | null>)[section.name] ?? {};
    for (const each of section.switches)
      if (keys[each.name] !== undefined)
        layer.set(each.name, settingOf(file, [section.name, each.name], each, keys[each.name], problems));
  }
  if (problems.length === 0) return layer;
  throw new ConfigurationError(inOrder(problems));
}

function problemLine(file: YamlFile, { path, what, unknownKey }: SchemaProblem): string {
  const place = unknownKey ? file.keyPlace(path) : file.valuePlace(path);
  const where = originText({ kind: "file", path: file.path }, place);
  if (!unknownKey) return `${where}: ${path.length === 0 ? "" : `${pathText(path)}: `}${what}`;
  const [outer, key] = path.map(String);
  const known =
    key === undefined
      ? SECTIONS.map(({ name }) => name)
      : (SECTIONS.find(({ name }) => name === outer)?.switches.map(({ name }) => name) ?? []);
  const near = nearest(key ?? outer ?? "", known);
  const hint = near === undefined ? "" : `, did you mean ${near}?`;
  return `${where}: ${pathText(path)}: there is no such ${key === undefined ? "section" : "key"}${hint}`;
}

/** `meter.idle-timeout.tcp`, `meter.output[1]` */
export function pathText(path: Path): string {
  return path
    .map((each, at) => (typeof each === "number" ? `[${each}]` : `${at > 0 ? "." : ""}${String(each)}`))
    .join("");
}

function settingOf(file: YamlFile, path: Path, each: Switch, value: unknown, problems: string[]): Setting {
  const one = (inner: Path, scalar: unknown, key = ""): SettingValue => {
    const place = file.valuePlace(inner);
    const text = scalarText(file, inner, each, scalar);
    const wrong = wrongScalar(file, inner, each, text);
    if (wrong !== undefined)
      problems.push(`${originText({ kind: "file", path: file.path }, place)}: ${pathText(inner)}: ${wrong}`);
    if (key === "" || key === "default") return { text, quotes: [text], place };
    return { text: `${key}=${text}`, quotes: [key, text], place };
  };
  return {
    origin: { kind: "file", path: file.path },
    place: file.keyPlace(path),
    values: valuesOf(path, each, value, one),
  };
}

function valuesOf(
  path: Path,
  each: Switch,
  value: unknown,
  one: (inner: Path, scalar: unknown, key?: string) => SettingValue,
): SettingValue[] {
  if (each.argument === undefined)
    return choiceWords(each, value === true || value === "on" ? "on" : "off").map((text) => ({ text, quotes: [] }));
  if (Array.isArray(value)) return value.map((item: unknown, index) => one([...path, index], item));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).map(([key, item]) => one([...path, key], item, key));
  return [one(path, value)];
}

/** A scalar as the command line would have it. */
function scalarText(file: YamlFile, path: Path, each: Switch, scalar: unknown): string {
  if (valueKind(each) === "choice") return scalar === true || scalar === "on" ? "on" : "off";
  if (valueKind(each) === "number" || typeof scalar === "string") return String(scalar);
  return file.source(path) ?? String(scalar);
}

function wrongScalar(file: YamlFile, path: Path, each: Switch, text: string): string | undefined {
  if (text.includes("\0")) return "a NUL character cannot be part of it";
  if (valueKind(each) === "number" && /^[-+]?0\d/.test(file.source(path) ?? ""))
    return `${file.source(path)}: write it without the leading 0, which some read as octal`;
  return undefined;
}
