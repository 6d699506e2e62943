import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ConnectionOptions } from "node:tls";
import type { Arguments, Switch } from "../cli/switches.js";
import { OutputError, systemReason, UsageError } from "../errors.js";
import { integer } from "../meter/numbers.js";
import type { Sampling } from "../meter/sampling.js";
import { type Destination, parseDestination } from "./destination.js";
import type { WhenCongested } from "./outbox.js";
import type { WhenUnresolved } from "./udp_exporter.js";

/** Switches that say where flows go; shared by every command that exports. */
export const OUTPUT_SWITCHES: readonly Switch[] = [
  {
    name: "output",
    short: "o",
    argument: "OUTPUT",
    repeatable: true,
    group: "Output",
    help:
      "FILE.ipfix, FILE.json, FILE.csv, FORMAT:PATH (ipfix, json, csv, text; - is standard output), " +
      "ipfix+udp://HOST:PORT, ipfix+tcp://…, ipfix+tls://…, netflow9+udp://…, netflow5+udp://…, or null:; may be repeated",
    fallback: "a table on a terminal, IPFIX into a pipe, nothing with --store",
  },
  {
    name: "fields",
    argument: "LIST",
    values: "meter-fields",
    group: "Output",
    help: "Fields of text and csv, by flowtap's or SiLK's names, in this order",
  },
  {
    name: "timestamps",
    argument: "UNIT",
    values: ["microseconds", "milliseconds"],
    group: "Output",
    help: "IPFIX times in microseconds (elements 154, 155) or milliseconds (152, 153)",
    fallback: "microseconds in files, milliseconds to collectors",
  },
  {
    name: "observation-domain",
    argument: "N",
    group: "Output",
    help: "Observation domain (IPFIX) or source (NetFlow) that messages carry",
    fallback: "0",
  },
  {
    name: "mtu",
    argument: "OCTETS",
    group: "Output",
    help: "Path MTU, 1280 or more: no datagram is larger",
    fallback: "1500",
  },
  {
    name: "template-refresh",
    argument: "SECONDS",
    group: "Output",
    help: "Send templates again over UDP after this time",
    fallback: "600",
  },
  {
    name: "template-refresh-packets",
    argument: "N",
    group: "Output",
    help: "Send templates again over UDP after this many messages",
    fallback: "1000",
  },
  {
    name: "queue",
    argument: "MIB",
    group: "Output",
    help: "Encoded flows that may wait for each collector before further ones are dropped and counted",
    fallback: "16",
  },
  {
    name: "load-balance",
    group: "Output",
    help: "Share the flows among the collectors given with -o: both directions of a conversation go to the same one",
  },
  {
    name: "fail-over",
    group: "Output",
    help: "Send to the first collector given with -o; while it is away, to the next one that is there",
  },
  {
    name: "tls-ca",
    argument: "FILE",
    group: "TLS",
    help: "Certificates that collectors are verified against",
    fallback: "the system's",
  },
  { name: "tls-cert", argument: "FILE", group: "TLS", help: "Certificate to show to collectors, in PEM" },
  { name: "tls-key", argument: "FILE", group: "TLS", help: "Private key of --tls-cert, in PEM" },
  {
    name: "tls-server-name",
    argument: "NAME",
    group: "TLS",
    help: "Name that the collector's certificate must bear",
    fallback: "the host of the output",
  },
  {
    name: "tls-no-verify",
    group: "TLS",
    help: "Accept any certificate: encrypts, but does not tell who receives the flows",
  },
];

/** What every IPv6 path carries (RFC 8200 section 5): a template of all fields must fit into one message. */
const LEAST_MTU = 1280;

/** Everything that opening outputs needs, checked. */
export interface OutputOptions {
  readonly destinations: readonly Destination[];
  /** Bits of `GROUP` that records carry. */
  readonly groups: number;
  readonly fields: string | undefined;
  readonly timestamps: "microseconds" | "milliseconds" | undefined;
  readonly observationDomain: number;
  readonly mtu: number;
  readonly templateRefreshSeconds: number;
  readonly templateRefreshMessages: number;
  /** Octets. */
  readonly queueLimit: number;
  readonly tls: ConnectionOptions;
  readonly collectors: CollectorUse;
  /** How the packets were sampled; undefined when all were metered. */
  readonly sampling: Sampling | undefined;
  /** Captures refuse a collector whose name has no address; a live sensor starts without it and tries again. */
  readonly unresolved: WhenUnresolved;
  /** Captures wait for a slow collector for a moment; live traffic does not. */
  readonly congested: WhenCongested;
}

/** What each of several collectors gets: everything, its share, or everything while those before it are away. */
export type CollectorUse = "all" | "load-balance" | "fail-over";

/**
 * Output options from the switches of `OUTPUT_SWITCHES`, as captures need them: `sampling`, `unresolved` and `congested`
 * are for a live sensor to set.
 *
 * @throws UsageError naming the switch; OutputError when a certificate cannot be read
 */
export function outputOptions(args: Arguments, groups: number): OutputOptions {
  const onTerminal = process.stdout.isTTY === true;
  const given = args.values("output");
  const usual = args.value("store") !== undefined ? [] : [onTerminal ? "text:-" : "ipfix:-"];
  const destinations = (given.length > 0 ? given : usual).map(parseDestination);
  checkStdout(destinations, onTerminal);
  checkFiles(destinations);
  return {
    destinations,
    groups,
    fields: args.value("fields"),
    timestamps: timestampsOf(args.value("timestamps")),
    observationDomain: integer("observation-domain", args.value("observation-domain") ?? "0", 0, 2 ** 32 - 1),
    mtu: integer("mtu", args.value("mtu") ?? "1500", LEAST_MTU, 65535),
    templateRefreshSeconds: integer("template-refresh", args.value("template-refresh") ?? "600", 1, 86_400),
    templateRefreshMessages: integer(
      "template-refresh-packets",
      args.value("template-refresh-packets") ?? "1000",
      1,
      1e9,
    ),
    queueLimit: integer("queue", args.value("queue") ?? "16", 1, 4096) * 1024 * 1024,
    tls: tlsOptions(args),
    collectors: collectorUse(args, destinations),
    sampling: undefined,
    unresolved: "refuse",
    congested: "wait",
  };
}

function collectorUse(args: Arguments, destinations: readonly Destination[]): CollectorUse {
  const [use, other] = (["load-balance", "fail-over"] as const).filter((name) => args.flag(name));
  if (use === undefined) return "all";
  if (other !== undefined) throw new UsageError(`--${use} and --${other} exclude each other`);
  const collectors = destinations.filter((each) => each.kind === "network");
  if (collectors.length < 2) throw new UsageError(`--${use} needs two or more collectors given with -o`);
  return use;
}

function checkStdout(destinations: readonly Destination[], onTerminal: boolean): void {
  const toStdout = destinations.filter((each) => each.kind === "stdout");
  if (toStdout.length > 1) throw new UsageError("-o: standard output can take only one format");
  if (onTerminal && toStdout[0]?.format === "ipfix")
    throw new UsageError("-o: IPFIX is binary and not for a terminal: use text:-, a file or a pipe");
}

function checkFiles(destinations: readonly Destination[]): void {
  const seen = new Set<string>();
  for (const each of destinations) {
    if (each.kind !== "file") continue;
    if (seen.has(resolve(each.path))) throw new UsageError(`-o: ${each.path} is given twice`);
    seen.add(resolve(each.path));
  }
}

function timestampsOf(text: string | undefined): OutputOptions["timestamps"] {
  if (text === undefined || text === "microseconds" || text === "milliseconds") return text;
  throw new UsageError(`--timestamps: '${text}' is neither microseconds nor milliseconds`);
}

function tlsOptions(args: Arguments): ConnectionOptions {
  const [ca, cert, key, servername] = ["tls-ca", "tls-cert", "tls-key", "tls-server-name"].map((name) =>
    args.value(name),
  );
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--tls-cert and --tls-key go together");
  return {
    rejectUnauthorized: !args.flag("tls-no-verify"),
    ...(ca === undefined ? {} : { ca: readPem("tls-ca", ca) }),
    ...(cert === undefined ? {} : { cert: readPem("tls-cert", cert) }),
    ...(key === undefined ? {} : { key: readPem("tls-key", key) }),
    ...(servername === undefined ? {} : { servername }),
  };
}

function readPem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OutputError(`--${name} ${path}: cannot be read: ${systemReason(error)}`);
  }
}
