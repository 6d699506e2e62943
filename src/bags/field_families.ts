/** Which types of keys belong together. */

/** IPv4 types and the IPv6 types of the same meaning. */
export const IPV6_OF: Readonly<Record<string, string>> = {
  sIPv4: "sIPv6",
  dIPv4: "dIPv6",
  nhIPv4: "nhIPv6",
  "any-IPv4": "any-IPv6",
};

/** Types of which any two have the type behind them in common. */
export const MERGED: readonly (readonly [readonly string[], string])[] = [
  [Object.keys(IPV6_OF), "any-IPv4"],
  [Object.values(IPV6_OF), "any-IPv6"],
  [["sPort", "dPort", "any-port"], "any-port"],
  [["input", "output", "any-snmp"], "any-snmp"],
  [["sTime", "eTime", "any-time"], "any-time"],
  [["sip-country", "dip-country", "any-country"], "any-country"],
  [["sip-pmap", "dip-pmap", "any-ip-pmap"], "any-ip-pmap"],
  [["sport-pmap", "dport-pmap", "any-port-pmap"], "any-port-pmap"],
  [["flags", "initialFlags", "sessionFlags"], "flags"],
];
