/** Switches of SiLK's tools that cannot work here yet: they are known, and say why. */
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
export const PMAP_FILE = refused("pmap-file", "FILE", "prefix maps come with the rest of the suite");
const PMAP_WIDTH = refused("pmap-column-width", "N", "prefix maps come with the rest of the suite");
const PYTHON_FILE = refused("python-file", "FILE", "Python cannot run here");
const PYTHON_EXPR = refused("python-expr", "EXPR", "Python cannot run here");
const ADDRESS_TYPES = "address types come with the rest of the suite";

/** Of rwfilter. */
export const REFUSED_BY_FILTER: readonly RefusedSwitch[] = [
  PLUGIN,
  PYTHON_FILE,
  PYTHON_EXPR,
  PMAP_FILE,
  refused("stype", "LIST", ADDRESS_TYPES),
  refused("dtype", "LIST", ADDRESS_TYPES),
  ...["ipa-src-expr", "ipa-dst-expr", "ipa-any-expr"].map((name) =>
    refused(name, "EXPR", "there is no IP association database"),
  ),
];

/** Of commands that print or group by fields. */
export const REFUSED_BY_FIELDS: readonly RefusedSwitch[] = [PLUGIN, PYTHON_FILE, PMAP_FILE, PMAP_WIDTH];

/** @throws UsageError naming a switch that is refused */
export function refuse(switches: readonly RefusedSwitch[], args: Arguments): void {
  for (const { name, reason } of switches)
    if (args.flag(name)) throw new UsageError(`--${name} is not supported: ${reason}`);
}
