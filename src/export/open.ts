import { OutputError, systemCode } from "../errors.js";
import type { Encoder } from "../formats/encoder.js";
import type { IpfixEncoder } from "../formats/ipfix/encoder.js";
import type { Destination, Format } from "./destination.js";
import type { Exporter } from "./exporter.js";
import type { OutputOptions } from "./options.js";

/** Milliseconds that the metering of a capture may be held up by a collector that takes nothing. */
const PATIENCE = 5_000;
/** IP and UDP headers in a datagram. */
const DATAGRAM_HEADERS = { 4: 28, 6: 48 } as const;
/** Octets of an IPFIX message where no datagram limits it. */
const STREAM_MESSAGE = 65_000;

// Formats and transports are loaded where they are used: TLS and the hashes of JSON alone cost more time at the start
// than metering a small capture.

/** Names of the meter's interfaces by slot, as far as they are known. */
export type InterfaceNames = (slot: number) => string;

/**
 * Opens every output, or none: when one fails those opened before are given up.
 *
 * @throws OutputError naming the output: folder not writable, host unknown, no route
 */
export async function openOutputs(options: OutputOptions, interfaceName: InterfaceNames): Promise<Exporter[]> {
  const opened: Exporter[] = [];
  try {
    for (const destination of options.destinations) opened.push(await open(destination, options, interfaceName));
  } catch (error) {
    for (const exporter of opened) exporter.abort();
    throw error;
  }
  return opened;
}

async function open(
  destination: Destination,
  options: OutputOptions,
  interfaceName: InterfaceNames,
): Promise<Exporter> {
  switch (destination.kind) {
    case "null": {
      const { NullExporter } = await import("./null_exporter.js");
      return new NullExporter();
    }
    case "file": {
      const { openFile } = await import("./open_file.js");
      return openFile(destination.path, await fileEncoder(destination.format, options, interfaceName));
    }
    case "stdout": {
      const { PipeExporter } = await import("./pipe_exporter.js");
      const encoder = await fileEncoder(destination.format, options, interfaceName);
      return new PipeExporter("standard output", process.stdout, encoder);
    }
    case "network":
      return openNetwork(destination, options);
  }
}

async function fileEncoder(format: Format, options: OutputOptions, interfaceName: InterfaceNames): Promise<Encoder> {
  const { groups, fields } = options;
  switch (format) {
    case "json": {
      const { JsonEncoder } = await import("../formats/json/encoder.js");
      return new JsonEncoder({ groups, interfaceName });
    }
    case "csv": {
      const { CsvEncoder } = await import("../formats/csv/encoder.js");
      return new CsvEncoder(groups, fields);
    }
    case "text": {
      const { TableEncoder } = await import("../formats/text/encoder.js");
      return new TableEncoder(groups, fields);
    }
    default: {
      const { IpfixEncoder } = await import("../formats/ipfix/encoder.js");
      return new IpfixEncoder({
        maxMessage: STREAM_MESSAGE,
        domain: options.observationDomain,
        timestamps: options.timestamps ?? "microseconds",
      });
    }
  }
}

type NetworkDestination = Extract<Destination, { kind: "network" }>;

async function openNetwork(destination: NetworkDestination, options: OutputOptions): Promise<Exporter> {
  const { name, host, port, transport } = destination;
  const { address, family } = await resolve(name, host);
  const common = { name, port, queueLimit: options.queueLimit, patience: PATIENCE };
  if (transport !== "udp") {
    const { StreamExporter } = await import("./stream_exporter.js");
    const encoder = await ipfixEncoder(options, STREAM_MESSAGE, { seconds: 0, messages: 0 });
    return new StreamExporter({ ...common, host, ...(transport === "tls" ? { tls: options.tls } : {}) }, encoder);
  }
  const maxMessage = options.mtu - DATAGRAM_HEADERS[family];
  const { UdpExporter } = await import("./udp_exporter.js");
  const encoder = await datagramEncoder(destination.format, options, maxMessage);
  return UdpExporter.open({ ...common, address, family }, encoder);
}

async function datagramEncoder(format: Format, options: OutputOptions, maxMessage: number): Promise<Encoder> {
  const refresh = { seconds: options.templateRefreshSeconds, messages: options.templateRefreshMessages };
  if (format === "ipfix") return ipfixEncoder(options, maxMessage, refresh);
  if (format === "netflow5") {
    const { NetFlow5Encoder } = await import("../formats/netflow/v5.js");
    return new NetFlow5Encoder({ maxMessage, engineId: options.observationDomain & 0xff });
  }
  const { NetFlow9Encoder } = await import("../formats/netflow/v9.js");
  return new NetFlow9Encoder({
    maxMessage,
    sourceId: options.observationDomain,
    templateRefreshPackets: refresh.messages,
    templateRefreshSeconds: refresh.seconds,
  });
}

async function ipfixEncoder(
  options: OutputOptions,
  maxMessage: number,
  refresh: { seconds: number; messages: number },
): Promise<IpfixEncoder> {
  const { IpfixEncoder } = await import("../formats/ipfix/encoder.js");
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
  const { lookup } = await import("node:dns/promises");
  try {
    const { address, family } = await lookup(host);
    return { address, family: family === 6 ? 6 : 4 };
  } catch (error) {
    const reason = systemCode(error) === "ENOTFOUND" ? "there is no such host" : "its address cannot be looked up now";
    throw new OutputError(`${name}: ${host}: ${reason}`);
  }
}
