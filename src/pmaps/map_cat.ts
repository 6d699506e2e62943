/** What `rwpmapcat` does. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdin } from "../files/octet_source.js";
import { NO_LABEL, NO_PREFIX_VALUE, type PrefixMap } from "../formats/silk/prefix_map.js";
import { mapBlock } from "../formats/silk/prefix_map_ranges.js";
import { tableFormat } from "../query/table/table_format.js";
import { argument } from "../query/values/argument.js";
import { ipFormat } from "../text/ip_format.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { type TableStyle, tableStyle } from "../text/table.js";
import { chosenMap, valueText } from "./map_choice.js";
import { parseMapKey } from "./map_keys.js";
import { loadPrefixMap } from "./prefix_map_file.js";
import { printMapLabels, printMapName, printMapRanges, printMapType } from "./print_map.js";

const OUTPUT_TYPES = ["mapname", "type", "ranges", "labels"] as const;
type OutputType = (typeof OUTPUT_TYPES)[number];

/** Runs `rwpmapcat` and returns its exit status. */
export async function runMapCat(args: Arguments): Promise<number> {
  const types = outputTypes(args);
  const format = tableFormat(args);
  if (format !== undefined && types.some((each) => each !== "ranges"))
    throw new UsageError("Cannot use --output-format with --output-types but ranges");
  const path = mapPath(args);
  const table = tableStyle(args);
  const ip = ipFormat(args);
  const map = loadPrefixMap(path);
  const name = isStdin(path) ? "stdin" : path;
  const style = {
    ip,
    table,
    ranges: args.flag("no-cidr-blocks") ? ("ends" as const) : ("blocks" as const),
    labels: args.flag("left-justify-labels") ? ("left" as const) : ("right" as const),
    ignored: ignoredValues(args, map),
  };
  if (format !== undefined) {
    const { writeMapTable } = await import("./map_table.js");
    await writeMapTable(map, name, style.ignored, format, args.value("output-path") ?? "-");
    return 0;
  }
  await withTextOutput(args, async (output) => {
    for (const type of types)
      if (type === "ranges") printMapRanges(map, name, style, output);
      else printOther(type, map, table, output);
  });
  return 0;
}

function printOther(type: Exclude<OutputType, "ranges">, map: PrefixMap, table: TableStyle, output: TextOutput): void {
  if (type === "mapname") printMapName(map, table, output);
  else if (type === "type") printMapType(map, table, output);
  else printMapLabels(map, table, output);
}

/** The parts to print, always in the same order; names may be shortened. */
function outputTypes(args: Arguments): readonly OutputType[] {
  const given = args.value("output-types");
  if (given === undefined) return ["ranges"];
  const wanted = given.split(",").map((word) => {
    const found = OUTPUT_TYPES.filter((each) => word !== "" && each.startsWith(word.trim().toLowerCase()));
    if (found.length !== 1)
      throw new ArgumentError("output-types", `Unrecognized value '${word}'`, "output-types", given);
    return found[0]!;
  });
  return OUTPUT_TYPES.filter((each) => wanted.includes(each));
}

function mapPath(args: Arguments): string {
  const chosen = chosenMap(args);
  const [first, second] = args.positionals;
  if (chosen === undefined) {
    if (second !== undefined) throw new UsageError(`Too many arguments or unrecognized switch '${second}'`);
    return inputPaths(args)[0]!;
  }
  if (first !== undefined) throw new UsageError(`Too many arguments or unrecognized switch '${first}'`);
  return chosen;
}

/** Values of the label of `--ignore-label`, and of the label that the address of `--ip-label-to-ignore` has. */
function ignoredValues(args: Arguments, map: PrefixMap): ReadonlySet<number> {
  const ignored = new Set<number>();
  const address = args.value("ip-label-to-ignore");
  if (address !== undefined) {
    if (map.key === "proto-port")
      throw new UsageError("Cannot use --ip-label-to-ignore with a map of protocols and ports");
    const key = argument(() => parseMapKey(address, map.key), "ip-label-to-ignore", address);
    ignored.add(mapBlock(map, key).value);
  }
  const label = args.value("ignore-label")?.toLowerCase();
  if (label === undefined) return ignored;
  map.labels.forEach((text, value) => {
    if (text !== "" && text.toLowerCase() === label) ignored.add(value);
  });
  if (map.values === "countries") ignored.add((label.charCodeAt(0) << 8) | label.charCodeAt(1));
  if (label === valueText(map, NO_PREFIX_VALUE).toLowerCase() || label === NO_LABEL.toLowerCase())
    ignored.add(NO_PREFIX_VALUE);
  return ignored;
}
