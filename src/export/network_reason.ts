import { systemCode, systemReason } from "../errors.js";

/** What the system's network errors mean to somebody who runs an exporter. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there (connection refused)",
  ECONNRESET: "the collector broke the connection off",
  EPIPE: "the collector closed the connection",
  ETIMEDOUT: "the collector does not answer",
  EHOSTUNREACH: "no route to the collector",
  ENETUNREACH: "no route to the collector",
  EMSGSIZE: "the datagram is larger than the path allows: lower --mtu",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its address cannot be looked up now",
};

/** Errors of a certificate that does not convince us, by Node's and OpenSSL's codes. Trying again does not help. */
const DISTRUST =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?|UNABLE_TO_\w+|CERT_\w+|INVALID_\w+|HOSTNAME_MISMATCH)$/;

/** One line on why a collector cannot be reached. */
export function networkReason(error: unknown): string {
  const code = systemCode(error) ?? "";
  const alert = /alert ([a-z ]+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (alert !== undefined) return `the collector refused the TLS session: ${alert.trim()}`;
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return "the collector does not speak TLS on this port";
  const reason = REASONS[code] ?? systemReason(error).split("\n")[0]!;
  return isDistrust(error) ? `the collector's certificate is not trusted: ${reason}` : reason;
}

/** Whether the connection failed because we do not trust the collector's certificate. */
export function isDistrust(error: unknown): boolean {
  return DISTRUST.test(systemCode(error) ?? "");
}

/** Whether the collector ended the TLS session by an alert: what it was sent in this session it has not taken. */
export function isRefusal(error: unknown): boolean {
  return /^ERR_SSL_.*ALERT/.test(systemCode(error) ?? "");
}
