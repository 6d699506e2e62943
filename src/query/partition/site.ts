/** Conditions on sensor, class and type of flows in files: rwfilter's selection switches, when files are given. */
import { ArgumentError } from "../../errors.js";
import type { Flowtype, Site } from "../../site/site.js";
import { within } from "./condition.js";
import type { PartitionContext, PartitionSwitch } from "./switch.js";

/** Flowtypes of a list of `CLASS/TYPE`, where either may be `all`. */
function flowtypesOf(given: string, site: Site): readonly Flowtype[] {
  return given.split(",").flatMap((pair) => {
    const [className, type, more] = pair.trim().split("/");
    if (type === undefined || more !== undefined)
      throw new ArgumentError("flowtypes", `Expected CLASS/TYPE, not '${pair}'`, "flowtypes", given);
    const found = site.config.flowtypes.filter(
      (each) => (className === "all" || each.class === className) && (type === "all" || each.type === type),
    );
    if (found.length === 0) throw new ArgumentError("flowtypes", `There is no '${pair}'`, "flowtypes", given);
    return found;
  });
}

/** Flowtypes of `--class` and `--type`; types default to all of the class here. */
function flowtypesOfTypes(types: string | undefined, className: string | undefined, site: Site): readonly Flowtype[] {
  const ofClass = site.config.flowtypes.filter((each) => className === undefined || each.class === className);
  if (ofClass.length === 0)
    throw new ArgumentError("class", `There is no class '${className}'`, "class", className ?? "");
  const names = types?.split(",").map((each) => each.trim()) ?? ["all"];
  if (names.includes("all")) return ofClass;
  return names.flatMap((name) => {
    const found = ofClass.filter((each) => each.type === name);
    if (found.length === 0) throw new ArgumentError("type", `There is no type '${name}'`, "type", types ?? "");
    return found;
  });
}

/** Identifiers of a list of sensor names, numbers and ranges of numbers. */
function sensorsOf(given: string, site: Site): readonly { readonly low: number; readonly high: number }[] {
  return given.split(",").map((word) => {
    const text = word.trim();
    const named = site.sensorNamed(text);
    if (named !== undefined) return { low: named.id, high: named.id };
    const range = /^(\d+)(?:-(\d+))?$/.exec(text);
    if (range === null) throw new ArgumentError("sensors", `There is no sensor '${text}'`, "sensors", given);
    return { low: Number(range[1]), high: Number(range[2] ?? range[1]) };
  });
}

function isFlowtype(flowtypes: readonly Flowtype[]): string {
  return within(
    "flowtype",
    flowtypes.map(({ id }) => ({ low: id, high: id })),
  );
}

const GROUP = "Selection";

/** Selection switches as conditions on flows. */
export const SITE_PARTITIONS: readonly PartitionSwitch[] = [
  {
    name: "class",
    argument: "NAME",
    group: GROUP,
    help: "Flows of this class",
    condition: (given, { site, value }: PartitionContext) => isFlowtype(flowtypesOfTypes(value("type"), given, site)),
  },
  {
    name: "type",
    argument: "LIST",
    group: GROUP,
    help: "Flows of these types, or all",
    condition: (given, { site, value }) => isFlowtype(flowtypesOfTypes(given, value("class"), site)),
  },
  {
    name: "flowtypes",
    argument: "LIST",
    group: GROUP,
    help: "Flows of these pairs CLASS/TYPE",
    condition: (given, { site }) => isFlowtype(flowtypesOf(given, site)),
  },
  {
    name: "sensors",
    argument: "LIST",
    group: GROUP,
    help: "Flows of these sensors, by name, number or range of numbers",
    condition: (given, { site }) => within("sensor", sensorsOf(given, site)),
  },
];
