/** The `tcp` object of a flow event, and the flow's state. */
import { BASE } from "../../record/layout.js";

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

const FLAG_NAMES = ["fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"] as const;

function flagsOf(u8: Uint8Array, o: number, direction: 0 | 1): number {
  return u8[o + BASE.initialTcpFlags[direction]]! | u8[o + BASE.unionTcpFlags[direction]]!;
}

const hexadecimal = (flags: number) => flags.toString(16).padStart(2, "0");

/** new: no answer; closed: both ends sent FIN or one RST; else established. */
export function flowState(u8: Uint8Array, o: number, toClient: number): "new" | "established" | "closed" {
  if (u8[o + BASE.protocolIdentifier] === 6) {
    const server = flagsOf(u8, o, 0);
    const client = flagsOf(u8, o, 1);
    if (((server | client) & RST) !== 0 || (server & client & FIN) !== 0) return "closed";
  }
  return toClient > 0 ? "established" : "new";
}

function tcpState(toServer: number, toClient: number): string {
  if (((toServer | toClient) & RST) !== 0 || (toServer & toClient & FIN) !== 0) return "closed";
  if (((toServer | toClient) & FIN) !== 0) return "fin_wait1";
  if ((toClient & (SYN | ACK)) !== 0) return (toServer & ACK) !== 0 ? "established" : "syn_recv";
  return (toServer & SYN) !== 0 ? "syn_sent" : "none";
}

/** `,"tcp":{...}` of the record at octet `o`. */
export function tcpText(u8: Uint8Array, o: number): string {
  const toServer = flagsOf(u8, o, 0);
  const toClient = flagsOf(u8, o, 1);
  const both = toServer | toClient;
  let text = `,"tcp":{"tcp_flags":"${hexadecimal(both)}","tcp_flags_ts":"${hexadecimal(toServer)}"`;
  text += `,"tcp_flags_tc":"${hexadecimal(toClient)}"`;
  for (let bit = 0; bit < 8; bit++) if ((both & (1 << bit)) !== 0) text += `,"${FLAG_NAMES[bit]}":true`;
  return `${text},"state":"${tcpState(toServer, toClient)}"}`;
}
