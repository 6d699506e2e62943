/**
 * The text that prefix maps are built from. A line is a statement (`mode`, `map-name`, `label`, `default`, `delimiter`)
 * or a range: a block or its first and last key, then the label or its value. `#` begins a comment.
 */
import { UsageError } from "../errors.js";
import { KEY_BITS, type PrefixMapKey } from "../formats/silk/prefix_map.js";
import type { WrittenPrefixMap } from "../formats/silk/prefix_map_writer.js";
import { LabelTable } from "./label_table.js";
import { compareKeys, parseMapBlock } from "./map_keys.js";
import { type KeyRange, PrefixTree } from "./prefix_tree.js";

const MODES: Readonly<Record<string, PrefixMapKey>> = {
  ip: "ipv4",
  ipv4: "ipv4",
  ipv6: "ipv6",
  "proto-port": "proto-port",
};

/** @throws UsageError whose message is the reason alone */
export function parseMode(text: string): PrefixMapKey {
  const mode = MODES[text.toLowerCase()];
  if (mode === undefined) throw new UsageError(`Unrecognized mode '${text}': expected ipv4, ipv6 or proto-port`);
  return mode;
}

/** What switches and environment names of a map can hold. */
const MAP_NAME = /^[^\s,:]+$/;

/** Builds a map from lines of text. */
export class MapText {
  readonly #given: PrefixMapKey | undefined;
  readonly #labels = new LabelTable();
  #mode: PrefixMapKey | undefined;
  #name = "";
  #default: number | undefined;
  #delimiter: string | undefined;
  #tree: PrefixTree | undefined;

  /** @param mode of the switch, with which the text's own must agree */
  constructor(mode: PrefixMapKey | undefined) {
    this.#given = mode;
  }

  /** Takes a line. @throws UsageError whose message is the reason alone; the line has no effect then */
  add(line: string): void {
    const comment = line.indexOf("#");
    const text = (comment < 0 ? line : line.slice(0, comment)).trim();
    if (text === "") return;
    const [word = "", rest] = firstWord(text);
    const statement = word.toLowerCase();
    if (statement === "mode") this.#setMode(rest);
    else if (statement === "map-name") this.#setName(rest);
    else if (statement === "label") this.#label(rest);
    else if (statement === "default") this.#default = this.#labels.valueOf(notEmpty(rest, "default"));
    else if (statement === "delimiter") this.#delimiter = oneCharacter(rest);
    else this.#range(text);
  }

  get key(): PrefixMapKey {
    return this.#given ?? this.#mode ?? "ipv4";
  }

  #setMode(text: string): void {
    const mode = parseMode(text);
    if (this.#tree !== undefined) throw new UsageError("The mode must come before the first range");
    if ((this.#given ?? this.#mode ?? mode) !== mode)
      throw new UsageError(`Mode '${text}' contradicts the mode ${this.key} given before`);
    this.#mode = mode;
  }

  #setName(text: string): void {
    if (!MAP_NAME.test(text)) throw new UsageError(`Invalid map-name '${text}': it may have no blank, comma or colon`);
    this.#name = text;
  }

  #label(text: string): void {
    const [number = "", label] = firstWord(text);
    if (!/^\d{1,10}$/.test(number)) throw new UsageError(`Expected a number behind 'label', not '${number}'`);
    this.#labels.define(Number(number), notEmpty(label, "label"));
  }

  #range(text: string): void {
    const { keys, label } = this.#split(text);
    const value = this.#labels.valueOf(notEmpty(label, "range"));
    this.#tree ??= new PrefixTree(KEY_BITS[this.key]);
    this.#tree.add(keys, value);
  }

  #split(text: string): { readonly keys: KeyRange; readonly label: string } {
    const [first = "", rest] = this.#next(text);
    const low = parseMapBlock(first, this.key);
    const [second = "", label] = this.#next(rest);
    // Two keys make a range where something is left for the label: a label may look like an address.
    if (label === "" || (this.key !== "proto-port" && first.includes("/"))) return { keys: low, label: rest };
    const high = this.#upper(second);
    if (high === undefined) return { keys: low, label: rest };
    const keys = { first: low.first, last: high.last };
    if (compareKeys(keys.first, keys.last) > 0)
      throw new UsageError(`Range is invalid: '${first}' is greater than '${second}'`);
    return { keys, label };
  }

  /** The second key of a range, or undefined when the word belongs to the label. */
  #upper(word: string): KeyRange | undefined {
    const looks = this.key === "proto-port" ? /^\d+(\/\d+)?$/ : /^(\d+|[\d.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/;
    return looks.test(word) ? parseMapBlock(word, this.key) : undefined;
  }

  #next(text: string): readonly [string, string] {
    const delimiter = this.#delimiter;
    if (delimiter === undefined) return firstWord(text);
    const at = text.indexOf(delimiter);
    return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  }

  /** The map of all lines. */
  build(): WrittenPrefixMap {
    const tree = this.#tree ?? new PrefixTree(KEY_BITS[this.key]);
    return { key: this.key, name: this.#name, nodes: tree.nodes(this.#default), labels: this.#labels.labels };
  }
}

function firstWord(text: string): readonly [string, string] {
  const found = /^(\S+)\s*(.*)$/s.exec(text);
  return found === null ? ["", ""] : [found[1]!, found[2]!];
}

function notEmpty(text: string, what: string): string {
  if (text === "") throw new UsageError(`No label in ${what} line`);
  return text;
}

function oneCharacter(text: string): string {
  if ([...text].length !== 1) throw new UsageError(`Invalid delimiter '${text}': it is not one character`);
  return text;
}
