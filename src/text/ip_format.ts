/**
 * `--ip-format`: how SiLK's tools print addresses. An address is four numbers of 32 bits, most significant first; IPv4
 * is ::ffff:a.b.c.d, as in src/record/columns.ts.
 */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { ipv6WordsText } from "./address.js";

export const IP_FORMAT_SWITCHES: readonly Switch[] = [
  {
    name: "ip-format",
    argument: "FORMAT,…",
    values: ["canonical", "no-mixed", "decimal", "hexadecimal", "zero-padded", "map-v4", "unmap-v6", "force-ipv6"],
    group: "Table",
    help:
      "How to print addresses: canonical, no-mixed, decimal, hexadecimal, zero-padded, map-v4, unmap-v6, force-ipv6; " +
      "several with commas",
    fallback: "SILK_IP_FORMAT, or canonical",
  },
  { name: "integer-ips", group: "Table", help: "The same as --ip-format=decimal", legacy: true },
  { name: "zero-pad-ips", group: "Table", help: "The same as --ip-format=zero-padded", legacy: true },
];

/** How the digits are written. */
export type IpNotation = "canonical" | "no-mixed" | "decimal" | "hexadecimal";

export interface IpFormat {
  readonly notation: IpNotation;
  /** All addresses of a version have the same number of characters. */
  readonly padding: "none" | "zeros";
  /** Print IPv4 addresses as IPv6. */
  readonly ipv4: "as-ipv4" | "as-ipv6";
}

export const CANONICAL: IpFormat = { notation: "canonical", padding: "none", ipv4: "as-ipv4" };

const NAMES = [
  "canonical",
  "no-mixed",
  "decimal",
  "hexadecimal",
  "zero-padded",
  "map-v4",
  "unmap-v6",
  "force-ipv6",
] as const;

/**
 * Format that the switches ask for, or SILK_IP_FORMAT when they do not.
 *
 * @throws UsageError naming the switch
 */
export function ipFormat(args: Arguments): IpFormat {
  const given = args.value("ip-format");
  if (given !== undefined) return parseIpFormat(given);
  if (args.flag("integer-ips")) return { ...CANONICAL, notation: "decimal" };
  if (args.flag("zero-pad-ips")) return { ...CANONICAL, padding: "zeros" };
  return environmentFormat(process.env.SILK_IP_FORMAT);
}

/** The environment's choice; one that cannot be understood is as if it were not there, as SiLK's manual says. */
function environmentFormat(value: string | undefined): IpFormat {
  if (value === undefined || value === "") return CANONICAL;
  try {
    return parseIpFormat(value);
  } catch (error) {
    if (error instanceof UsageError) return CANONICAL;
    throw error;
  }
}

/** @throws UsageError naming the word that is unknown, ambiguous, or contradicts another */
export function parseIpFormat(list: string): IpFormat {
  let notation: IpNotation | undefined;
  let padding: IpFormat["padding"] = "none";
  let mapping: IpFormat["ipv4"] | undefined;
  for (const word of list.split(",").filter((each) => each !== "")) {
    const name = formatName(list, word);
    if (name === "zero-padded") padding = "zeros";
    else if (name === "map-v4" || name === "unmap-v6") {
      const wanted = name === "map-v4" ? "as-ipv6" : "as-ipv4";
      if (mapping !== undefined && mapping !== wanted) throw contradiction(list, name);
      mapping = wanted;
    } else {
      const wanted = name === "force-ipv6" ? "no-mixed" : name;
      if (notation !== undefined && notation !== wanted) throw contradiction(list, name);
      if (name === "force-ipv6") mapping = "as-ipv6";
      notation = wanted;
    }
  }
  return { notation: notation ?? "canonical", padding, ipv4: mapping ?? "as-ipv4" };
}

function formatName(list: string, word: string): (typeof NAMES)[number] {
  const lower = word.trim().toLowerCase();
  const exact = NAMES.find((name) => name === lower);
  if (exact !== undefined) return exact;
  const candidates = NAMES.filter((name) => name.startsWith(lower));
  if (candidates.length === 1) return candidates[0]!;
  const reason = candidates.length === 0 ? "Unrecognized value" : "Ambiguous value";
  throw new UsageError(`Invalid ip-format '${list}': ${reason} '${word}'`);
}

function contradiction(list: string, name: string): UsageError {
  return new UsageError(`Invalid ip-format '${list}': Value '${name}' contradicts another one`);
}

/** The version whose addresses a column shall have room for. */
export type AddressVersions = "ipv4" | "ipv4-and-ipv6";

/** Characters of the longest address. */
export function addressWidth(format: IpFormat, versions: AddressVersions): number {
  const wide = versions === "ipv4-and-ipv6" || format.ipv4 === "as-ipv6";
  if (format.notation === "decimal") return wide ? 39 : 10;
  if (format.notation === "hexadecimal") return wide ? 32 : 8;
  return wide ? 39 : 15;
}

/** Text of an address from its four words, most significant first. */
export type AddressFormatter = (w0: number, w1: number, w2: number, w3: number) => string;

/** A formatter for many addresses: the format is looked at once. */
export function addressFormatter(format: IpFormat): AddressFormatter {
  const ipv4 = ipv4Formatter(format);
  const ipv6 = ipv6Formatter(format);
  if (format.ipv4 === "as-ipv6") return ipv6;
  return (w0, w1, w2, w3) => (w0 === 0 && w1 === 0 && w2 === 0xffff ? ipv4(w3) : ipv6(w0, w1, w2, w3));
}

const OCTETS = Array.from({ length: 256 }, (_, octet) => String(octet));
const PADDED_OCTETS = OCTETS.map((text) => text.padStart(3, "0"));

function ipv4Formatter({ notation, padding }: IpFormat): (address: number) => string {
  const padded = padding === "zeros";
  if (notation === "decimal")
    return padded ? (address) => String(address).padStart(10, "0") : (address) => String(address);
  if (notation === "hexadecimal") return padded ? hexadecimal8 : (address) => address.toString(16);
  const octets = padded ? PADDED_OCTETS : OCTETS;
  return (address) =>
    `${octets[address >>> 24]}.${octets[(address >>> 16) & 0xff]}.${octets[(address >>> 8) & 0xff]}.${octets[address & 0xff]}`;
}

function ipv6Formatter({ notation, padding }: IpFormat): AddressFormatter {
  const padded = padding === "zeros";
  if (notation === "decimal") {
    const digits = padded ? 39 : 0;
    return (w0, w1, w2, w3) => wide(w0, w1, w2, w3).toString().padStart(digits, "0");
  }
  if (notation === "hexadecimal") {
    const all: AddressFormatter = (w0, w1, w2, w3) => [w0, w1, w2, w3].map(hexadecimal8).join("");
    return padded ? all : (w0, w1, w2, w3) => all(w0, w1, w2, w3).replace(/^0+(?=.)/, "");
  }
  if (padded) return (w0, w1, w2, w3) => [w0, w1, w2, w3].map(twoGroups).join(":");
  return notation === "canonical" ? mixedText : ipv6WordsText;
}

function wide(w0: number, w1: number, w2: number, w3: number): bigint {
  return (((((BigInt(w0) << 32n) | BigInt(w1)) << 32n) | BigInt(w2)) << 32n) | BigInt(w3);
}

function hexadecimal8(word: number): string {
  return word.toString(16).padStart(8, "0");
}

function twoGroups(word: number): string {
  const digits = hexadecimal8(word);
  return `${digits.slice(0, 4)}:${digits.slice(4)}`;
}

const dotted = ipv4Formatter(CANONICAL);

/** IPv4-mapped and IPv4-compatible addresses end in a dotted quad, where inet_ntop(3) writes them so. */
function mixedText(w0: number, w1: number, w2: number, w3: number): string {
  if (w0 === 0 && w1 === 0) {
    if (w2 === 0xffff) return `::ffff:${dotted(w3)}`;
    if (w2 === 0 && w3 > 0xffff) return `::${dotted(w3)}`;
  }
  return ipv6WordsText(w0, w1, w2, w3);
}
