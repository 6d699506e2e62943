/** Who listens where, and which sensors the flows are of: from `--listen`, or from the probes of a sensors.conf. */
import { existsSync } from "node:fs";
import type { ExporterHabits } from "../collect/options.js";
import { DEFAULT_HABITS } from "../collect/options.js";
import { InputError, UsageError } from "../errors.js";
import type { ListenAddress } from "../receive/listen_address.js";
import { placeText } from "../receive/listen_address.js";
import { EVERY_PROTOCOL, type ExportProtocol } from "../receive/protocols.js";
import type { Probe, ProbeType } from "../site/probes.js";
import { readSensorsConf, type SensorsConf } from "../site/sensors_conf.js";
import { DEFAULT_RULES } from "../store/default_rules.js";
import { blockRules, sensorRules } from "../store/sensor_rules.js";
import type { SensorRules } from "../store/two_way.js";
import { DEFAULT_LOGGED, type LogSubject, loggedOf } from "./log_subjects.js";
import type { CollectorSettings } from "./settings.js";

/** A sensor, or one block of several that sensors.conf has for it. */
export interface PlannedSensor {
  readonly name: string;
  readonly rules: SensorRules;
}

/** Messages that are decoded together, and whose rows go the same way. */
export interface Route {
  /** The probe's name, or "" where there are none. */
  readonly name: string;
  /** Places in `CollectorPlan.sensors`. */
  readonly sensors: readonly number[];
  readonly habits: ExporterHabits;
  /** What the log tells about its exporters. */
  readonly logged: ReadonlySet<LogSubject>;
}

/** Whose messages a listener takes for a route. */
export interface PlannedAdmission {
  readonly route: Route;
  readonly protocols: readonly ExportProtocol[];
  /** Words of an accept list; none accept everybody. */
  readonly accept: readonly string[];
}

export interface PlannedListener {
  readonly address: ListenAddress;
  readonly admissions: readonly PlannedAdmission[];
}

/** A folder that flow files of a route come into. */
export interface PlannedFolder {
  readonly path: string;
  readonly route: Route;
}

export interface CollectorPlan {
  readonly sensors: readonly PlannedSensor[];
  readonly routes: readonly Route[];
  readonly listeners: readonly PlannedListener[];
  readonly folders: readonly PlannedFolder[];
}

/**
 * The plan that settings come to.
 *
 * @throws UsageError, InputError naming the switch, or file and line
 */
export function collectorPlan(settings: CollectorSettings): CollectorPlan {
  const { args } = settings;
  const path = args.value("sensor-config");
  const conf = path === undefined ? undefined : readSensorsConf(path);
  if (conf === undefined || settings.listen.length > 0 || (args.flag("read") && args.flag("sensor")))
    return listenPlan(settings, conf);
  return probePlan(settings, conf);
}

/** All listeners for one sensor; without one, files are read. */
function listenPlan(
  { args, listen, acceptFrom, decode }: CollectorSettings,
  conf: SensorsConf | undefined,
): CollectorPlan {
  const name = args.value("sensor") ?? "S0";
  const rules = conf === undefined ? DEFAULT_RULES : sensorRules(conf, name);
  const habits = { ...DEFAULT_HABITS, samplingInterval: decode.samplingInterval };
  const route: Route = { name: "", sensors: [0], habits, logged: DEFAULT_LOGGED };
  const listeners = listen.map((address) => ({
    address,
    admissions: [{ route, protocols: address.protocols, accept: acceptFrom }],
  }));
  return { sensors: [{ name, rules }], routes: [route], listeners, folders: [] };
}

/** Listeners and folders as probes want them. Probes that share a port are told apart by whom they accept. */
function probePlan({ args, acceptFrom, decode }: CollectorSettings, conf: SensorsConf): CollectorPlan {
  const wanted = args.value("sensor");
  const blocks = conf.sensors.filter(({ name, probes }) => probes.length > 0 && (wanted ?? name) === name);
  if (blocks.length === 0)
    throw new UsageError(`${conf.path} has no sensor ${wanted === undefined ? "" : `'${wanted}' `}with probes`);
  const routes: Route[] = [];
  const folders: PlannedFolder[] = [];
  const listeners = new Map<string, { address: ListenAddress; admissions: PlannedAdmission[] }>();
  for (const probe of conf.probes) {
    const sensors = blocks.flatMap(({ probes }, at) => (probes.includes(probe.name) ? [at] : []));
    if (sensors.length === 0) continue;
    const habits = habitsOf(probe, decode.samplingInterval);
    const route: Route = { name: probe.name, sensors, habits, logged: loggedOf(probe) };
    routes.push(route);
    const folder = probe.settings.get("poll-directory")?.[0];
    if (folder !== undefined) {
      folders.push({ path: folder, route });
      continue;
    }
    const address = probeAddress(conf, probe);
    const key = `${address.transport} ${placeText(address.host, address.port)}`;
    const listener = listeners.get(key) ?? { address, admissions: [] };
    const accept = probe.settings.get("accept-from-host") ?? acceptFrom;
    listener.admissions.push({ route, protocols: address.protocols, accept });
    listeners.set(key, listener);
  }
  const sensors = blocks.map((block) => ({ name: block.name, rules: blockRules(conf, block, "in input and output") }));
  return { sensors, routes, listeners: [...listeners.values()], folders };
}

/** What probes of a type take. Devices that are told to send NetFlow 9 may send IPFIX, but then a probe says so. */
const PROTOCOLS: Readonly<Record<ProbeType, readonly ExportProtocol[]>> = {
  "netflow-v5": ["netflow5", "netflow7"],
  "netflow-v9": ["netflow9"],
  ipfix: ["ipfix"],
  sflow: ["sflow"],
  silk: EVERY_PROTOCOL,
};

function probeAddress(conf: SensorsConf, { name, type, settings }: Probe): ListenAddress {
  const port = settings.get("listen-on-port")?.[0];
  if (port === undefined) {
    const source = ["read-from-file", "listen-on-unix-socket"].find((each) => settings.has(each));
    throw new InputError(
      `${conf.path}: probe ${name}: ${source} is not collected from: listen-on-port, poll-directory and -r FILE are`,
    );
  }
  const transport = settings.get("protocol")?.[0] === "tcp" ? "tcp" : "udp";
  const host = settings.get("listen-as-host")?.[0] ?? anyAddress();
  const protocols = PROTOCOLS[type];
  return {
    name: `${type}+${transport}://${placeText(host, Number(port))}`,
    protocols,
    transport,
    host,
    port: Number(port),
  };
}

/** All addresses of this host: of both families, where it has the newer one. */
function anyAddress(): string {
  return existsSync("/proc/net/if_inet6") ? "::" : "0.0.0.0";
}

/** What `quirks` and `interface-values` say of an exporter. */
function habitsOf({ settings }: Probe, samplingInterval: number | undefined): ExporterHabits {
  const quirks = settings.get("quirks") ?? [];
  return {
    ...DEFAULT_HABITS,
    samplingInterval,
    ...(quirks.includes("missing-ips") ? { addressless: "keep" as const } : {}),
    ...(quirks.includes("zero-packets") ? { idle: "one packet" as const } : {}),
    ...(quirks.includes("nf9-out-is-reverse") ? { post: "reverse direction" as const } : {}),
    ...(quirks.includes("firewall-event") ? { denied: "marked" as const } : {}),
    ...(settings.get("interface-values")?.[0] === "vlan" ? { interfaces: "vlan" as const } : {}),
    ...(quirks.includes("nf9-sysuptime-seconds") ? { uptime: "seconds" as const } : {}),
  };
}
