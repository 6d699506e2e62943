/**
 * SiLK's IP wildcards: `10.x.1-3,9.0-127`, `2001:db8::x`, a CIDR block, one address, or an IPv4 address as a number. All
 * are kept as eight groups of 16 bits, IPv4 in the last two behind ::ffff.
 */
import { UsageError } from "../errors.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { parseAddress } from "../text/parse_address.js";

/** Runs of the numbers that a group or octet may have: first and last, ascending, neither touching nor overlapping. */
export type Runs = readonly (readonly [number, number])[];

const ANY_GROUP: Runs = [[0, 0xffff]];
const ANY_OCTET: Runs = [[0, 0xff]];
const only = (value: number): Runs => [[value, value]];

export class IpWildcard {
  /** @param groups eight, most significant first */
  constructor(readonly groups: readonly Runs[]) {}

  /** Whether an address of four words at word `at` matches. */
  matches(words: Uint32Array, at = 0): boolean {
    return this.groups.every((runs, k) => {
      const word = words[at + (k >> 1)]!;
      const group = k % 2 === 0 ? word >>> 16 : word & 0xffff;
      return runs.some(([first, last]) => first <= group && group <= last);
    });
  }

  /** Ranges that `forEachRange` would visit. */
  get rangeCount(): number {
    const last = this.#lastPartial();
    return this.groups.slice(0, last).reduce((product, runs) => product * sizeOf(runs), this.groups[last]!.length);
  }

  /**
   * Visits the matching addresses as ranges in order: first address at word 0 of `range`, last at word 4; the array is
   * used again. There may be very many: look at `rangeCount` first.
   */
  forEachRange(visit: (range: Uint32Array) => void): void {
    const halves = new Uint16Array(16);
    const range = new Uint32Array(8);
    const partial = this.#lastPartial();
    halves.fill(0xffff, 8 + partial + 1);
    const emit = () => {
      for (let k = 0; k < 8; k++) range[k] = halves[2 * k]! * 0x10000 + halves[2 * k + 1]!;
      visit(range);
    };
    const descend = (k: number) => {
      for (const [first, last] of this.groups[k]!) {
        if (k === partial) {
          halves[k] = first;
          halves[8 + k] = last;
          emit();
          continue;
        }
        for (let value = first; value <= last; value++) {
          halves[k] = halves[8 + k] = value;
          descend(k + 1);
        }
      }
    };
    descend(0);
  }

  /** How many matching addresses are lower than an address, given as 128 bits; 2^128 counts all. */
  countBelow(address: bigint): bigint {
    let left = 1n;
    for (const runs of this.groups) left *= BigInt(sizeOf(runs));
    if (address >> 128n !== 0n) return left;
    let count = 0n;
    for (let k = 0; k < 8; k++) {
      const runs = this.groups[k]!;
      left /= BigInt(sizeOf(runs));
      const group = Number((address >> BigInt(112 - 16 * k)) & 0xffffn);
      const lower = runs.reduce((sum, [first, last]) => sum + Math.max(0, Math.min(last + 1, group) - first), 0);
      count += BigInt(lower) * left;
      if (!runs.some(([first, last]) => first <= group && group <= last)) return count;
    }
    return count;
  }

  /** The last group that is not free. */
  #lastPartial(): number {
    let last = 7;
    while (last > 0 && sizeOf(this.groups[last]!) === 0x10000) last -= 1;
    return last;
  }
}

function sizeOf(runs: Runs): number {
  return runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** @throws UsageError whose message is the reason alone */
export function parseWildcard(text: string): IpWildcard {
  const trimmed = text.trim();
  if (trimmed === "") throw new UsageError("Empty IP wildcard");
  const slash = trimmed.indexOf("/");
  if (slash >= 0) return parseBlock(trimmed.slice(0, slash), trimmed.slice(slash + 1));
  if (trimmed.includes(":")) return new IpWildcard(ipv6Groups(trimmed));
  if (/^\d+$/.test(trimmed)) return parseBlock(trimmed, undefined);
  return new IpWildcard([...mappedGroups(), ...ipv4Groups(trimmed)]);
}

function mappedGroups(): Runs[] {
  return [0, 0, 0, 0, 0, MAPPED_IPV4].map(only);
}

function parseBlock(address: string, prefixText: string | undefined): IpWildcard {
  if (/[xX,]|-/.test(address)) throw new UsageError("A CIDR prefix may not follow a wildcard");
  const words = parseAddress(address);
  const most = address.includes(":") ? 128 : 32;
  const prefix = prefixText === undefined ? most : decimal(prefixText, most, "CIDR prefix");
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  return new IpWildcard(
    groups.map((group, k) => {
      const free = 0x10000 >> Math.min(16, Math.max(0, prefix + 128 - most - 16 * k));
      const first = group - (group % free);
      return [[first, first + free - 1]];
    }),
  );
}

function ipv4Groups(text: string): Runs[] {
  const parts = text.split(".");
  if (parts.length < 4) throw new UsageError("Too few octets in IPv4 address");
  if (parts.length > 4) throw new UsageError("Too many octets in IPv4 address");
  const octets = parts.map((part) => parseList(part, ANY_OCTET, (digits) => decimal(digits, 255, "octet")));
  return [joined(octets[0]!, octets[1]!), joined(octets[2]!, octets[3]!)];
}

/** The group whose octets are of two lists. */
function joined(high: Runs, low: Runs): Runs {
  const runs: [number, number][] = [];
  for (const [first, last] of high) {
    for (let octet = first; octet <= last; octet++) {
      for (const [from, to] of low) append(runs, octet * 256 + from, octet * 256 + to);
    }
  }
  return runs;
}

function append(runs: [number, number][], first: number, last: number): void {
  const before = runs.at(-1);
  if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
  else runs.push([first, last]);
}

function ipv6Groups(text: string): Runs[] {
  const halves = text.split("::");
  if (halves.length > 2) throw new UsageError("Only one '::' may be in an IPv6 address");
  const left = halfGroups(halves[0]!, halves.length === 1 ? "last" : "first");
  const right = halves.length === 2 ? halfGroups(halves[1]!, "last") : [];
  const missing = 8 - left.length - right.length;
  if (missing < (halves.length === 2 ? 1 : 0)) throw new UsageError("Too many groups in IPv6 address");
  if (halves.length === 1 && missing > 0) throw new UsageError("Too few groups in IPv6 address");
  return [...left, ...new Array<Runs>(missing).fill(only(0)), ...right];
}

/** Groups of what is before or behind `::`; the last of an address may be a dotted IPv4 one. */
function halfGroups(text: string, half: "first" | "last"): Runs[] {
  if (text === "") return [];
  const parts = text.split(":");
  return parts.flatMap((part, k) => {
    if (half === "last" && k === parts.length - 1 && part.includes(".")) return ipv4Groups(part);
    return [parseList(part, ANY_GROUP, hexadecimal)];
  });
}

/** `x`, or numbers and ranges with commas. */
function parseList(text: string, any: Runs, parse: (digits: string) => number): Runs {
  if (text === "x" || text === "X") return any;
  const given = text.split(",").map((item): [number, number] => {
    const ends = item.split("-");
    if (ends.length > 2 || ends.includes("")) throw new UsageError(`Unexpected text '${item || text}' in IP wildcard`);
    const first = parse(ends[0]!);
    const last = ends.length === 2 ? parse(ends[1]!) : first;
    if (last < first) throw new UsageError(`Range '${item}' is invalid: end is less than start`);
    return [first, last];
  });
  const runs: [number, number][] = [];
  for (const [first, last] of given.sort((a, b) => a[0] - b[0])) append(runs, first, last);
  return runs;
}

function decimal(text: string, most: number, what: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`Unexpected text '${text}' in place of ${what}`);
  const value = Number(text);
  if (value > most) throw new UsageError(`Invalid ${what}: Value is above maximum of ${most}`);
  return value;
}

function hexadecimal(text: string): number {
  if (!/^[0-9a-fA-F]{1,4}$/.test(text)) throw new UsageError(`Unexpected text '${text}' in place of IPv6 group`);
  return Number.parseInt(text, 16);
}
