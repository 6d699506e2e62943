/** Which rows of an aggregate bag are taken: bounds of fields, and sets of addresses. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import type { AddressSet } from "../sets/address_set.js";
import { loadAddressSet } from "../sets/set_file.js";
import type { Site } from "../site/site.js";
import { type AggBag, compareKeys } from "./agg_bag.js";
import { type AggField, wordOffsets } from "./agg_field.js";
import { fieldArgument, fieldValue } from "./field_text.js";

const limit = (name: string, argument: string, help: string): Switch => ({
  name,
  argument,
  repeatable: true,
  group: "Limits",
  help,
});

export const ROW_LIMIT_SWITCHES: readonly Switch[] = [
  limit("min-field", "FIELD=VALUE", "Take rows whose FIELD is VALUE or more"),
  limit("max-field", "FIELD=VALUE", "Take rows whose FIELD is VALUE or less"),
  limit("set-intersect", "FIELD=SET", "Take rows whose address FIELD is in this set"),
  limit("set-complement", "FIELD=SET", "Take rows whose address FIELD is not in this set"),
];

/** A condition on the value of a field. */
interface RowLimit {
  readonly option: string;
  readonly given: string;
  readonly field: AggField;
  holds(rows: Uint32Array, at: number): boolean;
}

/**
 * The limits that the switches ask for. Of several bounds of a field, the last one counts.
 *
 * @throws ArgumentError naming the switch; InputError when a set cannot be read
 */
export function rowLimits(args: Arguments, site: () => Site): readonly RowLimit[] {
  return [
    ...bounds(args, "min-field", site, (order) => order >= 0),
    ...bounds(args, "max-field", site, (order) => order <= 0),
    ...sets(args, "set-intersect", true),
    ...sets(args, "set-complement", false),
  ];
}

function bounds(
  args: Arguments,
  option: string,
  site: () => Site,
  within: (order: number) => boolean,
): readonly RowLimit[] {
  const byField = new Map<AggField, RowLimit>();
  for (const given of args.values(option)) {
    const { field, words } = fieldValue(option, given, site);
    byField.set(field, {
      option,
      given,
      field,
      holds: (rows, at) => within(compareKeys(rows, at, words, 0, words.length)),
    });
  }
  return [...byField.values()];
}

function sets(args: Arguments, option: string, members: boolean): readonly RowLimit[] {
  return args.values(option).map((given): RowLimit => {
    const { field, rest } = fieldArgument(option, given);
    if (field.kind !== "address")
      throw new ArgumentError(option, `The field ${field.name} holds no addresses`, option, given);
    const set: AddressSet = loadAddressSet(rest);
    const has = field.octets === 4 ? hasIpv4(set) : (rows: Uint32Array, at: number) => set.has(rows, at);
    return { option, given, field, holds: (rows, at) => has(rows, at) === members };
  });
}

function hasIpv4(set: AddressSet): RowLimit["holds"] {
  return (rows, at) => set.hasIpv4(rows[at]!);
}

/**
 * The rows for which all limits hold.
 *
 * @throws ArgumentError naming a limit of a field that the aggregate bag does not have
 */
export function limitedRows(bag: AggBag, limits: readonly RowLimit[]): AggBag {
  if (limits.length === 0) return bag;
  const offsets = wordOffsets(bag.fields);
  const checks = limits.map(({ option, given, field, holds }) => {
    const offset = offsets.get(field.name);
    if (offset === undefined)
      throw new ArgumentError(option, `The field '${field.name}' is not in the aggregate bag`, option, given);
    return { offset, holds };
  });
  return bag.picked((rows, at) => checks.every(({ offset, holds }) => holds(rows, at + offset)));
}
