/** Of the meter's switches, those that flows of every format can tell of. `--filter` is rwfilter's here. */
import type { Arguments, Switch } from "../cli/switches.js";
import { METER_SWITCHES } from "../meter/options.js";
import { beyondSilk } from "../query/beyond_silk.js";

const NAMES = ["idle-timeout", "active-timeout", "max-flows", "decapsulate"];

export const CAPTURE_SWITCHES: readonly Switch[] = beyondSilk(
  NAMES,
  METER_SWITCHES.filter(({ name }) => NAMES.includes(name)).map((each) => ({ ...each, group: "Captures" })),
);

/** What the meter is to be told of the arguments. */
export function captureArguments(args: Arguments): Arguments {
  return {
    value: (name) => (NAMES.includes(name) ? args.value(name) : undefined),
    values: (name) => (NAMES.includes(name) ? args.values(name) : []),
    flag: (name) => NAMES.includes(name) && args.flag(name),
    positionals: [],
  };
}
