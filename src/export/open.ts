import { isIPv4 } from "node:net";
import { OutputError, UsageError } from "../errors.js";
import type { Encoder, MessageEncoder } from "../formats/encoder.js";
import type { IpfixEncoder } from "../formats/ipfix/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { CollectorGroup } from "./collector_group.js";
import type { Destination, Format } from "./destination.js";
import type { Exporter, NetworkExporter } from "./exporter.js";
import { networkReason } from "./network_reason.js";
import type { OutputOptions } from "./options.js";

/** Milliseconds that the metering of a capture may be held up by a collector that takes nothing. */
const PATIENCE = 5_000;
/** IP and UDP headers in a datagram. A name may stand for an address of either family, now or later. */
const DATAGRAM_HEADERS = { ipv4: 28, ipv6: 48 } as const;
/** Octets of an IPFIX message where no datagram limits it. */
const STREAM_MESSAGE = 65_000;

// Formats and transports are loaded where they are used: TLS and the hashes of JSON alone cost more time at the start
// than metering a small capture.

/** Names of the meter's interfaces by slot, as far as they are known. */
export type InterfaceNames = (slot: number) => string;

/**
 * Opens every output, or none: when one fails those opened before are given up.
 *
 * @throws OutputError naming the output: folder not writable, host unknown, no route; UsageError when a format cannot
 *   tell the sampling
 */
export async function openOutputs(options: OutputOptions, interfaceName: InterfaceNames): Promise<Exporter[]> {
  const opened: Exporter[] = [];
  const members: NetworkExporter[] = [];
  try {
    for (const destination of options.destinations) {
      if (destination.kind !== "network") opened.push(await open(destination, options, interfaceName));
      else if (options.collectors === "all") opened.push(await openNetwork(destination, options));
      else members.push(await openNetwork(destination, options));
    }
  } catch (error) {
    for (const exporter of [...opened, ...members]) exporter.abort();
    throw error;
  }
  if (options.collectors !== "all") {
    const group = await grouped(options.collectors, members);
    await group.known();
    opened.push(group);
  }
  return opened;
}

async function grouped(
  use: "load-balance" | "fail-over",
  members: readonly NetworkExporter[],
): Promise<CollectorGroup> {
  if (use === "load-balance") {
    const { LoadBalance } = await import("./load_balance.js");
    return new LoadBalance(members);
  }
  const { FailOver } = await import("./fail_over.js");
  return new FailOver(members);
}

async function open(
  destination: Exclude<Destination, NetworkDestination>,
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
        standing: await standingRecords(options),
      });
    }
  }
}

type NetworkDestination = Extract<Destination, { kind: "network" }>;

async function openNetwork(destination: NetworkDestination, options: OutputOptions): Promise<NetworkExporter> {
  const { name, host, port, transport } = destination;
  const { queueLimit, congested, unresolved } = options;
  const common = { name, host, port, queueLimit, congested, patience: PATIENCE };
  if (transport !== "udp") {
    if (unresolved === "refuse") await checkName(name, host);
    const { StreamExporter } = await import("./stream_exporter.js");
    const encoder = await ipfixEncoder(options, STREAM_MESSAGE, 0);
    return new StreamExporter({ ...common, ...(transport === "tls" ? { tls: options.tls } : {}) }, encoder);
  }
  const maxMessage = options.mtu - DATAGRAM_HEADERS[isIPv4(host) ? "ipv4" : "ipv6"];
  const { UdpExporter } = await import("./udp_exporter.js");
  const encoder = await datagramEncoder(destination, options, maxMessage);
  const templateRefresh = options.templateRefreshSeconds * 1000;
  return UdpExporter.open({ ...common, unresolved, templateRefresh }, encoder);
}

async function datagramEncoder(
  { format, name }: NetworkDestination,
  options: OutputOptions,
  maxMessage: number,
): Promise<MessageEncoder> {
  const { sampling, observationDomain, templateRefreshMessages } = options;
  if (format === "ipfix") return ipfixEncoder(options, maxMessage, templateRefreshMessages);
  if (format === "netflow5") {
    const { LARGEST_V5_INTERVAL } = await import("../formats/netflow/sampling.js");
    if (sampling !== undefined && sampling.interval > LARGEST_V5_INTERVAL)
      throw new UsageError(
        `${name}: NetFlow v5 tells sampling intervals of up to ${LARGEST_V5_INTERVAL}, not 1/${sampling.interval}: use netflow9 or ipfix`,
      );
    const { NetFlow5Encoder } = await import("../formats/netflow/v5.js");
    return new NetFlow5Encoder({ maxMessage, engineId: observationDomain & 0xff, sampling });
  }
  const { NetFlow9Encoder } = await import("../formats/netflow/v9.js");
  return new NetFlow9Encoder({
    maxMessage,
    sourceId: observationDomain,
    templateRefreshPackets: templateRefreshMessages,
    sampling,
  });
}

async function ipfixEncoder(
  options: OutputOptions,
  maxMessage: number,
  templateRefreshPackets: number,
): Promise<IpfixEncoder> {
  const { IpfixEncoder } = await import("../formats/ipfix/encoder.js");
  return new IpfixEncoder({
    maxMessage,
    domain: options.observationDomain,
    timestamps: options.timestamps ?? "milliseconds",
    templateRefreshPackets,
    standing: await standingRecords(options),
  });
}

/** What IPFIX tells with its templates. */
async function standingRecords({ sampling }: OutputOptions): Promise<readonly OptionsRecord[]> {
  if (sampling === undefined) return [];
  const { samplingRecord } = await import("../formats/ipfix/sampling.js");
  return [samplingRecord(sampling)];
}

/** Looks a stream's collector up before anything is metered, so that a wrong name is not found out at the end. */
async function checkName(name: string, host: string): Promise<void> {
  const { CollectorName } = await import("./collector_name.js");
  try {
    await new CollectorName(host).look();
  } catch (error) {
    throw new OutputError(`${name}: ${host}: ${networkReason(error)}`);
  }
}
