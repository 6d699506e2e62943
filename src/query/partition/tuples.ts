/** `--tuple-file`: flows whose addresses, ports and protocol are in a list. */
import { readFileSync } from "node:fs";
import type { Switch } from "../../cli/switches.js";
import { ArgumentError, InputError, systemReason, UsageError } from "../../errors.js";
import { cidrList } from "../values/address_range.js";
import { integerList } from "../values/number.js";
import { inRanges } from "./addresses.js";
import { all, any, within } from "./condition.js";
import type { PartitionContext, PartitionSwitch } from "./switch.js";

const GROUP = "Partitioning";

/** What a column of the file is compared with; `reverse` in flows of the other direction. */
interface TupleField {
  readonly names: readonly string[];
  readonly forward: string;
  readonly reverse: string;
  condition(text: string, column: string): string;
}

const option = "tuple-file";

function numbers(high: number): TupleField["condition"] {
  return (text, column) => within(column, integerList(text, 0, high, { option, what: "tuple-file", given: text }));
}

const addresses: TupleField["condition"] = (text, column) => inRanges(column, cidrList(text, option));

const FIELDS: readonly TupleField[] = [
  { names: ["sip", "1"], forward: "sip", reverse: "dip", condition: addresses },
  { names: ["dip", "2"], forward: "dip", reverse: "sip", condition: addresses },
  { names: ["sport", "3"], forward: "sport", reverse: "dport", condition: numbers(65535) },
  { names: ["dport", "4"], forward: "dport", reverse: "sport", condition: numbers(65535) },
  { names: ["protocol", "proto", "5"], forward: "proto", reverse: "proto", condition: numbers(255) },
];

function fieldNamed(word: string): TupleField | undefined {
  const name = word.trim().toLowerCase();
  return (
    FIELDS.find(({ names }) => names.includes(name)) ??
    FIELDS.find(({ names }) => name !== "" && names[0]!.startsWith(name))
  );
}

function fieldList(given: string): readonly TupleField[] {
  return given.split(",").map((word) => {
    const found = fieldNamed(word);
    if (found === undefined)
      throw new ArgumentError("tuple-fields", `No match was found for the field '${word}'`, "tuple-fields", given);
    return found;
  });
}

function linesOf(path: string): readonly { readonly text: string; readonly number: number }[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .map((line, k) => ({ text: line.replace(/#.*$/, "").trim(), number: k + 1 }))
      .filter(({ text }) => text !== "");
  } catch (error) {
    throw new InputError(`--tuple-file: cannot read ${path}: ${systemReason(error)}`);
  }
}

const DIRECTIONS = ["forward", "reverse", "both"] as const;

function condition(path: string, { value }: PartitionContext): string {
  const delimiter = value("tuple-delimiter") ?? "|";
  const wanted = value("tuple-direction") ?? "forward";
  const direction = DIRECTIONS.find((each) => each.startsWith(wanted.toLowerCase()));
  if (direction === undefined)
    throw new ArgumentError("tuple-direction", "Expected forward, reverse or both", "tuple-direction", wanted);
  const list = value("tuple-fields");
  const lines = linesOf(path);
  const titles = lines[0]?.text.split(delimiter).map((cell) => cell.trim());
  const titled = titles?.filter((cell) => cell !== "").map(fieldNamed);
  const hasTitle = titles !== undefined && titled!.every((each) => each !== undefined) && /[a-z]/i.test(lines[0]!.text);
  if (list === undefined && !hasTitle)
    throw new UsageError(`--tuple-file: ${path} has no line of titles: name its columns with --tuple-fields`);
  const fields = list === undefined ? (titled as readonly TupleField[]) : fieldList(list);
  const tuples = (hasTitle ? lines.slice(1) : lines).map(({ text, number }) => {
    const cells = text.split(delimiter).map((cell) => cell.trim());
    if (cells.length < fields.length)
      throw new InputError(`${path}, line ${number}: ${cells.length} columns instead of ${fields.length}`);
    return (side: "forward" | "reverse") => all(fields.map((field, k) => field.condition(cells[k]!, field[side])));
  });
  const sides = direction === "both" ? (["forward", "reverse"] as const) : ([direction] as const);
  return any(sides.flatMap((side) => tuples.map((tuple) => tuple(side))));
}

export const TUPLE_PARTITION: PartitionSwitch = {
  name: "tuple-file",
  argument: "FILE",
  group: GROUP,
  help: "Addresses, ports and protocol are those of a line of FILE",
  condition,
};

/** Say how the tuple file is read. */
export const TUPLE_OPTIONS: readonly Switch[] = [
  {
    name: "tuple-fields",
    argument: "LIST",
    group: GROUP,
    help: "Columns of the tuple file",
    fallback: "its title line",
  },
  {
    name: "tuple-direction",
    argument: "DIRECTION",
    group: GROUP,
    help: "Compare forward, reverse (source for destination) or both",
    fallback: "forward",
  },
  { name: "tuple-delimiter", argument: "CHAR", group: GROUP, help: "Separator of the columns", fallback: "|" },
];
