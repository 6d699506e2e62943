/** What rwbagbuild does. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { loadAddressSet } from "../sets/set_file.js";
import { loadSite } from "../site/load.js";
import type { Bag, BagType } from "./bag.js";
import { bagSaveOptions, saveBag } from "./bag_file.js";
import { addLines, KeyedCounters } from "./bag_lines.js";
import { CUSTOM, type FieldType, fieldTypeNamed } from "./field_type.js";
import { keyParser } from "./key_text.js";
import { counterArgument } from "./limits.js";

/** Keys of a set that a bag is made of at most: each takes twelve octets or more. */
const MOST_KEYS = 2n ** 28n;

/** Runs `rwbagbuild` and returns its exit status. */
export async function runBagBuild(args: Arguments, called: string): Promise<number> {
  const [extra] = args.positionals;
  if (extra !== undefined) throw new UsageError(`Too many arguments or unrecognized switch '${extra}'`);
  const [set, text] = [args.value("set-input"), args.value("bag-input")];
  if (set === undefined && text === undefined)
    throw new UsageError("Either the --set-input or --bag-input switch is required");
  if (set !== undefined && text !== undefined) throw new UsageError("May only specify one of --set-input, --bag-input");
  const type = { key: typeOf(args, "key-type"), counter: typeOf(args, "counter-type") };
  const given = args.value("default-count");
  const counter = given === undefined ? undefined : counterArgument(given, "default-count", 0n);
  const output = args.value("output-path") ?? "-";
  const delimiter = delimiterOf(args);
  const options = bagSaveOptions(args, called, output);
  const bag = set !== undefined ? ofSet(set, type, counter ?? 1n) : ofText(text!, type, delimiter, counter, args);
  saveBag(output, bag, options);
  return 0;
}

function typeOf(args: Arguments, name: "key-type" | "counter-type"): FieldType {
  const given = args.value(name);
  if (given === undefined) return CUSTOM;
  const found = fieldTypeNamed(given);
  if (typeof found === "string") throw new ArgumentError(name, found, name, given);
  if (name === "key-type" && found.name.endsWith("-pmap"))
    throw new UsageError(`--key-type=${given} is not supported: prefix maps come with the rest of the suite`);
  return found;
}

function delimiterOf(args: Arguments): string {
  const given = args.value("delimiter");
  if (given === undefined) return "|";
  if (given === "" || given === "#" || given.startsWith("\n"))
    throw new ArgumentError("delimiter", `'${given}' cannot be the delimiter`, "delimiter", given);
  return given[0]!;
}

function ofText(path: string, type: BagType, delimiter: string, counter: bigint | undefined, args: Arguments): Bag {
  const counters = new KeyedCounters();
  const source = new OctetSource(path);
  try {
    const key = keyParser(type.key, () => loadSite(args));
    addLines(source, { delimiter, key, counter }, counters);
  } finally {
    source.close();
  }
  return counters.build(type);
}

function ofSet(path: string, type: BagType, counter: bigint): Bag {
  if (type.key.kind !== "address" && type.key.kind !== "custom")
    throw new UsageError(`Cannot use --key-type=${type.key.name} with --set-input: its keys are addresses`);
  const set = loadAddressSet(path);
  const keys = set.cardinality();
  if (keys > MOST_KEYS) throw new InputError(`${path}: a set of ${keys} addresses is too large for a bag`);
  const counters = new KeyedCounters();
  set.forEachRange((range) => counters.addRange(range, counter));
  return counters.build(type);
}
