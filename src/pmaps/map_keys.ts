/** Keys of prefix maps as text: addresses, and protocol and port as `6/80`. */
import { UsageError } from "../errors.js";
import type { PrefixMapKey } from "../formats/silk/prefix_map.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { isMapped } from "../sets/mapped.js";
import { numberFormatter } from "../sets/print_set.js";
import { addressWidth, CANONICAL, type IpFormat } from "../text/ip_format.js";
import { parseAddress } from "../text/parse_address.js";
import type { KeyRange } from "./prefix_tree.js";

const HIGHEST_PROTOCOL = 255;
const HIGHEST_PORT = 65535;

/** One number for a protocol and a port. */
export function protocolPort(protocol: number, port: number): Uint32Array {
  return Uint32Array.of(protocol * 65536 + port);
}

/**
 * The key that a text names.
 *
 * @throws UsageError whose message is the reason alone
 */
export function parseMapKey(text: string, key: PrefixMapKey): Uint32Array {
  if (key === "proto-port") return parseProtocolPort(text, "only").first;
  const words = Uint32Array.from(parseAddress(text));
  if (key === "ipv6") return words;
  if (!isMapped(words, 0)) throw new UsageError(`'${text}' is an IPv6 address, and the map is of IPv4 addresses`);
  return words.subarray(3);
}

/** The keys of a CIDR block, an address, or a protocol with all of its ports. */
export function parseMapBlock(text: string, key: PrefixMapKey): KeyRange {
  if (key === "proto-port") return parseProtocolPort(text, "all");
  const slash = text.indexOf("/");
  if (slash < 0) {
    const first = parseMapKey(text, key);
    return { first, last: first };
  }
  const address = text.slice(0, slash);
  const words = parseMapKey(address, key);
  const most = address.includes(":") ? 128 : 32;
  const prefix = numberUpTo(text.slice(slash + 1), most, "CIDR prefix");
  // Of an IPv4 block in a map of IPv6 addresses, the prefix counts from bit 96 on.
  const from = prefix + 32 * words.length - most;
  const first = words.slice();
  const last = words.slice();
  for (let word = 0; word < words.length; word++) {
    const free = Math.max(0, Math.min(32, 32 * (word + 1) - from));
    const low = free === 32 ? 0xffff_ffff : 2 ** free - 1;
    first[word]! &= ~low;
    last[word]! |= low;
  }
  return { first, last };
}

function parseProtocolPort(text: string, ports: "all" | "only"): KeyRange {
  const [protocolText = "", portText, more] = text.split("/");
  if (more !== undefined) throw new UsageError(`'${text}' is not a protocol and a port joined by '/'`);
  const protocol = numberUpTo(protocolText, HIGHEST_PROTOCOL, "protocol");
  if (portText !== undefined) {
    const only = protocolPort(protocol, numberUpTo(portText, HIGHEST_PORT, "port"));
    return { first: only, last: only };
  }
  if (ports === "only") throw new UsageError(`'${text}' has no port: expected PROTOCOL/PORT`);
  return { first: protocolPort(protocol, 0), last: protocolPort(protocol, HIGHEST_PORT) };
}

function numberUpTo(text: string, most: number, what: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`'${text}' is not a ${what}`);
  const value = Number(text);
  if (value > most) throw new UsageError(`Invalid ${what}: Value is above maximum of ${most}`);
  return value;
}

/** Orders two keys of one map. */
export function compareKeys(a: Uint32Array, b: Uint32Array): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
  return 0;
}

/** What prints keys of a map. */
export function keyFormatter(key: PrefixMapKey, ip: IpFormat = CANONICAL): (words: Uint32Array) => string {
  if (key === "proto-port") return (words) => `${words[0]! >>> 16}/${words[0]! & 0xffff}`;
  return numberFormatter(key === "ipv4" ? 4 : 6, ip);
}

/** Characters of the longest key. */
export function keyWidth(key: PrefixMapKey, ip: IpFormat): number {
  if (key === "proto-port") return "255/65535".length;
  return addressWidth(ip, key === "ipv4" ? "ipv4" : "ipv4-and-ipv6");
}

/** A map's key as the four words of an address. */
export function asAddress(words: Uint32Array): readonly [number, number, number, number] {
  if (words.length === 1) return [0, 0, MAPPED_IPV4, words[0]!];
  return [words[0]!, words[1]!, words[2]!, words[3]!];
}
