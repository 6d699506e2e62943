import { lookup } from "node:dns/promises";
import { OutputError, systemCode } from "../errors.js";
import { CsvEncoder } from "../formats/csv/encoder.js";
import type { Encoder } from "../formats/encoder.js";
import { IpfixEncoder } from "../formats/ipfix/encoder.js";
import { JsonEncoder } from "../formats/json/encoder.js";
import { NetFlow5Encoder } from "../formats/netflow/v5.js";
import { NetFlow9Encoder } from "../formats/netflow/v9.js";
import { TableEncoder } from "../formats/text/encoder.js";
import type { Destination, Format } from "./destination.js";
import type { Exporter } from "./exporter.js";
import { NullExporter } from "./null_exporter.js";
import { openFile } from "./open_file.js";
import type { OutputOptions } from "./options.js";
import { PipeExporter } from "./pipe_exporter.js";
import { StreamExporter } from "./stream_exporter.js";
import { UdpExporter } from "./udp_exporter.js";

/** Milliseconds that the metering of a capture may be held up by a collector that takes nothing. */
const PATIENCE = 5_000;
/** IP and UDP headers in a datagram. */
const DATAGRAM_HEADERS = { 4: 28, 6: 48 } as const;
/** Octets of an IPFIX message where no datagram limits it. */
const STREAM_MESSAGE = 65_000;

/** Names of the meter's interfaces by slot, as far as they are known. */
export type InterfaceNames = (slot: number) => string;

/**
 * Opens every output, or none: when one fails those opened before are given up.
 *
 * @throws OutputError naming the output: folder not writable, host unknown, no route
 */
export async function openOutputs(options: OutputOptions, interfaceName: InterfaceNames): Promise<Exporter[]> {
  const opened = new Map<Destination, Exporter>();
  // Files last: looking a host up takes time in which a signal must find no temporary file to leave behind.
  const byDelay = options.destinations.toSorted((a, b) => Number(a.kind === "file") - Number(b.kind === "file"));
  try {
    for (const destination of byDelay) opened.set(destination, await open(destination, options, interfaceName));
  } catch (error) {
    for (const exporter of opened.values()) exporter.abort();
    throw error;
  }
  return options.destinations.map((destination) => opened.get(destination)!);
}

async function open(
  destination: Destination,
  options: OutputOptions,
  interfaceName: InterfaceNames,
): Promise<Exporter> {
  switch (destination.kind) {
    case "null":
      return new NullExporter();
    case "file":
      return openFile(destination.path, fileEncoder(destination.format, options, interfaceName));
    case "stdout":
      return new PipeExporter(
        "standard output",
        process.stdout,
        fileEncoder(destination.format, options, interfaceName),
      );
    case "network":
      return openNetwork(destination, options);
  }
}

function fileEncoder(format: Format, options: OutputOptions, interfaceName: InterfaceNames): Encoder {
  const { groups, fields } = options;
  if (format === "json") return new JsonEncoder({ groups, interfaceName });
  if (format === "csv") return new CsvEncoder(groups, fields);
  if (format === "text") return new TableEncoder(groups, fields);
  return new IpfixEncoder({
    maxMessage: STREAM_MESSAGE,
    domain: options.observationDomain,
    timestamps: options.timestamps ?? "microseconds",
  });
}

type NetworkDestination = Extract<Destination, { kind: "network" }>;

async function openNetwork(destination: NetworkDestination, options: OutputOptions): Promise<Exporter> {
  const { name, host, port, transport } = destination;
  const { address, family } = await resolve(name, host);
  const common = { name, port, queueLimit: options.queueLimit, patience: PATIENCE };
  if (transport !== "udp") {
    const encoder = ipfixEncoder(options, STREAM_MESSAGE, { seconds: 0, messages: 0 });
    return new StreamExporter({ ...common, host, ...(transport === "tls" ? { tls: options.tls } : {}) }, encoder);
  }
  const maxMessage = options.mtu - DATAGRAM_HEADERS[family];
  return UdpExporter.open({ ...common, address, family }, datagramEncoder(destination.format, options, maxMessage));
}

function datagramEncoder(format: Format, options: OutputOptions, maxMessage: number): Encoder {
  const refresh = { seconds: options.templateRefreshSeconds, messages: options.templateRefreshMessages };
  if (format === "ipfix") return ipfixEncoder(options, maxMessage, refresh);
  if (format === "netflow5") return new NetFlow5Encoder({ maxMessage, engineId: options.observationDomain & 0xff });
  return new NetFlow9Encoder({
    maxMessage,
    sourceId: options.observationDomain,
    templateRefreshPackets: refresh.messages,
    templateRefreshSeconds: refresh.seconds,
  });
}

function ipfixEncoder(
  options: OutputOptions,
  maxMessage: number,
  refresh: { seconds: number; messages: number },
): IpfixEncoder {
  return new IpfixEncoder({
    maxMessage,
    domain: options.observationDomain,
    timestamps: options.timestamps ?? "milliseconds",
    templateRefreshSeconds: refresh.seconds,
    templateRefreshPackets: refresh.messages,
  });
}

/** The collector's address, looked up before anything is metered so that a wrong name is not found out at the end. */
async function resolve(name: string, host: string): Promise<{ address: string; family: 4 | 6 }> {
  try {
    const { address, family } = await lookup(host);
    return { address, family: family === 6 ? 6 : 4 };
  } catch (error) {
    const reason = systemCode(error) === "ENOTFOUND" ? "there is no such host" : "its address cannot be looked up now";
    throw new OutputError(`${name}: ${host}: ${reason}`);
  }
}
