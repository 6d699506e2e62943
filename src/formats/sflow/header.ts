/**
 * The header of a datagram of sFlow version 5 (sflow_version_5.txt, sample_datagram_v5).
 *
 *   | version 5 | address type | agent address, 4 or 16 octets | sub-agent | sequence | uptime, ms | samples | sample … |
 */
import { ipv6WordsText } from "../../text/address.js";

export const SFLOW_VERSION = 5;

/** What stands behind the agent's address. */
export interface SflowHeader {
  readonly subAgent: number;
  /** Number of the datagram. */
  readonly sequence: number;
  /** Milliseconds since the agent's start, modulo 2^32. */
  readonly uptime: number;
  readonly samples: number;
  /** Where the first sample begins. */
  readonly end: number;
}

/** Reads the header; `cut off` or `unknown address` when there is none. */
export function readSflowHeader(view: DataView): SflowHeader | "cut off" | "unknown address" {
  if (view.byteLength < 12) return "cut off";
  const type = view.getUint32(4);
  if (type !== 1 && type !== 2) return "unknown address";
  const at = type === 1 ? 12 : 24;
  if (view.byteLength < at + 16) return "cut off";
  return {
    subAgent: view.getUint32(at),
    sequence: view.getUint32(at + 4),
    uptime: view.getUint32(at + 8),
    samples: view.getUint32(at + 12),
    end: at + 16,
  };
}

/** The agent's address of a datagram whose header is whole: IPv4 dotted, IPv6 as RFC 5952. */
export function agentText(view: DataView): string {
  const word = (at: number) => view.getUint32(at);
  if (word(4) === 2) return ipv6WordsText(word(8), word(12), word(16), word(20));
  return `${view.getUint8(8)}.${view.getUint8(9)}.${view.getUint8(10)}.${view.getUint8(11)}`;
}
