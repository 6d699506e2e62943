/** Reads silk.conf(5): sensors, groups, classes with their types, and the layout of the data root. */
import { nearest } from "../cli/parse.js";
import { type ConfLine, confError, confLines } from "./conf_lines.js";
import { checkClassName, checkPathFormat, checkSensorName, numberWithin } from "./silk_conf_rules.js";
import { type Flowtype, type SiteConfig, TWO_WAY_SITE } from "./site.js";

const MAXIMUM_SENSOR = 65534;
const MAXIMUM_FLOWTYPE = 254;

const TOP_LEVEL = ["version", "include", "sensor", "group", "class", "default-class", "path-format", "packing-logic"];
const IN_CLASS = ["sensors", "type", "default-types", "end class"];
const IN_GROUP = ["sensors", "end group"];

interface ClassInProgress {
  readonly name: string;
  readonly sensors: Set<string>;
  readonly types: string[];
  readonly defaultTypes: Set<string>;
}

/**
 * The site that the file at `path` describes.
 *
 * @throws InputError `FILE:LINE: reason`
 */
export function readSilkConf(path: string): SiteConfig {
  const reader = new SilkConfReader(path);
  let last: ConfLine | undefined;
  for (const line of confLines(path, "blank")) {
    reader.take(line);
    last = line;
  }
  return reader.finish(last ?? { path, line: 1, words: [] });
}

class SilkConfReader {
  readonly #path: string;
  readonly #sensorsByName = new Map<string, { id: number; description: string }>();
  readonly #sensorIds = new Map<number, string>();
  readonly #groups = new Map<string, readonly string[]>();
  readonly #classes = new Map<string, ClassInProgress>();
  readonly #flowtypes = new Map<number, Flowtype>();
  #version: number | undefined;
  #defaultClass: string | undefined;
  #pathFormat: string | undefined;
  #packingLogic: string | undefined;
  #block: { kind: "class"; of: ClassInProgress } | { kind: "group"; name: string; sensors: string[] } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  take(line: ConfLine): void {
    if (this.#block?.kind === "class") this.#inClass(line, this.#block.of);
    else if (this.#block?.kind === "group") this.#inGroup(line, this.#block);
    else this.#topLevel(line);
  }

  /** What was read, once the file has ended. */
  finish(last: ConfLine): SiteConfig {
    if (this.#block !== undefined)
      throw confError(last, `the ${this.#block.kind} block is not closed: 'end ${this.#block.kind}' is missing`);
    for (const { name, defaultTypes, types } of this.#classes.values()) {
      for (const type of defaultTypes)
        if (!types.includes(type)) throw confError(last, `class ${name} has no type '${type}' of its default-types`);
    }
    if (this.#defaultClass !== undefined && !this.#classes.has(this.#defaultClass))
      throw confError(last, `the default-class '${this.#defaultClass}' is not defined`);
    const classes = [...this.#classes.values()].map(({ name, sensors, types, defaultTypes }) => ({
      name,
      sensors: [...sensors].sort((a, b) => this.#sensorsByName.get(a)!.id - this.#sensorsByName.get(b)!.id),
      types,
      defaultTypes: [...defaultTypes],
    }));
    return {
      path: this.#path,
      sensors: [...this.#sensorsByName]
        .map(([name, { id, description }]) => ({
          id,
          name,
          description,
          classes: classes.filter((each) => each.sensors.includes(name)).map((each) => each.name),
        }))
        .sort((a, b) => a.id - b.id),
      flowtypes: [...this.#flowtypes.values()].sort((a, b) => a.id - b.id),
      classes,
      defaultClass: this.#defaultClass,
      pathFormat: this.#pathFormat ?? TWO_WAY_SITE.pathFormat,
      packingLogic: this.#packingLogic,
    };
  }

  #topLevel(line: ConfLine): void {
    const [keyword, ...rest] = line.words;
    switch (keyword) {
      case "version":
        this.#version = numberWithin(line, "version", one(line), 1, 2);
        return;
      case "sensor":
        this.#sensor(line, rest);
        return;
      case "group": {
        const name = one(line);
        if (this.#groups.has(name)) throw confError(line, `group '${name}' is already defined`);
        this.#block = { kind: "group", name, sensors: [] };
        return;
      }
      case "class":
        this.#openClass(line);
        return;
      case "default-class":
        this.#defaultClass = one(line);
        return;
      case "path-format":
        this.#pathFormat = checkPathFormat(line, one(line));
        return;
      case "packing-logic":
        // Users clear it with "", which means what leaving it out means.
        this.#packingLogic = one(line) || undefined;
        return;
      default:
        throw unknown(line, keyword!, TOP_LEVEL);
    }
  }

  #sensor(line: ConfLine, [idText, name, description, ...more]: string[]): void {
    if (idText === undefined || name === undefined || more.length > 0)
      throw confError(line, 'a sensor is: sensor ID NAME ["description"]');
    if (description !== undefined && this.#version === 1)
      throw confError(line, "sensor descriptions need 'version 2' at the start of the file");
    const id = numberWithin(line, "sensor identifier", idText, 0, MAXIMUM_SENSOR);
    checkSensorName(line, name);
    const other = this.#sensorIds.get(id);
    if (other !== undefined) throw confError(line, `sensor identifier ${id} is already that of ${other}`);
    if (this.#sensorsByName.has(name)) throw confError(line, `sensor '${name}' is already defined`);
    this.#sensorIds.set(id, name);
    this.#sensorsByName.set(name, { id, description: description ?? "" });
  }

  #openClass(line: ConfLine): void {
    const name = one(line);
    checkClassName(line, "class", name);
    let found = this.#classes.get(name);
    if (found === undefined) {
      found = { name, sensors: new Set(), types: [], defaultTypes: new Set() };
      this.#classes.set(name, found);
    }
    this.#block = { kind: "class", of: found };
  }

  #inClass(line: ConfLine, into: ClassInProgress): void {
    const [keyword, ...rest] = line.words;
    switch (keyword) {
      case "sensors":
        for (const name of this.#sensorNames(line, rest)) into.sensors.add(name);
        return;
      case "type":
        this.#type(line, into, rest);
        return;
      case "default-types":
        for (const type of rest) into.defaultTypes.add(type);
        return;
      case "end":
        this.#end(line, "class");
        return;
      default:
        throw unknown(line, keyword!, IN_CLASS);
    }
  }

  #type(line: ConfLine, into: ClassInProgress, [idText, type, flowtype, ...more]: string[]): void {
    if (idText === undefined || type === undefined || more.length > 0)
      throw confError(line, "a type is: type ID NAME [FLOWTYPE-NAME]");
    const id = numberWithin(line, "flowtype identifier", idText, 0, MAXIMUM_FLOWTYPE);
    checkClassName(line, "type", type);
    const name = flowtype ?? `${into.name}${type}`;
    checkClassName(line, "flowtype", name);
    const other = this.#flowtypes.get(id);
    if (other !== undefined)
      throw confError(line, `flowtype identifier ${id} is already that of ${other.class}/${other.type}`);
    if (into.types.includes(type)) throw confError(line, `class ${into.name} already has a type '${type}'`);
    for (const each of this.#flowtypes.values())
      if (each.name === name)
        throw confError(line, `the flowtype name '${name}' is that of ${each.class}/${each.type}`);
    into.types.push(type);
    this.#flowtypes.set(id, { id, class: into.name, type, name });
  }

  #inGroup(line: ConfLine, block: { name: string; sensors: string[] }): void {
    const [keyword, ...rest] = line.words;
    if (keyword === "sensors") {
      block.sensors.push(...this.#sensorNames(line, rest));
    } else if (keyword === "end") {
      this.#end(line, "group");
      this.#groups.set(block.name, block.sensors);
    } else {
      throw unknown(line, keyword!, IN_GROUP);
    }
  }

  #end(line: ConfLine, kind: "class" | "group"): void {
    if (line.words.length !== 2 || line.words[1] !== kind)
      throw confError(line, `'${line.words.join(" ")}' where 'end ${kind}' closes the block`);
    this.#block = undefined;
  }

  /** Names with `@GROUP` replaced by its members. */
  #sensorNames(line: ConfLine, words: readonly string[]): string[] {
    return words.flatMap((word) => {
      if (!word.startsWith("@")) {
        if (this.#sensorsByName.has(word)) return [word];
        const near = nearest(word, [...this.#sensorsByName.keys()]);
        const hint = near === undefined ? `a line 'sensor ID ${word}' must come before` : `did you mean '${near}'?`;
        throw confError(line, `sensor '${word}' is not defined: ${hint}`);
      }
      const members = this.#groups.get(word.slice(1));
      if (members === undefined) throw confError(line, `group '${word.slice(1)}' is not defined before its use`);
      return members;
    });
  }
}

function one(line: ConfLine): string {
  if (line.words.length !== 2) throw confError(line, `${line.words[0]} takes one value, not ${line.words.length - 1}`);
  return line.words[1]!;
}

function unknown(line: ConfLine, keyword: string, known: readonly string[]): Error {
  const near = nearest(keyword, known);
  const hint = near === undefined ? `known here are ${known.join(", ")}` : `did you mean '${near}'?`;
  return confError(line, `unknown keyword '${keyword}', ${hint}`);
}
