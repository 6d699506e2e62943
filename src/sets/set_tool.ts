/** What `rwsettool` does. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import type { SilkHeader } from "../formats/silk/header.js";
import type { AddressSet } from "./address_set.js";
import type { SetOperation } from "./edges.js";
import { Random } from "./random.js";
import { saveOptions } from "./record_switches.js";
import { sampleRatio, sampleSize } from "./sample.js";
import { loadSetFile, saveAddressSet } from "./set_file.js";

const operation = (name: string, help: string): Switch => ({ name, group: "Operation (one of)", help });

export const OPERATION_SWITCHES: readonly Switch[] = [
  operation("union", "Addresses in any of the sets"),
  operation("intersect", "Addresses in all of the sets"),
  operation("difference", "Addresses in the first set and in none of the others"),
  operation("symmetric-difference", "Addresses in an odd number of the sets: of two sets, in one but not in both"),
  {
    ...operation("mask", "The lowest address of every block of this prefix length that has a member"),
    argument: "PREFIX",
  },
  { ...operation("fill-blocks", "All of every block of this prefix length that has a member"), argument: "PREFIX" },
  operation("sample", "Addresses chosen at random from each of the sets"),
  { name: "size", argument: "N", group: "Sample", help: "Choose N addresses of each set" },
  { name: "ratio", argument: "R", group: "Sample", help: "Choose each address with this probability, 0.0 to 1.0" },
  { name: "seed", argument: "N", group: "Sample", help: "The same seed chooses the same addresses" },
];

const COMBINING: Readonly<Record<string, SetOperation>> = {
  union: "union",
  intersect: "intersection",
  difference: "difference",
  "symmetric-difference": "symmetric difference",
};
const OPERATIONS = [...Object.keys(COMBINING), "mask", "fill-blocks", "sample"];

/** Runs `rwsettool` and returns its exit status. */
export async function runSetTool(args: Arguments, called: string): Promise<number> {
  const apply = setOperation(args);
  const output = args.value("output-path") ?? "-";
  const paths = inputPaths(args);
  saveOptions(args, called, output); // wrong switches are told before sets are read
  const headers: SilkHeader[] = [];
  let result: AddressSet | undefined;
  for (const path of paths) {
    const file = loadSetFile(path);
    if (file.header !== undefined) headers.push(file.header);
    result = apply.add(result, file.set);
  }
  saveAddressSet(output, apply.end(result!), saveOptions(args, called, output, headers));
  return 0;
}

interface Application {
  /** Takes the next set. */
  add(result: AddressSet | undefined, set: AddressSet): AddressSet;
  end(result: AddressSet): AddressSet;
}

function setOperation(args: Arguments): Application {
  const given = OPERATIONS.filter((name) => args.flag(name));
  const [name] = given;
  if (name === undefined)
    throw new UsageError(`Must specify an operation: one of ${OPERATIONS.map((each) => `--${each}`).join(", ")}`);
  if (given.length > 1) throw new UsageError(`May only specify one of --${given.join(", --")}`);
  if (name !== "sample") {
    const stray = ["size", "ratio", "seed"].find((each) => args.flag(each));
    if (stray !== undefined) throw new UsageError(`May only use --${stray} with --sample`);
  }
  const whole = (result: AddressSet) => result;
  const union = (result: AddressSet | undefined, set: AddressSet) => result?.union(set) ?? set;
  if (name === "sample") {
    const choose = sampling(args);
    return { add: (result, set) => union(result, choose(set)), end: whole };
  }
  if (name === "mask" || name === "fill-blocks") {
    const prefix = integer(args, name, 1, 128);
    return { add: union, end: (result) => (name === "mask" ? result.mask(prefix) : result.fillBlocks(prefix)) };
  }
  const combine = COMBINING[name]!;
  return { add: (result, set) => result?.combine(set, combine) ?? set, end: whole };
}

function sampling(args: Arguments): (set: AddressSet) => AddressSet {
  const [size, ratio] = [args.value("size"), args.value("ratio")];
  if (size === undefined && ratio === undefined) throw new UsageError("Must specify --size or --ratio with --sample");
  if (size !== undefined && ratio !== undefined) throw new UsageError("May only specify one of --size or --ratio");
  const random = new Random(
    args.flag("seed") ? integer(args, "seed", 0, 0xffffffff) : Math.floor(Math.random() * 2 ** 32),
  );
  if (size !== undefined) {
    const count = BigInt(integer(args, "size", 1, Number.MAX_SAFE_INTEGER));
    return (set) => sampleSize(set, count, random);
  }
  const share = Number(ratio);
  if (!/^\d*\.?\d+(e-?\d+)?$/i.test(ratio!) || share > 1)
    throw new UsageError(`Invalid ratio '${ratio}': Value is not between 0.0 and 1.0`);
  return (set) => (share === 0 ? set.difference(set) : sampleRatio(set, share, random));
}

function integer(args: Arguments, name: string, least: number, most: number): number {
  const text = args.value(name)!;
  if (!/^\d+$/.test(text)) throw new UsageError(`Invalid ${name} '${text}': Unexpected character in number`);
  const value = Number(text);
  if (value > most) throw new UsageError(`Invalid ${name} '${text}': Value is above maximum of ${most}`);
  if (value < least) throw new UsageError(`Invalid ${name} '${text}': Value is below minimum of ${least}`);
  return value;
}
