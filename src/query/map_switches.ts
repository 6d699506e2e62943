/** `--pmap-file` and the switches that each map brings: their names are those of the maps. */
import type { Switch } from "../cli/switches.js";

export const PMAP_FILE_SWITCH: Switch = {
  name: "pmap-file",
  argument: "[NAME:]PATH",
  repeatable: true,
  group: "Partitioning",
  help:
    "Take labels from the prefix map of PATH: --pmap-src-NAME, --pmap-dst-NAME and --pmap-any-NAME ask for them, and " +
    "src-NAME and dst-NAME are fields",
  fallback: "NAME is the map's own",
};

export const PMAP_WIDTH_SWITCH: Switch = {
  name: "pmap-column-width",
  argument: "N",
  group: "Table",
  help: "Print at most N characters of labels of prefix maps",
};

/** The switches of the maps that a command line names. Their files are looked at only when there are some. */
export async function mapSwitches(argv: readonly string[]): Promise<readonly Switch[]> {
  if (!argv.some((word) => word.startsWith("--pm"))) return [];
  const { namedMaps, partitionsOf } = await import("./partition/prefix_maps.js");
  return namedMaps(pmapArguments(argv)).flatMap(partitionsOf);
}

/** The same for a command whose own switches mean more than rwfilter's. */
export async function sharedMapSwitches(argv: readonly string[]): Promise<readonly Switch[]> {
  return (await mapSwitches(argv)).map((each) => ({ ...each, shared: true }));
}

/** Shortest beginning of `--pmap-file` that is looked for before all switches are known. */
const SHORTEST = "--pm".length;

/** Arguments of `--pmap-file`, which may be shortened, in a command line that has not been parsed yet. */
export function pmapArguments(argv: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < argv.length && argv[at] !== "--"; at++) {
    const [name = "", ...rest] = argv[at]!.split("=");
    // The switches in its argument are those of another line.
    if (name === "--filter" && rest.length === 0) at += 1;
    if (name.length < SHORTEST || !`--${PMAP_FILE_SWITCH.name}`.startsWith(name)) continue;
    const given = rest.length > 0 ? rest.join("=") : argv[++at];
    if (given !== undefined) found.push(given);
  }
  return found;
}
