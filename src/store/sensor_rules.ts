/** The classification that a sensor block of sensors.conf asks for. */
import { UsageError } from "../errors.js";
import type { NumberRange } from "../query/values/number.js";
import { confError } from "../site/conf_lines.js";
import { NETWORKS, type Network, type NetworkList, type SensorBlock, type SensorsConf } from "../site/sensors_conf.js";
import { parseAddress } from "../text/parse_address.js";
import { type AddressRange, blockRange } from "./address_ranges.js";
import type { DiscardRule, Match, SensorRules } from "./two_way.js";

/** Reads the addresses of an IP set file. */
export type ReadAddressSet = (path: string) => readonly AddressRange[];

/** What interfaces are where probes have `interface-values vlan`: the rows' tag, or what they have for interfaces. */
export type InterfaceTags = "in vlan" | "in input and output";

type Listed = Exclude<Match, { kind: "remainder" }>;

/**
 * The rules of a sensor's first block.
 *
 * @param readSet reads the files that `ipsets` name; without it they are refused
 * @throws UsageError when the file has no such sensor; InputError naming the line of a wrong value
 */
export function sensorRules(conf: SensorsConf, name: string, readSet?: ReadAddressSet): SensorRules {
  const block = conf.sensors.find((each) => each.name === name);
  if (block === undefined) throw new UsageError(`${conf.path} has no sensor '${name}'`);
  return blockRules(conf, block, "in vlan", readSet);
}

/**
 * The rules of one block: a sensor may have several, for different probes.
 *
 * @param tags what rows have them in: collected ones in place of interfaces, metered ones beside them
 * @throws InputError naming the line of a wrong value
 */
export function blockRules(
  conf: SensorsConf,
  block: SensorBlock,
  tags: InterfaceTags,
  readSet?: ReadAddressSet,
): SensorRules {
  const values = tags === "in vlan" && someProbe(conf, block, "interface-values", "vlan") ? "vlan" : "snmp";
  const listed = (list: NetworkList) => matchOf(list, list.values as readonly string[], values, readSet);
  const networks: Record<Network, Match[]> = { internal: [], external: [], null: [] };
  for (const network of NETWORKS)
    for (const list of block.networks[network])
      networks[network].push(list.values === "remainder" ? { kind: "remainder" } : listed(list));
  // What is said of one side only leaves the rest to the other.
  if (networks.internal.length === 0) networks.internal.push({ kind: "remainder" });
  else if (networks.external.length === 0) networks.external.push({ kind: "remainder" });
  const discard = block.discard.map<DiscardRule>((each) => ({
    discard: each.discard,
    side: each.side,
    match: listed(each.list),
  }));
  // Rows of probes without the quirk have no mark.
  const denied = someProbe(conf, block, "quirks", "firewall-event") ? ("to null" as const) : undefined;
  return { networks, source: block.source, destination: block.destination, discard, denied };
}

function someProbe({ probes }: SensorsConf, block: SensorBlock, keyword: string, value: string): boolean {
  return probes.some(({ name, settings }) => block.probes.includes(name) && settings.get(keyword)?.includes(value));
}

function matchOf(
  list: NetworkList,
  words: readonly string[],
  values: "snmp" | "vlan",
  readSet: ReadAddressSet | undefined,
): Listed {
  if (list.kind === "interfaces") return { kind: "interfaces", numbers: interfaceRanges(list, words), values };
  if (list.kind === "ipblocks") return { kind: "addresses", ranges: words.map((word) => range(list, word)) };
  if (readSet === undefined) throw confError(list.line, "IP sets cannot be read here: name the blocks with ipblocks");
  return { kind: "addresses", ranges: words.flatMap((path) => readSet(path)) };
}

function interfaceRanges(list: NetworkList, words: readonly string[]): NumberRange[] {
  return words.map((word) => {
    const found = /^(\d+)(?:-(\d+))?$/.exec(word);
    const low = Number(found?.[1]);
    const high = Number(found?.[2] ?? found?.[1]);
    if (found === null || low > high || high > 65535)
      throw confError(list.line, `interface '${word}' is not a number or range within 0 to 65535`);
    return { low, high };
  });
}

function range(list: NetworkList, word: string): AddressRange {
  const [address = "", length] = word.split("/");
  try {
    const words = parseAddress(address);
    const width = address.includes(":") ? 128 : 32;
    const bits = length === undefined ? width : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
    if (bits >= 0 && bits <= width) return blockRange(words, bits + 128 - width);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  throw confError(list.line, `'${word}' is not an address or CIDR block`);
}
