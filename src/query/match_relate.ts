/** `--relate`: the fields in which a query and its response are equal. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import type { ColumnArrays } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { FIELD_MEANINGS } from "./field_meanings.js";
import { chooseFlowFields, flowField } from "./fields.js";
import { flowKeys, type RowNumber } from "./flow_keys.js";

/** Pairs of fields that may be given. */
const MOST_PAIRS = 128;

const ICMP: ReadonlySet<number> = new Set([1, 58]);

/** ICMP type or code, 0 of other protocols: as rwsort orders them. */
function icmp(part: (dport: number) => number): RowNumber {
  return (arrays: ColumnArrays, i: number) => (ICMP.has(arrays.proto![i]!) ? part(arrays.dport![i]!) : 0);
}

/** Whole milliseconds since 1970 of the ends of row `i`. */
export function timeNumbers(site: Site): { readonly start: RowNumber; readonly end: RowNumber } {
  const ofField = (name: string) => flowKeys(site).find(({ field }) => field === name)!.numbers[0]!;
  const [start, duration] = [ofField("sTime"), ofField("duration")];
  return { start, end: (arrays, i) => start(arrays, i) + duration(arrays, i) };
}

/** Numbers that are equal when a field is; those of addresses are four. */
function relateNumbers(site: Site): ReadonlyMap<string, readonly RowNumber[]> {
  const { start, end } = timeNumbers(site);
  const keys = flowKeys(site);
  const duration = keys.find(({ field }) => field === "duration")!.numbers;
  return new Map<string, readonly RowNumber[]>([
    ...keys.map(({ field, numbers }) => [field, numbers] as const),
    ["eTime", [end]],
    ["sTime+msec", [start]],
    ["dur+msec", duration],
    ["eTime+msec", [end]],
    ["iType", [icmp((dport) => dport >> 8)]],
    ["iCode", [icmp((dport) => dport & 0xff)]],
  ]);
}

/** What flows of one input are compared by: first key, second key, and so on. */
export interface RelatedFields {
  /** As in `--fields` of rwsort. */
  readonly names: readonly string[];
  readonly numbers: readonly RowNumber[];
}

/** The fields of queries and of responses, pair by pair. */
export interface Relation {
  readonly query: RelatedFields;
  readonly response: RelatedFields;
}

/**
 * The pairs of all `--relate`.
 *
 * @throws UsageError when there is none, or two fields cannot be equal; ArgumentError when one is no pair
 */
export function relationOf(args: Arguments, site: Site): Relation {
  const given = args.values("relate");
  if (given.length === 0) throw new UsageError("The --relate switch is required");
  const pairs = given.flatMap(fieldPairs);
  if (pairs.length > MOST_PAIRS) throw new UsageError(`Invalid relate: more than ${MOST_PAIRS} pairs of fields`);
  const table = relateNumbers(site);
  const numbersOf = (name: string) => {
    const numbers = table.get(name);
    if (numbers === undefined) throw new UsageError(`Invalid relate: The field '${name}' cannot be related`);
    return numbers;
  };
  for (const [query, response] of pairs)
    if (numbersOf(query).length !== numbersOf(response).length)
      throw new UsageError(`Invalid relate: The fields '${query}' and '${response}' cannot be equal`);
  const side = (names: readonly string[]) => ({ names, numbers: names.flatMap(numbersOf) });
  return { query: side(pairs.map(([query]) => query)), response: side(pairs.map(([, response]) => response)) };
}

/** The pairs of one argument; a field that stands for two makes two. */
function fieldPairs(given: string): readonly (readonly [string, string])[] {
  const sides = given.split(",").map((word) => chooseFlowFields(word, "relate"));
  const [queries, responses, more] = sides;
  if (queries === undefined || responses === undefined || more !== undefined || queries.length !== responses.length)
    throw new ArgumentError("relate", "Expected two fields, of the query and of the response", "relate", given);
  return queries.map(({ name }, k) => [name, responses[k]!.name] as const);
}

/**
 * Prints the fields that can be related when that was asked for.
 *
 * @returns whether there is nothing left to do
 */
export function helpsWithRelate(args: Arguments, site: Site): boolean {
  if (!args.flag("help-relate")) return false;
  const lines = [...relateNumbers(site).keys()].map((name) => {
    const { number } = flowField(name);
    return `  ${name.padEnd(15)} ${String(number ?? "").padEnd(4)} ${FIELD_MEANINGS[name] ?? ""}\n`;
  });
  const sink = openSink("-", "text");
  sink.write(new TextEncoder().encode(`Fields, by name or number:\n${lines.join("")}`));
  sink.close();
  return true;
}
