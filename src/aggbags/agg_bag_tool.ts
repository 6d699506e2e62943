/** What rwaggbagtool does. */
import { bagSaveOptions, saveBag } from "../bags/bag_file.js";
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdin } from "../files/octet_source.js";
import type { SilkHeader } from "../formats/silk/header.js";
import { RECORD_VERSION_SWITCH, saveOptions } from "../sets/record_switches.js";
import { saveAddressSet } from "../sets/set_file.js";
import { loadSite } from "../site/load.js";
import type { Site } from "../site/site.js";
import type { AggBag } from "./agg_bag.js";
import { AggBagBuilder } from "./agg_bag_builder.js";
import { saveAggBag, withAggBag } from "./agg_bag_file.js";
import { type AggField, aggFieldNamed } from "./agg_field.js";
import { subtract } from "./algebra.js";
import { toAddressSet, toBag } from "./conversion.js";
import { type FieldChange, rowChanger } from "./field_change.js";
import { fieldList, fieldValue } from "./field_text.js";
import { limitedRows, rowLimits } from "./row_limits.js";

const RECORD_VERSION = "ipset-record-version";

export const AGG_OPERATION_SWITCHES: readonly Switch[] = [
  {
    name: "add",
    group: "Operation (one of)",
    help: "Sums of the counters of all aggregate bags",
    fallback: "this operation",
  },
  {
    name: "subtract",
    group: "Operation (one of)",
    help: "Counters of the first less those of the others; keys for which none is left go",
  },
];

export const AGG_FIELD_SWITCHES: readonly Switch[] = [
  {
    name: "insert-field",
    argument: "FIELD=VALUE",
    repeatable: true,
    group: "Fields",
    help: "Give rows of inputs without FIELD this one",
  },
  {
    name: "remove-fields",
    argument: "LIST",
    group: "Fields",
    help: "Leave these fields out, and sum up what is equal",
  },
  { name: "select-fields", argument: "LIST", group: "Fields", help: "Leave all but these fields out, and sum up" },
];

export const AGG_RESULT_SWITCHES: readonly Switch[] = [
  { name: "to-bag", argument: "KEY,COUNTER", group: "Output", help: "Write a bag of the sums of COUNTER by KEY" },
  { name: "to-ipset", argument: "FIELD", group: "Output", help: "Write the set of the addresses of FIELD" },
  { ...RECORD_VERSION_SWITCH, name: RECORD_VERSION },
];

/** Switches of which one at most may be given. */
const EXCLUSIVE = [
  ["add", "subtract"],
  ["remove-fields", "select-fields", "to-bag", "to-ipset"],
] as const;

/** What is written. */
type Result =
  | { readonly kind: "aggregate bag" }
  | { readonly kind: "bag"; readonly key: AggField; readonly counter: AggField; readonly given: string }
  | { readonly kind: "set"; readonly field: AggField; readonly given: string };

/** Runs `rwaggbagtool` and returns its exit status. */
export async function runAggBagTool(args: Arguments, called: string): Promise<number> {
  for (const names of EXCLUSIVE) {
    const given = names.filter((name) => args.flag(name));
    if (given.length > 1) throw new UsageError(`May only specify one of --${given.join(", --")}`);
  }
  let loaded: Site | undefined;
  const site = () => {
    loaded ??= loadSite(args);
    return loaded;
  };
  const result = resultOf(args);
  const change = changeOf(args, site);
  const limits = rowLimits(args, site);
  const output = args.value("output-path") ?? "-";
  bagSaveOptions(args, called, output); // wrong switches are told before files are read
  const headers: SilkHeader[] = [];
  const combined = combine(inputPaths(args), change, args.flag("subtract") ? "subtract" : "add", headers);
  save(limitedRows(combined, limits), result, args, called, output, headers);
  return 0;
}

function combine(
  paths: readonly string[],
  change: FieldChange,
  operation: "add" | "subtract",
  headers: SilkHeader[],
): AggBag {
  let builder: AggBagBuilder | undefined;
  let result: AggBag | undefined;
  for (const path of paths) {
    withAggBag(path, (file) => {
      headers.push(file.header);
      const changer = rowChanger(
        isStdin(path) ? "stdin" : path,
        file.fields,
        change,
        builder?.fields ?? result?.fields,
      );
      builder ??= new AggBagBuilder(changer.fields);
      const to = builder;
      file.forEachRow((words) => to.add(changer.change(words), 0));
    });
    if (operation === "add") continue;
    const next: AggBag = builder!.build();
    result = result === undefined ? next : subtract(result, next);
    builder = undefined;
  }
  return result ?? builder!.build();
}

function changeOf(args: Arguments, site: () => Site): FieldChange {
  const insert = args.values("insert-field").map((given) => fieldValue("insert-field", given, site));
  const twice = insert.findIndex(({ field }, k) => insert.findIndex((each) => each.field === field) !== k);
  if (twice >= 0) {
    const given = args.values("insert-field")[twice]!;
    throw new ArgumentError("insert-field", `Duplicate name '${insert[twice]!.field.name}'`, "insert-field", given);
  }
  for (const [option, kind] of [
    ["remove-fields", "without"],
    ["select-fields", "only"],
  ] as const) {
    const list = args.value(option);
    if (list !== undefined) return { keep: { kind, fields: fieldList(option, list) }, insert };
  }
  return { keep: { kind: "all" }, insert };
}

function resultOf(args: Arguments): Result {
  const list = args.value("to-bag");
  const name = args.value("to-ipset");
  if (list !== undefined) {
    const fail = (reason: string) => new ArgumentError("to-bag", reason, "to-bag", list);
    const words = list.split(",");
    if (words.length !== 2) throw fail("Expected KEY,COUNTER");
    const [key, counter] = words.map((word) => {
      const found = aggFieldNamed(word);
      if (typeof found === "string") throw fail(found);
      return found;
    }) as [AggField, AggField];
    if (key.role !== "key") throw fail(`The field ${key.name} is not a key`);
    if (counter.role !== "counter") throw fail(`The field ${counter.name} is not a counter`);
    return { kind: "bag", key, counter, given: list };
  }
  if (name === undefined) return { kind: "aggregate bag" };
  const field = aggFieldNamed(name);
  if (typeof field === "string") throw new ArgumentError("to-ipset", field, "to-ipset", name);
  if (field.kind !== "address")
    throw new ArgumentError("to-ipset", `The field ${field.name} holds no addresses`, "to-ipset", name);
  return { kind: "set", field, given: name };
}

function save(
  bag: AggBag,
  result: Result,
  args: Arguments,
  called: string,
  output: string,
  headers: readonly SilkHeader[],
): void {
  const check = (option: string, given: string, field: AggField) => {
    if (!bag.fields.includes(field))
      throw new ArgumentError(option, `The field '${field.name}' is not in the aggregate bag`, option, given);
  };
  const options = () => bagSaveOptions(args, called, output, headers);
  switch (result.kind) {
    case "aggregate bag":
      saveAggBag(output, bag, options());
      break;
    case "bag":
      check("to-bag", result.given, result.key);
      check("to-bag", result.given, result.counter);
      saveBag(output, toBag(bag, result.key, result.counter), options());
      break;
    case "set": {
      check("to-ipset", result.given, result.field);
      const asSet = saveOptions(args, called, output, headers, RECORD_VERSION);
      saveAddressSet(output, toAddressSet(bag, result.field), asSet);
      break;
    }
  }
}
