/** All partitioning switches: the conditions that pick flows, in the order of help. */
import type { Arguments } from "../../cli/switches.js";
import { CIDR_SWITCHES } from "./addresses.js";
import { FLAG_SWITCHES } from "./flags.js";
import { NUMBER_SWITCHES } from "./numbers.js";
import type { PartitionContext, PartitionSwitch } from "./switch.js";
import { TIME_SWITCHES } from "./times.js";

export const PARTITION_SWITCHES: readonly PartitionSwitch[] = [
  ...TIME_SWITCHES,
  ...CIDR_SWITCHES,
  ...NUMBER_SWITCHES,
  ...FLAG_SWITCHES,
];

/** The conditions of the switches given, all of which must hold. */
export function partitionConditions(
  switches: readonly PartitionSwitch[],
  args: Arguments,
  context: Omit<PartitionContext, "value">,
): readonly string[] {
  const complete = { ...context, value: (name: string) => args.value(name) };
  return switches.filter(({ name }) => args.flag(name)).map((each) => each.condition(args.value(each.name)!, complete));
}
