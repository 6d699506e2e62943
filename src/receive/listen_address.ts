/** `--listen`: where messages come in, and of which protocols. */
import { isIP } from "node:net";
import { UsageError } from "../errors.js";
import { EVERY_PROTOCOL, type ExportProtocol } from "./protocols.js";

export type ListenTransport = "udp" | "tcp" | "tls";

export interface ListenAddress {
  /** As the user wrote it: the listener's name in messages and metrics. */
  readonly name: string;
  readonly protocols: readonly ExportProtocol[];
  readonly transport: ListenTransport;
  /** An address without brackets, or a name. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** Words before the `+`: what is taken there. */
const SCHEMES: Readonly<Record<string, readonly ExportProtocol[]>> = {
  netflow: ["netflow5", "netflow7", "netflow9", "ipfix", "nfdump"],
  netflow5: ["netflow5"],
  netflow9: ["netflow9"],
  ipfix: ["ipfix"],
  nfdump: ["nfdump"],
  sflow: ["sflow"],
  any: EVERY_PROTOCOL,
};

/** RFC 7011 section 10, sFlow.org, nfpcapd's manual, and common practice. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "ipfix+tls": 4740,
  ipfix: 4739,
  netflow: 2055,
  netflow5: 2055,
  netflow9: 2055,
  nfdump: 9995,
  sflow: 6343,
};

/** Streams carry IPFIX only: the other formats say nothing of the length of a message. */
const STREAM_SCHEMES = ["ipfix"];

/**
 * Reads one `--listen` argument: `SCHEME+TRANSPORT://HOST[:PORT]`.
 *
 * @throws UsageError naming the argument and what would be understood
 */
export function parseListenAddress(text: string): ListenAddress {
  const wrong = (reason: string) => new UsageError(`--listen ${text}: ${reason}`);
  const url = /^([a-z0-9]+)\+([a-z]+):\/\/(.*)$/.exec(text);
  if (url === null) throw wrong("expected SCHEME+TRANSPORT://HOST:PORT, such as netflow+udp://0.0.0.0:2055");
  const [, scheme, transportName, rest] = url as unknown as [string, string, string, string];
  const protocols = SCHEMES[scheme];
  if (protocols === undefined) throw wrong(`'${scheme}' is none of ${Object.keys(SCHEMES).join(", ")}`);
  const transports: readonly ListenTransport[] = STREAM_SCHEMES.includes(scheme) ? ["udp", "tcp", "tls"] : ["udp"];
  const transport = transports.find((each) => each === transportName);
  if (transport === undefined) throw wrong(`${scheme} comes over ${transports.join(", ")}, not over ${transportName}`);
  const place = /^(\[[^\]]*\]|[^:[\]/?#]+)(?::(\d{1,5}))?\/?$/.exec(rest);
  if (place === null) throw wrong("expected HOST:PORT after ://, IPv6 addresses in brackets");
  const host = place[1]!.replace(/^\[|\]$/g, "");
  if (place[1]!.startsWith("[") && isIP(host) !== 6) throw wrong(`'${host}' is no IPv6 address`);
  const given = place[2] === undefined ? undefined : Number(place[2]);
  const port = given ?? DEFAULT_PORTS[`${scheme}+${transport}`] ?? DEFAULT_PORTS[scheme];
  if (port === undefined) throw wrong(`${scheme} has no usual port: write HOST:PORT`);
  if (port > 65535) throw wrong(`port ${port} is not in 0 to 65535`);
  return { name: text, protocols, transport, host, port };
}

/** `192.0.2.1:2055`, `[2001:db8::1]:2055` */
export function placeText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
