/** Text of addresses as they lie in memory, in wire order. */

const OCTETS = Array.from({ length: 256 }, (_, octet) => String(octet));
const HEX_OCTETS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Dotted IPv4 address of the four octets at `at`. */
export function ipv4Text(u8: Uint8Array, at: number): string {
  return `${OCTETS[u8[at]!]}.${OCTETS[u8[at + 1]!]}.${OCTETS[u8[at + 2]!]}.${OCTETS[u8[at + 3]!]}`;
}

/** IPv6 address of the 16 octets at `at`, in the one form that RFC 5952 section 4 allows. */
export function ipv6Text(u8: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let group = 0; group < 8; group++) groups.push((u8[at + group * 2]! << 8) | u8[at + group * 2 + 1]!);
  const [start, length] = longestZeroRun(groups);
  if (length < 2) return groups.map(hex).join(":");
  return `${groups.slice(0, start).map(hex).join(":")}::${groups
    .slice(start + length)
    .map(hex)
    .join(":")}`;
}

/** Address of a record's 16 octets: IPv4 where `ipVersion` is 4, because those are kept v4-mapped. */
export function addressText(u8: Uint8Array, at: number, ipVersion: number): string {
  return ipVersion === 4 ? ipv4Text(u8, at + 12) : ipv6Text(u8, at);
}

/** MAC address of the six octets at `at`. */
export function macText(u8: Uint8Array, at: number): string {
  let text = HEX_OCTETS[u8[at]!]!;
  for (let octet = 1; octet < 6; octet++) text += `:${HEX_OCTETS[u8[at + octet]!]}`;
  return text;
}

/** First and longest run of zero groups: start and length. */
function longestZeroRun(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best[1]) best = [start, end - start];
    start = Math.max(start, end - 1);
  }
  return best;
}

function hex(group: number): string {
  return group.toString(16);
}
