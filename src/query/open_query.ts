/** Makes the query of an analysis command from its switches: input, selection and partition. */
import { parseArguments } from "../cli/parse.js";
import type { Arguments, Switch } from "../cli/switches.js";
import { inputPaths } from "../files/inputs.js";
import { loadSite } from "../site/load.js";
import { FlowInputs } from "./flow_inputs.js";
import { FlowQuery } from "./flow_query.js";
import type { ColumnFunction, PartitionContext } from "./partition/switch.js";
import { PARTITION_OPTIONS, PARTITION_SWITCHES, partitionConditions } from "./partition/switches.js";

export const FILTER_SWITCH: Switch = {
  name: "filter",
  argument: "SWITCHES",
  group: "Partitioning",
  help: "Take only flows that pass these switches of rwfilter, given as one argument",
  shared: true,
};

/** rwfilter's switches for another command: where a name is the command's own, its own meaning stands. */
export function filterSwitches(own: readonly Switch[]): readonly Switch[] {
  const taken = new Set(own.map(({ name }) => name));
  return [
    ...[...PARTITION_SWITCHES, ...PARTITION_OPTIONS].filter(({ name }) => !taken.has(name)).map(shared),
    FILTER_SWITCH,
  ];
}

function shared(each: Switch): Switch {
  return { ...each, shared: true };
}

/** Functions that conditions declare; the engine learns them when it opens. */
export class ColumnFunctions {
  readonly all: ColumnFunction[] = [];

  add: PartitionContext["addFunction"] = (parameters, compute) => {
    const name = `condition_${this.all.length + 1}`;
    this.all.push({ name, parameters, compute });
    return name;
  };
}

/**
 * @param own the command's own switches: partitioning switches of the same name are not looked at
 * @throws FlowtapError when an input or an argument is wrong
 */
export function openQuery(args: Arguments, own: readonly Switch[]): FlowQuery {
  const site = loadSite(args);
  const functions = new ColumnFunctions();
  const context = { site, addFunction: functions.add };
  const taken = new Set(own.map(({ name }) => name));
  const direct = PARTITION_SWITCHES.filter(({ name }) => !taken.has(name));
  const conditions = [...partitionConditions(direct, args, context)];
  const filter = args.value("filter");
  if (filter !== undefined) {
    const inner = parseArguments([...PARTITION_SWITCHES, ...PARTITION_OPTIONS], words(filter));
    conditions.push(...partitionConditions(PARTITION_SWITCHES, inner, context));
  }
  const announce = args.flag("print-filenames")
    ? (path: string) => void process.stderr.write(`${path === "-" ? "stdin" : path}\n`)
    : () => {};
  const inputs = FlowInputs.ofPaths(inputPaths(args), site, announce);
  return new FlowQuery({ site, inputs, conditions, functions: functions.all, temporary: args.value("temp-directory") });
}

/** Splits a line as a shell does: blanks separate, quotes hold together. */
export function words(line: string): string[] {
  const found = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? [];
  return found.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_all, single, double) => single ?? double ?? ""));
}
