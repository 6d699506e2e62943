/** `--tuple-file`: flows whose addresses, ports and protocol are in a list. */
import type { Switch } from "../../cli/switches.js";
import { ArgumentError, InputError } from "../../errors.js";
import type { ResultArray, ResultType } from "../engine.js";
import { inRanges } from "./addresses.js";
import { all, any, within } from "./condition.js";
import type { PartitionContext, PartitionSwitch } from "./switch.js";
import { readTuples, type Tuple, type TupleField, type TupleFile } from "./tuple_file.js";
import { type Prefix, prefixesOf, TupleKeys } from "./tuple_keys.js";

const GROUP = "Partitioning";

/** Tuples up to which each becomes a condition, which the engine evaluates itself. */
const FEW = 32;
/** Keys that the tuples of a file may stand for: they take some hundred million octets. */
const MOST_KEYS = 1 << 22;

const DIRECTIONS = ["forward", "reverse", "both"] as const;
type Side = "forward" | "reverse";

/** How tuples are compared with flows: by conditions in SQL, by looking them up, or as their number suggests. */
export type TupleMethod = "conditions" | "look-up" | "by number";

function condition(path: string, context: PartitionContext): string {
  return tupleCondition(path, context, "by number");
}

/** The condition of `--tuple-file`. All methods mean the same. */
export function tupleCondition(path: string, context: PartitionContext, method: TupleMethod): string {
  const delimiter = context.value("tuple-delimiter") ?? "|";
  const wanted = context.value("tuple-direction") ?? "forward";
  const direction = DIRECTIONS.find((each) => each.startsWith(wanted.toLowerCase()));
  if (direction === undefined)
    throw new ArgumentError("tuple-direction", "Expected forward, reverse or both", "tuple-direction", wanted);
  const sides: readonly Side[] = direction === "both" ? ["forward", "reverse"] : [direction];
  return readTuples(path, context.value("tuple-fields"), delimiter, (file) => {
    const few = method === "conditions" ? Number.POSITIVE_INFINITY : method === "look-up" ? 0 : FEW;
    const rest = file.tuples[Symbol.iterator]();
    const taken: Tuple[] = [];
    while (taken.length <= few) {
      const { value, done } = rest.next();
      if (done) return any(sides.flatMap((side) => taken.map((tuple) => tupleSql(file.fields, tuple, side))));
      taken.push(value);
    }
    return lookUp({ ...file, tuples: chained(taken, rest) }, sides, path, context);
  });
}

function* chained(taken: readonly Tuple[], rest: Iterator<Tuple>): Generator<Tuple> {
  yield* taken;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

function tupleSql(fields: readonly TupleField[], tuple: Tuple, side: Side): string {
  return all(
    fields.map((field, k) =>
      field.kind === "address"
        ? inRanges(field[side], tuple[k]!)
        : within(
            field[side],
            tuple[k]!.map(({ low, high }) => ({ low: Number(low), high: Number(high) })),
          ),
    ),
  );
}

/** A call of a function that looks the columns of a flow up. */
function lookUp(
  { fields, tuples }: TupleFile,
  sides: readonly Side[],
  path: string,
  context: PartitionContext,
): string {
  const widths = fields.map(({ kind }) => (kind === "address" ? 4 : 1));
  const keys = new TupleKeys(widths.reduce((sum, each) => sum + each, 0));
  for (const tuple of tuples) {
    const prefixes = tuple.map((ranges, k) => ranges.flatMap(({ low, high }) => prefixesOf(low, high, widths[k]!)));
    const product = prefixes.reduce((sum, each) => sum * each.length, 1);
    if (keys.count + product > MOST_KEYS) throw new InputError(`${path}: tuples stand for too many ranges`);
    addAll(keys, prefixes, []);
  }
  const parameters = fields.flatMap(({ kind }): ResultType[] =>
    kind === "address" ? ["UBIGINT", "UBIGINT"] : ["INTEGER"],
  );
  const name = context.addFunction(parameters, (arrays, count, result) =>
    compare(keys, parameters, arrays, count, result),
  );
  const columns = (side: Side) =>
    fields.flatMap((field) => (field.kind === "address" ? [`${field[side]}_hi`, `${field[side]}_lo`] : [field[side]]));
  return any(sides.map((side) => `${name}(${columns(side).join(", ")}) = 1`));
}

/** Adds every combination of the prefixes of the columns behind `before`. */
function addAll(keys: TupleKeys, columns: readonly (readonly Prefix[])[], before: readonly Prefix[]): void {
  const choices = columns[before.length];
  if (choices === undefined) keys.add(before);
  else for (const each of choices) addAll(keys, columns, [...before, each]);
}

/** Marks the rows that are in a tuple. */
function compare(
  keys: TupleKeys,
  parameters: readonly ResultType[],
  arrays: readonly ResultArray[],
  count: number,
  result: Int32Array,
): void {
  const words = new Uint32Array(keys.width);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let k = 0; k < parameters.length; k++) {
      const array = arrays[k]!;
      if (parameters[k] === "UBIGINT") {
        words[at++] = array[2 * i + 1]!;
        words[at++] = array[2 * i]!;
      } else words[at++] = array[i]!;
    }
    result[i] = keys.has(words) ? 1 : 0;
  }
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
    values: ["sip", "dip", "sport", "dport", "protocol"],
    group: GROUP,
    help: "Columns of the tuple file",
    fallback: "its title line",
  },
  {
    name: "tuple-direction",
    argument: "DIRECTION",
    values: ["forward", "reverse", "both"],
    group: GROUP,
    help: "Compare forward, reverse (source for destination) or both",
    fallback: "forward",
  },
  { name: "tuple-delimiter", argument: "CHAR", group: GROUP, help: "Separator of the columns", fallback: "|" },
];
