/** rwfilter's selection switches as conditions, when files are named: their flows may be of any sensor and type. */
import type { Arguments } from "../../cli/switches.js";
import { selectedFlowtypes, selectedSensors } from "../selection.js";
import { SELECTION_SWITCHES } from "../selection_switches.js";
import { within } from "./condition.js";
import type { PartitionContext, PartitionSwitch } from "./switch.js";

/** The switches as `selectedFlowtypes` reads them: without `--type`, all types of the class. */
function selectionArguments({ value }: PartitionContext): Arguments {
  const types = value("flowtypes") === undefined ? (value("type") ?? "all") : value("type");
  return {
    value: (name) => (name === "type" ? types : value(name)),
    values: () => [],
    flag: (name) => value(name) !== undefined,
    positionals: [],
  };
}

function isFlowtype(context: PartitionContext): string {
  const flowtypes = selectedFlowtypes(selectionArguments(context), context.site);
  return within(
    "flowtype",
    flowtypes.map(({ id }) => ({ low: id, high: id })),
  );
}

function isSensor(context: PartitionContext): string {
  const sensors = selectedSensors(selectionArguments(context), context.site);
  if (sensors === undefined) return "true";
  return within(
    "sensor",
    sensors.map(({ id }) => ({ low: id, high: id })),
  );
}

const CONDITIONS: Readonly<Record<string, (context: PartitionContext) => string>> = {
  class: isFlowtype,
  type: isFlowtype,
  flowtypes: isFlowtype,
  sensors: isSensor,
};

/** Selection switches as conditions on flows. */
export const SITE_PARTITIONS: readonly PartitionSwitch[] = SELECTION_SWITCHES.flatMap((each) => {
  const condition = CONDITIONS[each.name];
  return condition === undefined ? [] : [{ ...each, condition: (_given, context) => condition(context) }];
});
