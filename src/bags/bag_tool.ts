/** What rwbagtool does. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdin } from "../files/octet_source.js";
import type { SilkHeader } from "../formats/silk/header.js";
import type { AddressSet } from "../sets/address_set.js";
import { RECORD_VERSION_SWITCH, saveOptions } from "../sets/record_switches.js";
import { loadAddressSet, saveAddressSet } from "../sets/set_file.js";
import * as algebra from "./algebra.js";
import type { Bag } from "./bag.js";
import { bagSaveOptions, loadBag, saveBag } from "./bag_file.js";
import { coverset } from "./coverset.js";
import { bagLimits, counterArgument, limited, masked } from "./limits.js";

const RECORD_VERSION = "ipset-record-version";

const operation = (name: string, help: string): Switch => ({ name, group: "Operation (one of)", help });

export const OPERATION_SWITCHES: readonly Switch[] = [
  { ...operation("add", "Sums of the counters of all bags"), fallback: "this operation" },
  operation("subtract", "Counters of the first bag less those of the others; keys for which none is left go"),
  operation("minimize", "The lowest counter of each key that is in all bags"),
  operation("maximize", "The highest counter of each key"),
  operation("divide", "Counters of the first of two bags by those of the second, rounded"),
  { ...operation("scalar-multiply", "Counters of one bag times N"), argument: "N" },
  {
    ...operation(
      "compare",
      "Keys of two bags whose first counter is lt, le, eq, ge or gt the second, with the counter 1",
    ),
    argument: "HOW",
  },
];

export const RESULT_SWITCHES: readonly Switch[] = [
  { name: "intersect", argument: "SET", group: "Limits", help: "Keep keys that are in this set of addresses" },
  { name: "complement-intersect", argument: "SET", group: "Limits", help: "Keep keys that are not in this set" },
];

export const KIND_SWITCHES: readonly Switch[] = [
  { name: "invert", group: "Output", help: "Make counters the keys, and count the keys that had them" },
  { name: "coverset", group: "Output", help: "Write the keys as a set of addresses" },
  { ...RECORD_VERSION_SWITCH, name: RECORD_VERSION },
];

/** Takes the bags in order. */
interface Operation {
  readonly name: string;
  /** How many bags it takes. */
  readonly bags: "any" | 1 | 2;
  /** What is done when it fails: `adding`. */
  readonly doing: string;
  combine(first: Bag, second: Bag): Bag;
}

const COMBINING: readonly Operation[] = [
  { name: "add", bags: "any", doing: "adding", combine: algebra.add },
  { name: "subtract", bags: "any", doing: "subtracting", combine: algebra.subtract },
  { name: "minimize", bags: "any", doing: "minimizing", combine: algebra.minimize },
  { name: "maximize", bags: "any", doing: "maximizing", combine: algebra.maximize },
  { name: "divide", bags: 2, doing: "dividing", combine: algebra.divide },
];

/** Runs `rwbagtool` and returns its exit status. */
export async function runBagTool(args: Arguments, called: string): Promise<number> {
  const chosen = operationOf(args);
  const factor = args.value("scalar-multiply");
  const multiplier = factor === undefined ? undefined : counterArgument(factor, "scalar-multiply", 1n);
  const finish = resultOf(args);
  const output = args.value("output-path") ?? "-";
  bagSaveOptions(args, called, output); // wrong switches are told before bags are read
  const paths = inputPaths(args);
  checkCount(chosen, paths);
  const headers: SilkHeader[] = [];
  let result: Bag | undefined;
  for (const path of paths) {
    const { bag, header } = loadBag(path);
    headers.push(header);
    result = result === undefined ? bag : combined(chosen, result, bag, path);
  }
  if (multiplier !== undefined)
    result = attempted("multiplying", paths[0]!, () => algebra.multiply(result!, multiplier));
  save(finish(result!), args, called, output, headers);
  return 0;
}

function operationOf(args: Arguments): Operation {
  const names = [...COMBINING.map(({ name }) => name), "scalar-multiply", "compare"].filter((name) => args.flag(name));
  if (names.length > 1) throw new UsageError(`May only specify one of --${names.join(", --")}`);
  const [name = "add"] = names;
  if (name === "compare") return comparison(args.value("compare")!);
  if (name === "scalar-multiply") return { ...COMBINING[0]!, name, bags: 1 };
  return COMBINING.find((each) => each.name === name)!;
}

function comparison(given: string): Operation {
  const how = algebra.COMPARISONS.find((each) => each === given.toLowerCase());
  if (how === undefined) {
    const reason = `Expected one of ${algebra.COMPARISONS.join(", ")}`;
    throw new ArgumentError("compare", reason, "compare", given);
  }
  return { name: "compare", bags: 2, doing: "comparing", combine: (a, b) => algebra.compare(a, b, how) };
}

function checkCount({ name, bags }: Operation, paths: readonly string[]): void {
  if (bags === "any" || paths.length === bags) return;
  throw new UsageError(
    `The --${name} switch requires exactly ${bags} bag${bags === 1 ? "" : "s"}, not ${paths.length}`,
  );
}

function combined({ doing, combine }: Operation, first: Bag, second: Bag, path: string): Bag {
  return attempted(doing, path, () => combine(first, second));
}

function attempted(doing: string, path: string, compute: () => Bag): Bag {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof algebra.BagArithmeticError)) throw error;
    throw new InputError(`Error when ${doing} bag '${isStdin(path) ? "stdin" : path}': ${error.message}`);
  }
}

/** What is taken of a result. */
function resultOf(args: Arguments): (bag: Bag) => Bag {
  const limits = bagLimits(args);
  const [members, others] = [setOf(args, "intersect"), setOf(args, "complement-intersect")];
  if (members !== undefined && others !== undefined)
    throw new UsageError("May only specify one of --intersect, --complement-intersect");
  return (bag) => {
    let result = limited(bag, limits);
    if (members !== undefined) result = masked(result, members, "members");
    if (others !== undefined) result = masked(result, others, "others");
    return args.flag("invert") ? algebra.invert(result) : result;
  };
}

function setOf(args: Arguments, name: string): AddressSet | undefined {
  const path = args.value(name);
  return path === undefined ? undefined : loadAddressSet(path);
}

function save(bag: Bag, args: Arguments, called: string, output: string, headers: readonly SilkHeader[]): void {
  if (!args.flag("coverset")) {
    saveBag(output, bag, bagSaveOptions(args, called, output, headers));
    return;
  }
  saveAddressSet(output, coverset(bag), saveOptions(args, called, output, headers, RECORD_VERSION));
}
