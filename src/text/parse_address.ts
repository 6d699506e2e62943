/** IP addresses from text. */
import { UsageError } from "../errors.js";
import { MAPPED_IPV4 } from "../record/columns.js";

/** The four 32-bit words of an address, first octets first; IPv4 is ::ffff:a.b.c.d. */
export type AddressWords = readonly [number, number, number, number];

const DIGITS = /^\d{1,10}$/;
const DOTTED = /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})\.(\d{1,10})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/**
 * Reads a dotted IPv4 address, an IPv6 address, or an IPv4 address as one decimal number; blanks around are skipped and
 * leading zeros mean nothing.
 *
 * @throws UsageError whose message is the reason alone
 */
export function parseAddress(text: string): AddressWords {
  const trimmed = text.trim();
  if (trimmed.includes(":")) return parseIpv6(trimmed);
  if (DIGITS.test(trimmed)) {
    const value = Number(trimmed);
    if (value > 0xffff_ffff) throw new UsageError("Value is above maximum of 4294967295");
    return [0, 0, MAPPED_IPV4, value];
  }
  return [0, 0, MAPPED_IPV4, parseDotted(trimmed)];
}

function parseDotted(text: string): number {
  const parts = DOTTED.exec(text);
  if (parts === null) throw notAnAddress(text);
  let value = 0;
  for (const part of parts.slice(1)) {
    const octet = Number(part);
    if (octet > 255) throw new UsageError("Invalid IP octet: Value is above maximum of 255");
    value = value * 256 + octet;
  }
  return value;
}

function parseIpv6(text: string): AddressWords {
  const halves = text.split("::");
  if (halves.length > 2) throw notAnAddress(text);
  const left = groupsOf(halves[0]!, text);
  const right = halves.length === 2 ? groupsOf(halves[1]!, text) : [];
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) throw notAnAddress(text);
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right];
  const word = (k: number) => groups[2 * k]! * 0x1_0000 + groups[2 * k + 1]!;
  return [word(0), word(1), word(2), word(3)];
}

/** The 16-bit groups between colons; the last may be a dotted IPv4 address, which is two. */
function groupsOf(text: string, whole: string): number[] {
  if (text === "") return [];
  const parts = text.split(":");
  return parts.flatMap((part, k) => {
    if (k === parts.length - 1 && part.includes(".") && whole.endsWith(part)) {
      const value = parseDotted(part);
      return [value >>> 16, value & 0xffff];
    }
    if (!GROUP.test(part)) throw notAnAddress(whole);
    return [Number.parseInt(part, 16)];
  });
}

function notAnAddress(text: string): UsageError {
  return new UsageError(text === "" ? "Empty address" : `'${text}' is not an IP address`);
}
