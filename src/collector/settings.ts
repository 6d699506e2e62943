/** What a collector is told to do: switches, from the command line, the environment and the configuration file. */
import { readFileSync, statSync } from "node:fs";
import type { TlsOptions } from "node:tls";
import type { Arguments, Switch } from "../cli/switches.js";
import type { CollectorLimits } from "../collect/options.js";
import { InputError, systemReason, UsageError } from "../errors.js";
import type { Destinations } from "../incoming/finished_file.js";
import { LOG_SWITCHES, type LogOptions, logOptions } from "../log/log.js";
import { integer, seconds } from "../meter/numbers.js";
import { METRICS_SWITCHES, type ListenAddress as MetricsAddress, parseListen } from "../metrics/listen.js";
import { checkAcceptWord } from "../receive/accept_list.js";
import { type ListenAddress, parseListenAddress } from "../receive/listen_address.js";
import type { Scale } from "../record/scale.js";
import { checkStoreSwitches, reserveOf, STORE_SWITCHES } from "../store/options.js";
import { retentionOf } from "../store/retention.js";

/** Switches that name what has been recorded. */
export const READ_SWITCHES: readonly Switch[] = [
  {
    name: "read",
    short: "r",
    argument: "FILE",
    repeatable: true,
    group: "Input",
    help: "Read exported datagrams of a capture (pcap, pcapng; plain, gzip, zstd; - for a stream), or an IPFIX file",
  },
];

/** Switches that mean nothing where files are read. */
export const LISTEN_SWITCHES: readonly Switch[] = [
  {
    name: "listen",
    argument: "URL",
    repeatable: true,
    group: "Input",
    help:
      "Listen here: netflow+udp://HOST:PORT (v5, v7, v9, IPFIX, and what nfpcapd sends), ipfix+udp://…, ipfix+tcp://…, ipfix+tls://…, " +
      "sflow+udp://…, netflow5+udp://…, netflow9+udp://…, nfdump+udp://…, any+udp://…; may be repeated",
  },
  {
    name: "polling-interval",
    argument: "SECONDS",
    group: "Input",
    help: "Look for files in the poll-directory of probes this often; one is read when two looks find its size unchanged",
    fallback: "15",
  },
  {
    name: "archive-directory",
    argument: "DIR",
    group: "Input",
    help: "Move files of a poll-directory here once their flows are stored, into folders YEAR/MONTH/DAY/HOUR",
    fallback: "delete them",
  },
  { name: "flat-archive", group: "Input", help: "Have --archive-directory without folders in it" },
  {
    name: "error-directory",
    argument: "DIR",
    group: "Input",
    help: "Move files of a poll-directory here that cannot be read to their end",
    fallback: "they stay",
  },
  {
    name: "sockets",
    argument: "N",
    group: "Receiving",
    help: "Share a UDP port among this many sockets, each with a thread and a ring; an exporter stays with one",
    fallback: "1",
  },
  {
    name: "ring",
    argument: "MIB",
    group: "Receiving",
    help: "Memory of each UDP socket for datagrams that wait to be decoded",
    fallback: "16",
  },
  {
    name: "buffer",
    argument: "MIB",
    group: "Receiving",
    help: "Receive buffer of each UDP socket in the kernel; beyond net.core.rmem_max it needs CAP_NET_ADMIN",
    fallback: "16",
  },
  {
    name: "connections",
    argument: "N",
    group: "Receiving",
    help: "Connections of TCP and TLS that each listener holds at once",
    fallback: "256",
  },
  {
    name: "connection-idle",
    argument: "SECONDS",
    group: "Receiving",
    help: "Close connections that nothing came over for this long",
    fallback: "1800",
  },
  { name: "tls-cert", argument: "FILE", group: "TLS", help: "Certificate of this collector, in PEM" },
  { name: "tls-key", argument: "FILE", group: "TLS", help: "Private key of --tls-cert, in PEM" },
  {
    name: "tls-ca",
    argument: "FILE",
    group: "TLS",
    help: "Ask exporters for a certificate that one of these has signed",
    fallback: "exporters show none",
  },
  ...METRICS_SWITCHES,
  {
    name: "user",
    argument: "USER[:GROUP]",
    group: "Operation",
    help: "Become this user once the sockets are open; every file is opened by it",
  },
  {
    name: "shutdown-timeout",
    argument: "SECONDS",
    group: "Operation",
    help: "When told to stop, give the store this long to take what is left",
    fallback: "10",
  },
  ...LOG_SWITCHES,
];

const DECODE_SWITCHES: readonly Switch[] = [
  {
    name: "accept-from",
    argument: "HOST",
    repeatable: true,
    group: "Input",
    help: "Take messages from this address, CIDR block or host only; may be repeated",
    fallback: "everybody",
  },
  {
    name: "scale-sampling",
    group: "Decoding",
    help: "Multiply counters of sampled flows by the sampling interval that the exporter tells",
  },
  {
    name: "sampling-interval",
    argument: "N",
    group: "Decoding",
    help: "Exporters meter one packet in N, whatever they say themselves",
    fallback: "what each exporter says",
  },
  {
    name: "max-exporters",
    argument: "N",
    group: "Limits",
    help: "Remember this many exporters; beyond, the one heard of the longest ago is forgotten",
    fallback: "4096",
  },
  {
    name: "max-templates",
    argument: "N",
    group: "Limits",
    help: "Remember this many templates of an exporter",
    fallback: "1024",
  },
  {
    name: "template-lifetime",
    argument: "SECONDS",
    group: "Limits",
    help: "Forget templates that were not sent again over UDP within this time",
    fallback: "86400",
  },
  {
    name: "waiting",
    argument: "MIB",
    group: "Limits",
    help: "Memory for data that came before its template",
    fallback: "8",
  },
  {
    name: "waiting-time",
    argument: "SECONDS",
    group: "Limits",
    help: "Give such data up after this time",
    fallback: "60",
  },
  {
    name: "output",
    short: "o",
    argument: "FILE",
    group: "Output",
    help: "Write the rows of -r into this IPFIX file, - for standard output; null: only counts, also with --listen",
  },
];

/** Every switch that a collecting service has, in the order of help. */
export const COLLECTOR_SWITCHES: readonly Switch[] = [...LISTEN_SWITCHES, ...DECODE_SWITCHES, ...STORE_SWITCHES];

/** `-o` that counts only. */
export const NOTHING = "null:";

/** Bounds of receivers. */
export interface ReceiveSettings {
  readonly sockets: number;
  readonly ringOctets: number;
  readonly bufferOctets: number;
  readonly connections: number;
  /** Milliseconds. */
  readonly idle: number;
}

/** What is done with the files of polled folders. */
export interface IncomingSettings {
  readonly destinations: Destinations;
  /** Where files go that cannot be read to their end; undefined leaves them. */
  readonly failures: string | undefined;
  /** Milliseconds between looks. */
  readonly interval: number;
}

/** How messages are decoded. */
export interface DecodeSettings {
  readonly limits: Partial<CollectorLimits>;
  readonly scale: Scale;
  readonly samplingInterval: number | undefined;
}

/** Everything checked, nothing opened. */
export interface CollectorSettings {
  readonly args: Arguments;
  readonly listen: readonly ListenAddress[];
  readonly acceptFrom: readonly string[];
  readonly receive: ReceiveSettings;
  readonly incoming: IncomingSettings;
  readonly decode: DecodeSettings;
  readonly output: string | undefined;
  readonly log: LogOptions;
  readonly metrics: MetricsAddress | undefined;
  readonly user: string | undefined;
  /** Milliseconds. */
  readonly shutdownTimeout: number;
}

/**
 * The settings of a collector.
 *
 * @throws FlowtapError naming the switch and what is wrong with it
 */
export function collectorSettings(args: Arguments): CollectorSettings {
  const listen = args.values("listen").map(parseListenAddress);
  for (const word of args.values("accept-from")) checkAcceptWord(word, "--accept-from");
  if (args.value("store") === undefined && args.value("output") === undefined)
    throw new UsageError("where should flows go? Give --store DIR, or -o");
  if (args.flag("store") || !args.flag("sensor-config")) checkStoreSwitches(args);
  retentionOf(args);
  reserveOf(args);
  if (listen.some(({ transport }) => transport === "tls") && args.value("tls-cert") === undefined)
    throw new UsageError("--listen ipfix+tls needs --tls-cert and --tls-key");
  if ((args.value("tls-cert") === undefined) !== (args.value("tls-key") === undefined))
    throw new UsageError("--tls-cert and --tls-key go together");
  const metrics = args.value("metrics");
  const number = (name: string, fallback: number, most: number) =>
    integer(name, args.value(name) ?? String(fallback), 1, most);
  return {
    args,
    listen,
    acceptFrom: args.values("accept-from"),
    receive: {
      sockets: number("sockets", 1, 64),
      ringOctets: number("ring", 16, 1024) * MIB,
      bufferOctets: number("buffer", 16, 1024) * MIB,
      connections: number("connections", 256, 65_536),
      idle: seconds("connection-idle", args.value("connection-idle") ?? "1800") * 1000,
    },
    incoming: incomingSettings(args),
    decode: decodeSettings(args),
    output: args.value("output"),
    log: logOptions(args),
    metrics: metrics === undefined ? undefined : parseListen(metrics),
    user: args.value("user"),
    shutdownTimeout: seconds("shutdown-timeout", args.value("shutdown-timeout") ?? "10") * 1000,
  };
}

const MIB = 1024 * 1024;

function incomingSettings(args: Arguments): IncomingSettings {
  const folder = (name: string) => {
    const path = args.value(name);
    if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new InputError(`--${name} ${path}: is not a folder`);
    return path;
  };
  const archive = folder("archive-directory");
  if (args.flag("flat-archive") && archive === undefined)
    throw new UsageError("--flat-archive needs --archive-directory");
  return {
    destinations: { archive, archiving: args.flag("flat-archive") ? "flat" : "by hour" },
    failures: folder("error-directory"),
    interval: seconds("polling-interval", args.value("polling-interval") ?? "15") * 1000,
  };
}

function decodeSettings(args: Arguments): DecodeSettings {
  const given = (name: string, least: number, most: number) => {
    const text = args.value(name);
    return text === undefined ? undefined : integer(name, text, least, most);
  };
  const limits = {
    exporters: given("max-exporters", 1, 1_000_000),
    templatesPerExporter: given("max-templates", 1, 65_536),
    templateSeconds: given("template-lifetime", 1, 315_360_000),
    waitingOctets: mebibytes(given("waiting", 0, 1024)),
    waitingSeconds: given("waiting-time", 1, 86_400),
  };
  return {
    limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)),
    scale: args.flag("scale-sampling") ? "scaled" : "exported",
    samplingInterval: given("sampling-interval", 1, 2 ** 31 - 1),
  };
}

function mebibytes(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * MIB;
}

/** Certificate, key and authorities from their files. @throws InputError naming switch and file */
export function tlsSettings(args: Arguments): TlsOptions | undefined {
  const read = (name: string) => {
    const path = args.value(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      throw new InputError(`--${name} ${path}: cannot be read: ${systemReason(error)}`);
    }
  };
  const [cert, key, ca] = [read("tls-cert"), read("tls-key"), read("tls-ca")];
  if (cert === undefined || key === undefined) return undefined;
  return { cert, key, ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }) };
}

/** Switches that a reload changes; the others need a new start. */
const RELOADED: ReadonlySet<string> = new Set(["accept-from", "shutdown-timeout", "quiet", "config"]);

/** Switches whose change a reload cannot make. */
export function changedAtStart(before: CollectorSettings, after: CollectorSettings): string[] {
  const text = ({ args }: CollectorSettings, name: string) => JSON.stringify([args.flag(name), args.values(name)]);
  return COLLECTOR_SWITCHES.map(({ name }) => name).filter(
    (name) => !RELOADED.has(name) && text(before, name) !== text(after, name),
  );
}
