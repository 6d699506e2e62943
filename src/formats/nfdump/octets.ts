/** Numbers and addresses as nfdump's files hold them: little-endian, addresses as numbers of 32 and 64 bits. */
import type { RecordValues } from "./record_rows.js";

/** A 64-bit number; beyond 2^53 the nearest that a number can be, at most 2^63 - 1024. */
export function readNumber(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return (high & 0x7fff_ffff) * 4294967296 + view.getUint32(at, true);
}

/** Writes the four words of an IPv6 address, which stands as two numbers, the upper one first. */
export function readIpv6(view: DataView, at: number, words: Uint32Array, to: number): void {
  words[to] = view.getUint32(at + 4, true);
  words[to + 1] = view.getUint32(at, true);
  words[to + 2] = view.getUint32(at + 12, true);
  words[to + 3] = view.getUint32(at + 8, true);
}

/** Writes an IPv4 address as the last of four words. */
export function readIpv4(view: DataView, at: number, words: Uint32Array, to: number): void {
  words[to] = words[to + 1] = words[to + 2] = 0;
  words[to + 3] = view.getUint32(at, true);
}

export function setNextHop(view: DataView, at: number, version: 4 | 6, values: RecordValues): void {
  values.nextHopVersion = version;
  const address = version === 4 ? readIpv4 : readIpv6;
  address(view, at, values.nextHop, 0);
}
