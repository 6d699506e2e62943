/** What a collector is told to do: by the command line, the environment and the configuration file. */
import { readFileSync, statSync } from "node:fs";
import type { TlsOptions } from "node:tls";
import type { Arguments } from "../cli/switches.js";
import type { CollectorLimits } from "../collect/options.js";
import { InputError, systemReason, UsageError } from "../errors.js";
import type { Destinations } from "../incoming/finished_file.js";
import { type LogOptions, logOptions } from "../log/log.js";
import { integer, seconds } from "../meter/numbers.js";
import { type ListenAddress as MetricsAddress, parseListen } from "../metrics/listen.js";
import { checkAcceptWord } from "../receive/accept_list.js";
import { type ListenAddress, parseListenAddress } from "../receive/listen_address.js";
import type { Scale } from "../record/scale.js";
import { checkStoreSwitches, reserveOf } from "../store/options.js";
import { retentionOf } from "../store/retention.js";
import { COLLECTOR_SWITCHES } from "./switches.js";

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
