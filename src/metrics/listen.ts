/** `--metrics`: where the endpoint listens. Light: loaded with every command that has the switch. */
import { isIPv4, isIPv6 } from "node:net";
import type { Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";

export const METRICS_SWITCHES: readonly Switch[] = [
  {
    name: "metrics",
    argument: "[HOST:]PORT",
    group: "Operation",
    help:
      "Serve /metrics for Prometheus, /healthz, /readyz and /version over HTTP at this address, on loopback unless a " +
      "host is given",
  },
];

/** Where to listen. */
export interface ListenAddress {
  /** An address without brackets, or a name. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

/**
 * Reads the argument of `--metrics`: `9469`, `0.0.0.0:9469`, `[::]:9469`, `sensor.example:9469`.
 *
 * @throws UsageError naming the switch
 */
export function parseListen(text: string): ListenAddress {
  const found = /^(?:(\[[^\]]*\]|[^:[\]]*):)?(\d{1,5})$/.exec(text);
  if (found === null) throw wrong(text, "expected PORT or HOST:PORT, IPv6 addresses in brackets");
  const port = Number(found[2]);
  if (port > 65535) throw wrong(text, `port ${port} is not in 0 to 65535`);
  const host = found[1] ?? LOOPBACK;
  if (host.startsWith("[")) {
    const address = host.slice(1, -1);
    if (!isIPv6(address)) throw wrong(text, `'${address}' is no IPv6 address`);
    return { host: address, port };
  }
  if (host === "") throw wrong(text, "the host is missing: [::] and 0.0.0.0 are all addresses");
  if (!isIPv4(host) && !isHostName(host)) throw wrong(text, `'${host}' is no address and no host name`);
  return { host, port };
}

/** RFC 1123 section 2.1; a name whose last label is a number is a mistyped IPv4 address. */
function isHostName(text: string): boolean {
  return (
    text.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(text)
  );
}

/** As it is written: `127.0.0.1:9469`, `[::1]:9469`. */
export function listenText({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function wrong(text: string, reason: string): UsageError {
  return new UsageError(`--metrics ${text}: ${reason}`);
}
