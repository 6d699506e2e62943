import { UsageError } from "../errors.js";

/** Formats that can be written, by the name used in `-o`. */
export const FORMATS = ["ipfix", "netflow9", "netflow5", "json", "csv", "text", "null"] as const;
export type Format = (typeof FORMATS)[number];

export const TRANSPORTS = ["udp", "tcp", "tls"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Where `-o` sends flows. */
export type Destination =
  | { readonly kind: "null" }
  | { readonly kind: "file"; readonly format: Format; readonly path: string }
  | { readonly kind: "stdout"; readonly format: Format }
  | {
      readonly kind: "network";
      readonly format: Format;
      readonly transport: Transport;
      readonly host: string;
      readonly port: number;
      /** As the user wrote it: the output's name in messages and counters. */
      readonly name: string;
    };

/** Ports that RFC 7011 section 10 and common practice give each format. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "ipfix+tls": 4740,
  ipfix: 4739,
  netflow9: 2055,
  netflow5: 2055,
};

/** Formats whose messages may go to a collector, and how. */
const NETWORK_FORMATS: Readonly<Partial<Record<Format, readonly Transport[]>>> = {
  ipfix: ["udp", "tcp", "tls"],
  netflow9: ["udp"],
  netflow5: ["udp"],
};

const FILE_FORMATS: readonly Format[] = ["ipfix", "json", "csv", "text"];

const EXTENSIONS: Readonly<Record<string, Format>> = {
  ipfix: "ipfix",
  yaf: "ipfix",
  json: "json",
  jsonl: "json",
  ndjson: "json",
  csv: "csv",
  txt: "text",
};

/**
 * Reads one `-o` argument: `FORMAT+TRANSPORT://HOST[:PORT]`, `FORMAT:PATH`, `null:`, or a path whose extension tells
 * the format. `-` as path is standard output.
 *
 * @throws UsageError naming the argument and what would be understood
 */
export function parseDestination(argument: string): Destination {
  const url = /^([a-z0-9]+)\+([a-z0-9]+):\/\/(.*)$/.exec(argument);
  if (url !== null) return networkDestination(argument, url[1]!, url[2]!, url[3]!);
  const prefixed = /^([a-z0-9]{2,}):(.*)$/s.exec(argument);
  if (prefixed !== null) return fileDestination(argument, formatNamed(argument, prefixed[1]!), prefixed[2]!);
  if (argument === "-") return { kind: "stdout", format: "ipfix" };
  const extension = /\.([a-z0-9]+)$/i.exec(argument)?.[1]?.toLowerCase() ?? "";
  const format = EXTENSIONS[extension];
  if (format === undefined)
    throw new UsageError(
      `-o ${argument}: the format is not clear from the name: write FORMAT:${argument} with one of ${FILE_FORMATS.join(", ")}`,
    );
  return { kind: "file", format, path: argument };
}

function formatNamed(argument: string, name: string): Format {
  const format = FORMATS.find((each) => each === name);
  if (format === undefined) throw new UsageError(`-o ${argument}: '${name}' is no format: ${FORMATS.join(", ")}`);
  return format;
}

function fileDestination(argument: string, format: Format, path: string): Destination {
  if (format === "null") {
    if (path !== "") throw new UsageError(`-o ${argument}: null: takes no path`);
    return { kind: "null" };
  }
  if (!FILE_FORMATS.includes(format))
    throw new UsageError(`-o ${argument}: ${format} goes to collectors only: ${format}+udp://HOST:PORT`);
  if (path === "") throw new UsageError(`-o ${argument}: a path is missing after the colon`);
  return path === "-" ? { kind: "stdout", format } : { kind: "file", format, path };
}

function networkDestination(argument: string, formatName: string, transportName: string, rest: string): Destination {
  const format = formatNamed(argument, formatName);
  const allowed = NETWORK_FORMATS[format];
  if (allowed === undefined) throw new UsageError(`-o ${argument}: ${format} is written to files only: ${format}:PATH`);
  const transport = allowed.find((each) => each === transportName);
  if (transport === undefined)
    throw new UsageError(`-o ${argument}: ${format} goes over ${allowed.join(", ")}, not over ${transportName}`);
  const found = /^(\[[0-9a-fA-F:.%a-z]+\]|[^:/?#[\]]+)(?::(\d+))?\/?$/.exec(rest);
  if (found === null) throw new UsageError(`-o ${argument}: expected HOST:PORT after ://, IPv6 addresses in brackets`);
  const port =
    found[2] === undefined ? (DEFAULT_PORTS[`${format}+${transport}`] ?? DEFAULT_PORTS[format]!) : Number(found[2]);
  if (port < 1 || port > 65535) throw new UsageError(`-o ${argument}: port ${port} is not in 1 to 65535`);
  const host = found[1]!.replace(/^\[|\]$/g, "");
  return { kind: "network", format, transport, host, port, name: argument };
}
