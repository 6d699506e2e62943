/** Reads sensors.conf(5): probes, groups of networks, and what lies inside and outside of each sensor. */
import { nearest } from "../cli/parse.js";
import type { InputError } from "../errors.js";
import { type ConfLine, confError, confLines } from "./conf_lines.js";
import { checkPorts, PROBE_TYPES, type Probe, ProbeBlock } from "./probes.js";

/** What identifies a network: the words of a list, or all that the other networks leave. */
export interface NetworkList {
  readonly kind: "ipblocks" | "ipsets" | "interfaces";
  readonly values: readonly string[] | "remainder";
  readonly line: ConfLine;
}

export const NETWORKS = ["internal", "external", "null"] as const;
export type Network = (typeof NETWORKS)[number];

export interface Discard {
  readonly discard: "when" | "unless";
  readonly side: "source" | "destination" | "any";
  readonly list: NetworkList;
}

export interface SensorBlock {
  readonly name: string;
  readonly line: ConfLine;
  readonly probes: readonly string[];
  readonly networks: Readonly<Record<Network, readonly NetworkList[]>>;
  readonly source?: Network | undefined;
  readonly destination?: Network | undefined;
  readonly ispAddresses: readonly string[];
  readonly discard: readonly Discard[];
}

export interface SensorsConf {
  readonly path: string;
  readonly probes: readonly Probe[];
  readonly sensors: readonly SensorBlock[];
}

type Kind = NetworkList["kind"];
const KINDS: readonly Kind[] = ["ipblocks", "ipsets", "interfaces"];

interface Group {
  readonly name: string;
  kind?: Kind;
  readonly values: string[];
}

type SensorInProgress = {
  name: string;
  line: ConfLine;
  probes: string[];
  networks: Record<Network, NetworkList[]>;
  source?: Network;
  destination?: Network;
  ispAddresses: string[];
  discard: Discard[];
};

const SENSOR_KEYWORDS = [
  ...PROBE_TYPES.map((type) => `${type}-probes`),
  ...NETWORKS.flatMap((network) => KINDS.map((kind) => `${network}-${kind}`)),
  "source-network",
  "destination-network",
  "isp-ip",
  "discard-when",
  "discard-unless",
];

/**
 * The sensors and probes of a file.
 *
 * @throws InputError `FILE:LINE: reason`
 */
export function readSensorsConf(path: string): SensorsConf {
  const reader = new SensorsConfReader();
  let last: ConfLine = { path, line: 1, words: [] };
  for (const line of confLines(path, "blank or comma")) {
    reader.take(line);
    last = line;
  }
  return { path, ...reader.finish(last) };
}

class SensorsConfReader {
  readonly #probes = new Map<string, Probe>();
  readonly #groups = new Map<string, Group>();
  readonly #sensors: SensorInProgress[] = [];
  #block:
    | { kind: "probe"; probe: ProbeBlock }
    | { kind: "group"; group: Group }
    | { kind: "sensor"; sensor: SensorInProgress }
    | undefined;

  take(line: ConfLine): void {
    const block = this.#block;
    if (block === undefined) this.#open(line);
    else if (line.words[0] === "end") this.#close(line, block.kind);
    else if (block.kind === "probe") block.probe.take(line);
    else if (block.kind === "group") this.#inGroup(line, block.group);
    else this.#inSensor(line, block.sensor);
  }

  finish(last: ConfLine): { probes: Probe[]; sensors: SensorBlock[] } {
    if (this.#block !== undefined)
      throw confError(last, `the ${this.#block.kind} block is not closed: 'end ${this.#block.kind}' is missing`);
    const probes = [...this.#probes.values()];
    checkPorts(last, probes);
    return { probes, sensors: this.#sensors };
  }

  #open(line: ConfLine): void {
    const [keyword, name] = line.words;
    if (keyword === "probe") {
      this.#block = { kind: "probe", probe: new ProbeBlock(line) };
    } else if (keyword === "group" && name !== undefined) {
      if (this.#groups.has(name)) throw confError(line, `group '${name}' is already defined`);
      this.#block = { kind: "group", group: { name, values: [] } };
    } else if (keyword === "sensor" && name !== undefined) {
      const networks = { internal: [], external: [], null: [] };
      this.#block = { kind: "sensor", sensor: { name, line, probes: [], networks, ispAddresses: [], discard: [] } };
    } else {
      const near = nearest(keyword ?? "", ["probe", "group", "sensor"]);
      throw confError(
        line,
        `'${keyword}' where a probe, group or sensor block begins${near === undefined ? "" : `: '${near} NAME'`}`,
      );
    }
  }

  #close(line: ConfLine, kind: "probe" | "group" | "sensor"): void {
    if (line.words[1] !== kind) throw confError(line, `'${line.words.join(" ")}' where 'end ${kind}' closes the block`);
    const block = this.#block!;
    this.#block = undefined;
    if (block.kind === "probe") {
      const probe = block.probe.end(line);
      if (this.#probes.has(probe.name)) throw confError(line, `probe '${probe.name}' is already defined`);
      this.#probes.set(probe.name, probe);
    } else if (block.kind === "group") {
      this.#groups.set(block.group.name, block.group);
    } else {
      checkSensor(line, block.sensor);
      this.#sensors.push(block.sensor);
    }
  }

  #inGroup(line: ConfLine, group: Group): void {
    const [keyword, ...values] = line.words;
    const kind = KINDS.find((each) => each === keyword);
    if (kind === undefined) throw unknown(line, KINDS);
    if (group.kind !== undefined && group.kind !== kind)
      throw confError(line, `group '${group.name}' holds ${group.kind}: a group is of one kind`);
    group.kind = kind;
    group.values.push(...this.#expanded(line, kind, values));
  }

  #inSensor(line: ConfLine, sensor: SensorInProgress): void {
    const [keyword, ...values] = line.words as [string, ...string[]];
    if (!SENSOR_KEYWORDS.includes(keyword)) throw unknown(line, SENSOR_KEYWORDS);
    if (values.length === 0) throw confError(line, `${keyword} needs a value`);
    if (keyword.endsWith("-probes")) {
      this.#checkProbes(line, keyword.slice(0, -"-probes".length), values);
      sensor.probes.push(...values);
    } else if (keyword === "isp-ip") {
      sensor.ispAddresses.push(...values);
    } else if (keyword === "source-network" || keyword === "destination-network") {
      const network = NETWORKS.find((each) => each === values[0]);
      if (network === undefined || values.length > 1)
        throw confError(line, `${keyword} is one of ${NETWORKS.join(", ")}`);
      sensor[keyword === "source-network" ? "source" : "destination"] = network;
    } else if (keyword.startsWith("discard-")) {
      sensor.discard.push(this.#discard(line, keyword, values));
    } else {
      const [network, kind] = keyword.split("-") as [Network, Kind];
      const remainder = values.length === 1 && values[0] === "remainder";
      const list: NetworkList = {
        kind,
        values: remainder ? "remainder" : this.#expanded(line, kind, values),
        line,
      };
      sensor.networks[network].push(list);
    }
  }

  #discard(line: ConfLine, keyword: string, [what, ...values]: string[]): Discard {
    const found = /^(source|destination|any)-(interfaces|ipblocks|ipsets)$/.exec(what ?? "");
    if (found === null || values.length === 0)
      throw confError(
        line,
        `${keyword} is followed by source-, destination- or any-interfaces, -ipblocks, -ipsets LIST`,
      );
    const kind = found[2] as Kind;
    return {
      discard: keyword === "discard-when" ? "when" : "unless",
      side: found[1] as Discard["side"],
      list: { kind, values: this.#expanded(line, kind, values), line },
    };
  }

  #checkProbes(line: ConfLine, type: string, names: readonly string[]): void {
    for (const name of names) {
      const probe = this.#probes.get(name);
      if (probe === undefined) throw confError(line, `probe '${name}' is not defined before its use`);
      if (probe.type !== type)
        throw confError(line, `probe '${name}' is ${probe.type}: name it in ${probe.type}-probes`);
    }
  }

  /** A list with `@GROUP` replaced by what the group holds. */
  #expanded(line: ConfLine, kind: Kind, values: readonly string[]): string[] {
    return values.flatMap((value) => {
      if (!value.startsWith("@")) return [value];
      const group = this.#groups.get(value.slice(1));
      if (group === undefined) throw confError(line, `group '${value.slice(1)}' is not defined before its use`);
      if (group.kind !== kind && group.kind !== undefined)
        throw confError(line, `group '${group.name}' holds ${group.kind}, not ${kind}`);
      return group.values;
    });
  }
}

/** What a sensor block must be as a whole. */
function checkSensor(line: ConfLine, { name, networks, source, destination }: SensorInProgress): void {
  const lists = NETWORKS.flatMap((network) => networks[network].map((list) => ({ network, list })));
  const fixed = source !== undefined && destination !== undefined;
  if (!fixed && networks.internal.length === 0 && networks.external.length === 0)
    throw confError(line, `sensor ${name} needs internal- or external-ipblocks, -ipsets or -interfaces`);
  const main = lists.filter(({ network }) => network !== "null");
  const byInterface = main.filter(({ list }) => list.kind === "interfaces").length;
  if (byInterface > 0 && byInterface < main.length)
    throw confError(line, `sensor ${name} mixes interfaces with addresses: only null-interfaces go with addresses`);
  if (lists.filter(({ list }) => list.values === "remainder").length > 1)
    throw confError(line, `sensor ${name} has more than one 'remainder'`);
}

function unknown(line: ConfLine, known: readonly string[]): InputError {
  const [keyword = ""] = line.words;
  const near = nearest(keyword, known);
  return confError(
    line,
    `unknown keyword '${keyword}', ${near === undefined ? `known here are ${known.join(", ")}` : `did you mean '${near}'?`}`,
  );
}
