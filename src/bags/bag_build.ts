/** What rwbagbuild does. */
import type { Arguments } from "../cli/switches.js";
import type { CountryDatabase } from "../country/country_database.js";
import { countryDatabasePath } from "../country/country_switches.js";
import { openCountryDatabase } from "../country/open_country_database.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { loadAddressSet } from "../sets/set_file.js";
import { loadSite } from "../site/load.js";
import type { Site } from "../site/site.js";
import type { Bag, BagType } from "./bag.js";
import { bagSaveOptions, saveBag } from "./bag_file.js";
import { addLines, KeyedCounters } from "./bag_lines.js";
import { forEachAddress } from "./coverset.js";
import { CUSTOM, type FieldType, fieldTypeNamed } from "./field_type.js";
import { checkKeyMap, keyMap, mapKeyOf } from "./key_map.js";
import { keyParser } from "./key_text.js";
import { counterArgument } from "./limits.js";
import { addressKey, type KeySources } from "./looked_up_keys.js";

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
  const delimiter = delimiterOf(args, "delimiter") ?? "|";
  const sources = keySources(args, type.key, delimiter);
  const options = bagSaveOptions(args, called, output);
  const bag =
    set !== undefined
      ? ofSet(set, type, counter ?? 1n, sources)
      : ofText(text!, type, { delimiter, sources, counter }, () => loadSite(args));
  saveBag(output, bag, options);
  return 0;
}

function typeOf(args: Arguments, name: "key-type" | "counter-type"): FieldType {
  const given = args.value(name);
  if (given === undefined) return CUSTOM;
  const found = fieldTypeNamed(given);
  if (typeof found === "string") throw new ArgumentError(name, found, name, given);
  return found;
}

function delimiterOf(args: Arguments, name: "delimiter" | "proto-port-delimiter"): string | undefined {
  const given = args.value(name);
  if (given === undefined) return undefined;
  if (given === "" || given === "#" || given.startsWith("\n"))
    throw new ArgumentError(name, `'${given}' cannot be the delimiter`, name, given);
  return given[0]!;
}

/** @throws UsageError when keys are labels and there is no map; InputError when it cannot be used */
function keySources(args: Arguments, type: FieldType, delimiter: string): KeySources {
  const found = keyMap(args);
  if (type.kind === "label") {
    if (found === undefined) throw new UsageError(`The --pmap-file switch is required with --key-type=${type.name}`);
    checkKeyMap(found, type);
  }
  let database: CountryDatabase | undefined;
  return {
    map: found?.map,
    portDelimiter: delimiterOf(args, "proto-port-delimiter") ?? delimiter,
    countries() {
      database ??= openCountries(type);
      return database;
    },
  };
}

function openCountries(type: FieldType): CountryDatabase {
  const path = countryDatabasePath(undefined);
  if (path === undefined)
    throw new UsageError(`Addresses as keys of type ${type.name} need a country database: set SILK_COUNTRY_CODES`);
  return openCountryDatabase(path);
}

interface TextOptions {
  readonly delimiter: string;
  readonly sources: KeySources;
  /** Of all keys, when it is given. */
  readonly counter: bigint | undefined;
}

function ofText(path: string, type: BagType, { delimiter, sources, counter }: TextOptions, site: () => Site): Bag {
  const counters = new KeyedCounters();
  const source = new OctetSource(path);
  const ports = type.key.kind === "label" && mapKeyOf(type.key) === "proto-port";
  const keys = ports && sources.portDelimiter === delimiter ? "protocol and port" : "one part";
  try {
    addLines(source, { delimiter, keys, key: keyParser(type.key, site, sources), counter }, counters);
  } finally {
    source.close();
  }
  return counters.build(type);
}

function ofSet(path: string, type: BagType, counter: bigint, sources: KeySources): Bag {
  const { kind, name } = type.key;
  const find = addressKey(type.key, sources);
  if (find === undefined && kind !== "address" && kind !== "custom")
    throw new UsageError(`Cannot use --key-type=${name} with --set-input: its keys are addresses`);
  const set = loadAddressSet(path);
  const keys = set.cardinality();
  if (keys > MOST_KEYS) throw new InputError(`${path}: a set of ${keys} addresses is too large for a bag`);
  const counters = new KeyedCounters();
  if (find === undefined) set.forEachRange((range) => counters.addRange(range, counter));
  else forEachAddress(set, ([w0, w1, w2, w3]) => counters.addNumber(find(w0!, w1!, w2!, w3!), counter));
  return counters.build(type);
}
