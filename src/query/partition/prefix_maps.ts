/** Conditions on the labels that prefix maps give to flows. */
import { ArgumentError, UsageError } from "../../errors.js";
import { NO_LABEL, NO_PREFIX_VALUE, type PrefixMap } from "../../formats/silk/prefix_map.js";
import { forEachMapRange } from "../../formats/silk/prefix_map_ranges.js";
import { asAddress } from "../../pmaps/map_keys.js";
import { loadMapHeading, type MapHeading } from "../../pmaps/prefix_map_file.js";
import type { LabelFunction } from "../prefix_maps.js";
import type { AddressRange } from "../values/address_range.js";
import { inRanges } from "./addresses.js";
import { any } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

/** A map as a command line names it. */
export interface NamedMap {
  readonly path: string;
  readonly heading: MapHeading;
  /** Empty for a map without a name, of which there may be one only. */
  readonly name: string;
}

/**
 * The maps of arguments of `--pmap-file`, `[NAME:]PATH` each.
 *
 * @throws UsageError when names are not unique; InputError when a file is no prefix map
 */
export function namedMaps(given: readonly string[]): readonly NamedMap[] {
  const maps = given.map((each): NamedMap => {
    const [, label, rest] = /^([^:/]*):(.+)$/.exec(each) ?? [];
    const path = rest ?? each;
    const heading = loadMapHeading(path);
    const name = label === undefined || label === "" ? heading.name : label;
    if (/[\s,]/.test(name)) throw new UsageError(`Invalid pmap-file '${each}': The name has a blank or a comma`);
    return { path, heading, name };
  });
  const names = maps.map(({ name }) => name.toLowerCase());
  if (maps.length > 1 && names.includes(""))
    throw new UsageError("Only one prefix map may be used when it has no name: give one as --pmap-file=NAME:PATH");
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new UsageError(`Several prefix maps have the name '${twice}'`);
  return maps;
}

/** Which ends of a flow are looked at, and what the switches for them are called where the map has no name. */
const ENDS = [
  {
    end: "src",
    what: "source",
    address: "pmap-saddress",
    port: "pmap-sport-proto",
    columns: ["sip"],
    ports: ["sport"],
  },
  {
    end: "dst",
    what: "destination",
    address: "pmap-daddress",
    port: "pmap-dport-proto",
    columns: ["dip"],
    ports: ["dport"],
  },
  {
    end: "any",
    what: "source or destination",
    address: "pmap-any-address",
    port: "pmap-any-port-proto",
    columns: ["sip", "dip"],
    ports: ["sport", "dport"],
  },
] as const;

/** The partitioning switches of a map. */
export function partitionsOf(map: NamedMap): readonly PartitionSwitch[] {
  const { heading, name } = map;
  const ofPorts = heading.key === "proto-port";
  return ENDS.map(({ end, what, address, port, columns, ports }): PartitionSwitch => {
    const option = name !== "" ? `pmap-${end}-${name}` : ofPorts ? port : address;
    const key = ofPorts ? "protocol and port" : "address";
    return {
      name: option,
      argument: "LABELS",
      group: "Partitioning",
      help: `Label of the ${what} ${key} is in LABELS, a list with commas`,
      condition(given, { prefixMaps }) {
        const labels = prefixMaps.of(map);
        const values = valuesOf(labels.map, given, option);
        const sources = ofPorts ? ports : columns;
        return any(sources.map((column) => hasValue(labels, column, values)));
      },
    };
  });
}

/** Values of a list of labels. */
function valuesOf(map: PrefixMap, given: string, option: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const word of given.split(",").map((each) => each.trim())) {
    const found = labelValues(map, word);
    if (found.length === 0) throw new ArgumentError(option, `The label '${word}' is not in the map`, option, given);
    for (const value of found) values.add(value);
  }
  return values;
}

/** A label is taken in any case where it is not there as it was written. */
function labelValues({ labels }: PrefixMap, word: string): readonly number[] {
  const exact = labels.flatMap((label, value) => (label === word && word !== "" ? [value] : []));
  if (exact.length > 0) return exact;
  const lower = word.toLowerCase();
  const folded = labels.flatMap((label, value) => (label.toLowerCase() === lower && word !== "" ? [value] : []));
  return folded.length === 0 && lower === NO_LABEL.toLowerCase() ? [NO_PREFIX_VALUE] : folded;
}

/** Ranges up to which labels become plain comparisons, which the engine evaluates itself. */
const FEW = 32;

function hasValue(labels: LabelFunction, column: string, values: ReadonlySet<number>): string {
  const { map } = labels;
  const ranges = map.key === "proto-port" || values.has(NO_PREFIX_VALUE) ? undefined : fewRanges(labels, values);
  if (ranges !== undefined) return inRanges(column, ranges);
  return `${labels.sql(column)} IN (${[...values].map((value) => labels.place(value)).join(", ")})`;
}

/** Ranges of the keys that have one of the values, unless there are many. */
function fewRanges({ map, path }: LabelFunction, values: ReadonlySet<number>): readonly AddressRange[] | undefined {
  const ranges: { readonly low: bigint; high: bigint }[] = [];
  const number = (words: Uint32Array) => asAddress(words).reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  forEachMapRange(map, path, (first, last, value) => {
    if (!values.has(value) || ranges.length > FEW) return;
    const low = number(first);
    const before = ranges.at(-1);
    if (before !== undefined && before.high + 1n === low) before.high = number(last);
    else ranges.push({ low, high: number(last) });
  });
  return ranges.length > FEW ? undefined : ranges;
}
