/** Conditions on addresses by set files. */
import type { AddressSet } from "../../sets/address_set.js";
import { Membership } from "../../sets/membership.js";
import { loadAddressSet } from "../../sets/set_file.js";
import type { AddressRange } from "../values/address_range.js";
import { ADDRESS_COLUMNS, inRanges, withOpposite } from "./addresses.js";
import { any } from "./condition.js";
import type { PartitionContext, PartitionSwitch } from "./switch.js";

/** Runs up to which a set becomes plain comparisons, which the engine evaluates itself. */
const FEW = 32;

function rangesOf(set: AddressSet): AddressRange[] {
  const { count, firstHi, firstLo, lastHi, lastLo } = set.ranges();
  return Array.from({ length: count }, (_, k) => ({
    low: (firstHi[k]! << 64n) | firstLo[k]!,
    high: (lastHi[k]! << 64n) | lastLo[k]!,
  }));
}

/** The condition that an address column is in the set. */
function inSet(set: AddressSet, columns: readonly string[], context: PartitionContext): string {
  if (set.runCount <= FEW) return any(columns.map((column) => inRanges(column, rangesOf(set))));
  const members = new Membership(set);
  const name = context.addFunction(["UBIGINT", "UBIGINT"], ([hi, lo], count, result) =>
    members.mark(hi!, lo!, count, result),
  );
  return any(columns.map((column) => `${name}(${column}_hi, ${column}_lo) = 1`));
}

const NAMES = { s: "sipset", d: "dipset", any: "anyset", nh: "nhipset" } as const;

export const SET_SWITCHES: readonly PartitionSwitch[] = ADDRESS_COLUMNS.flatMap(({ prefix, what, columns }) =>
  withOpposite({
    name: NAMES[prefix],
    argument: "FILE",
    group: "Partitioning",
    help: `${what} is in the set of FILE, SiLK's or text`,
    condition: (given, context) => inSet(loadAddressSet(given), columns, context),
  }),
);
