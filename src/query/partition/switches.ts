/** All partitioning switches: the conditions that pick flows, in the order of help. */
import type { Arguments, Switch } from "../../cli/switches.js";
import { COUNTRY_CODES_SWITCH } from "../../country/country_switches.js";
import { ZERO_DURATION_SWITCH } from "../flow_rates.js";
import { PMAP_FILE_SWITCH } from "../map_switches.js";
import { ADDRESS_TYPE_SWITCHES } from "./address_types.js";
import { CIDR_SWITCHES } from "./addresses.js";
import { COUNTRY_SWITCHES } from "./country.js";
import { FLAG_SWITCHES } from "./flags.js";
import { NUMBER_SWITCHES } from "./numbers.js";
import { RATE_SWITCHES } from "./rates.js";
import { SET_SWITCHES } from "./sets.js";
import type { Alternatives, PartitionContext, PartitionSwitch } from "./switch.js";
import { TIME_SWITCHES } from "./times.js";
import { TUPLE_OPTIONS, TUPLE_PARTITION } from "./tuples.js";
import { WILDCARD_SWITCHES } from "./wildcards.js";

export const PARTITION_SWITCHES: readonly PartitionSwitch[] = [
  ...TIME_SWITCHES,
  ...CIDR_SWITCHES,
  ...WILDCARD_SWITCHES,
  ...SET_SWITCHES,
  ...NUMBER_SWITCHES,
  ...FLAG_SWITCHES,
  ...COUNTRY_SWITCHES,
  ...ADDRESS_TYPE_SWITCHES,
  ...RATE_SWITCHES,
  TUPLE_PARTITION,
];

/** Switches that only say how others are read. */
export const PARTITION_OPTIONS: readonly Switch[] = [
  ...TUPLE_OPTIONS,
  COUNTRY_CODES_SWITCH,
  PMAP_FILE_SWITCH,
  ZERO_DURATION_SWITCH,
];

/** A condition that must hold, and what the engine may look for instead. */
export interface Condition {
  readonly sql: string;
  readonly alternatives?: Alternatives | undefined;
}

/** The conditions of the switches given, all of which must hold. */
export function partitionConditions(
  switches: readonly PartitionSwitch[],
  args: Arguments,
  context: Omit<PartitionContext, "value">,
): readonly Condition[] {
  const complete = { ...context, value: (name: string) => args.value(name) };
  return switches
    .filter(({ name }) => args.flag(name))
    .map((each) => {
      const value = args.value(each.name)!;
      return { sql: each.condition(value, complete), alternatives: each.alternatives?.(value) };
    });
}
