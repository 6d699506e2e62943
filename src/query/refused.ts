/** Switches of SiLK's tools that cannot work here: they are known, and say why. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";

interface RefusedSwitch extends Switch {
  readonly reason: string;
}

function refused(name: string, argument: string | undefined, reason: string): RefusedSwitch {
  const help = `Refused: ${reason}`;
  return {
    name,
    ...(argument !== undefined && { argument }),
    group: "Refused",
    help,
    legacy: true,
    repeatable: true,
    reason,
  };
}

export const PLUGIN = refused("plugin", "FILE", "SiLK's plug-ins are compiled for SiLK and cannot be loaded");
const PYTHON_FILE = refused("python-file", "FILE", "Python cannot run here");
const PYTHON_EXPR = refused("python-expr", "EXPR", "Python cannot run here");

/** Of rwfilter. */
export const REFUSED_BY_FILTER: readonly RefusedSwitch[] = [
  PLUGIN,
  PYTHON_FILE,
  PYTHON_EXPR,
  ...["ipa-src-expr", "ipa-dst-expr", "ipa-any-expr"].map((name) =>
    refused(name, "EXPR", "there is no IP association database"),
  ),
];

/** Of commands that print or group by fields. */
export const REFUSED_BY_FIELDS: readonly RefusedSwitch[] = [PLUGIN, PYTHON_FILE];

/** Plug-ins whose switches and fields are built in: naming them is right and does nothing. */
const BUILT_IN = /^(.*\/)?(flowrate|int-ext-fields|addrtype|ccfilter|pmapfilter)(\.so)?$/;

/** @throws UsageError naming a switch that is refused */
export function refuse(switches: readonly RefusedSwitch[], args: Arguments): void {
  for (const each of switches) {
    const { name, reason } = each;
    if (!args.flag(name) || (each === PLUGIN && args.values(name).every((path) => BUILT_IN.test(path)))) continue;
    throw new UsageError(`--${name} is not supported: ${reason}`);
  }
}
