/** Tunnel kinds by name, and the UDP port that tells a tunnel's kind in an exported record. */
import { TUNNELS } from "./layout.js";

type TunnelName = (typeof TUNNELS)[number];

/** Value of `tunnel` by name. */
export const TUNNEL = Object.fromEntries(TUNNELS.map((name, value) => [name, value])) as Readonly<
  Record<TunnelName, number>
>;

/** Registered UDP destination port of the tunnels over UDP, by value of `tunnel`. */
export const OUTER_PORTS: Readonly<Record<number, number>> = {
  [TUNNEL.vxlan]: 4789,
  [TUNNEL.geneve]: 6081,
  [TUNNEL.gtpu]: 2152,
  [TUNNEL.teredo]: 3544,
  [TUNNEL.l2tp]: 1701,
};
