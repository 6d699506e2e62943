/** Probes of sensors.conf: where flows come from. */
import { nearest } from "../cli/parse.js";
import { type ConfLine, confError } from "./conf_lines.js";
import { numberWithin } from "./silk_conf_rules.js";

export const PROBE_TYPES = ["netflow-v5", "netflow-v9", "ipfix", "sflow", "silk"] as const;
export type ProbeType = (typeof PROBE_TYPES)[number];

export interface Probe {
  readonly name: string;
  readonly type: ProbeType;
  /** Values by keyword. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
}

/** Keywords that say where a probe reads from: one of them, and only where the type can. */
const SOURCES: Readonly<Record<string, readonly ProbeType[]>> = {
  "listen-on-port": ["netflow-v5", "netflow-v9", "ipfix", "sflow"],
  "poll-directory": ["netflow-v5", "ipfix", "silk"],
  "read-from-file": ["netflow-v5"],
  "listen-on-unix-socket": ["netflow-v5", "netflow-v9", "ipfix", "sflow"],
};
const PROTOCOLS: Readonly<Record<ProbeType, readonly string[]>> = {
  "netflow-v5": ["udp"],
  "netflow-v9": ["udp"],
  ipfix: ["tcp", "udp"],
  sflow: ["udp"],
  silk: [],
};
/** The values that keywords take; those without a list take anything. */
const KEYWORDS: Readonly<Record<string, readonly string[] | undefined>> = {
  ...Object.fromEntries(Object.keys(SOURCES).map((keyword) => [keyword, undefined])),
  protocol: ["tcp", "udp"],
  "listen-as-host": undefined,
  "accept-from-host": undefined,
  "log-flags": [
    "none",
    "all",
    "bad",
    "default",
    "firewall-event",
    "missing",
    "record-timestamps",
    "sampling",
    "show-templates",
  ],
  "interface-values": ["snmp", "vlan"],
  quirks: ["none", "firewall-event", "missing-ips", "nf9-out-is-reverse", "nf9-sysuptime-seconds", "zero-packets"],
  priority: undefined,
};
const LISTS = ["accept-from-host", "log-flags", "quirks"];

/** Gathers the lines of a probe block. */
export class ProbeBlock {
  readonly #name: string;
  readonly #type: ProbeType;
  readonly #settings = new Map<string, readonly string[]>();

  constructor(line: ConfLine) {
    const [, name, type, ...more] = line.words;
    if (name === undefined || type === undefined || more.length > 0)
      throw confError(line, `a probe is: probe NAME TYPE, with the type ${PROBE_TYPES.join(", ")}`);
    const found = PROBE_TYPES.find((each) => each === (type === "netflow" ? "netflow-v5" : type));
    if (found === undefined) throw confError(line, `probe type '${type}' is none of ${PROBE_TYPES.join(", ")}`);
    this.#name = name;
    this.#type = found;
  }

  take(line: ConfLine): void {
    const [keyword, ...values] = line.words as [string, ...string[]];
    if (!(keyword in KEYWORDS)) {
      const near = nearest(keyword, Object.keys(KEYWORDS));
      const hint = near === undefined ? `known are ${Object.keys(KEYWORDS).join(", ")}` : `did you mean '${near}'?`;
      throw confError(line, `unknown keyword '${keyword}' of a probe, ${hint}`);
    }
    if (values.length === 0 || (values.length > 1 && !LISTS.includes(keyword)))
      throw confError(line, `${keyword} takes one value${LISTS.includes(keyword) ? " or more" : ""}`);
    for (const value of values)
      if (KEYWORDS[keyword]?.includes(value) === false)
        throw confError(line, `${keyword} '${value}' is none of ${KEYWORDS[keyword]?.join(", ")}`);
    if (values.length > 1 && values.includes("none"))
      throw confError(
        line,
        `${keyword} 'none' stands alone: it is beside ${values.filter((each) => each !== "none").join(", ")}`,
      );
    if (keyword === "listen-on-port") numberWithin(line, "port", values[0]!, 1, 65535);
    if (this.#settings.has(keyword)) throw confError(line, `${keyword} is given twice`);
    this.#settings.set(keyword, values);
  }

  /** The probe, at the line that ends it. */
  end(line: ConfLine): Probe {
    const name = this.#name;
    const sources = Object.keys(SOURCES).filter((keyword) => this.#settings.has(keyword));
    if (sources.length !== 1)
      throw confError(line, `probe ${name} needs exactly one of ${Object.keys(SOURCES).join(", ")}`);
    const [source] = sources as [string];
    if (SOURCES[source]?.includes(this.#type) === false)
      throw confError(line, `probe ${name}: ${source} is not for ${this.#type}`);
    if (source === "listen-on-port") this.#checkProtocol(line);
    return { name, type: this.#type, settings: this.#settings };
  }

  #checkProtocol(line: ConfLine): void {
    const [protocol] = this.#settings.get("protocol") ?? [];
    const possible = PROTOCOLS[this.#type];
    if (protocol === undefined)
      throw confError(line, `probe ${this.#name}: listen-on-port needs 'protocol ${possible.join("' or 'protocol ")}'`);
    if (!possible.includes(protocol))
      throw confError(line, `probe ${this.#name}: ${this.#type} comes over ${possible.join(" or ")}, not ${protocol}`);
  }
}

/** @throws InputError when two probes cannot be told apart: on one port both must say whom they accept */
export function checkPorts(line: ConfLine, probes: readonly Probe[]): void {
  const byPort = new Map<string, Probe>();
  for (const probe of probes) {
    const [port] = probe.settings.get("listen-on-port") ?? [];
    if (port === undefined) continue;
    const key = `${port}/${probe.settings.get("protocol")?.[0]}/${probe.settings.get("listen-as-host")?.[0] ?? ""}`;
    const other = byPort.get(key);
    if (other !== undefined && !(probe.settings.has("accept-from-host") && other.settings.has("accept-from-host")))
      throw confError(line, `probes ${other.name} and ${probe.name} share port ${port}: both need accept-from-host`);
    byPort.set(key, probe);
  }
}
