/** Addresses as text: IPv4 dotted, IPv6 as RFC 5952 recommends, MAC addresses in hexadecimal pairs. */
const DECIMAL = Array.from({ length: 256 }, (_, octet) => String(octet));
const HEXADECIMAL = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** The IPv4 address in the last 4 of the 16 octets at `at`. */
export function ipv4Text(octets: Uint8Array, at: number): string {
  const a = DECIMAL[octets[at + 12]!];
  const b = DECIMAL[octets[at + 13]!];
  const c = DECIMAL[octets[at + 14]!];
  return `${a}.${b}.${c}.${DECIMAL[octets[at + 15]!]}`;
}

/**
 * An IPv6 address of four words, most significant first; the longest run of two or more zero groups, the first of equals,
 * is `::`.
 */
export function ipv6WordsText(w0: number, w1: number, w2: number, w3: number): string {
  const words = [w0, w1, w2, w3];
  const group = (k: number) => (k & 1 ? words[k >> 1]! & 0xffff : words[k >> 1]! >>> 16);
  let bestStart = -1;
  let bestLength = 1;
  for (let k = 0; k < 8; ) {
    let end = k;
    while (end < 8 && group(end) === 0) end += 1;
    if (end - k > bestLength) {
      bestStart = k;
      bestLength = end - k;
    }
    k = end + 1;
  }
  let text = "";
  for (let k = 0; k < 8; k++) {
    if (k === bestStart) {
      text += "::";
      k += bestLength - 1;
      continue;
    }
    if (text !== "" && !text.endsWith(":")) text += ":";
    text += group(k).toString(16);
  }
  return text;
}

/** The IPv6 address in the 16 octets at `at`. */
export function ipv6Text(octets: Uint8Array, at: number): string {
  const word = (k: number) =>
    ((octets[at + k]! << 24) | (octets[at + k + 1]! << 16) | (octets[at + k + 2]! << 8) | octets[at + k + 3]!) >>> 0;
  return ipv6WordsText(word(0), word(4), word(8), word(12));
}

/** The address in the 16 octets at `at`: dotted for version 4. */
export function addressText(octets: Uint8Array, at: number, version: number): string {
  return version === 4 ? ipv4Text(octets, at) : ipv6Text(octets, at);
}

/** The MAC address in the 6 octets at `at`. */
export function macText(octets: Uint8Array, at: number): string {
  let text = HEXADECIMAL[octets[at]!]!;
  for (let k = 1; k < 6; k++) text += `:${HEXADECIMAL[octets[at + k]!]}`;
  return text;
}
