/** Host names as text in a column: whoever runs a name server for an address says what its name is. */

/** Octets of the longest name (RFC 1035 section 2.3.4). */
const LONGEST_NAME = 255;

/**
 * The name with whatever is no printable ASCII character, a blank, a backslash or the delimiter written as `\DDD`
 * (RFC 1035 section 5.1). Undefined for an empty name, one that is too long, and one that no escape keeps the delimiter
 * out of.
 */
export function safeName(name: string, delimiter: string): string | undefined {
  const plain = name.endsWith(".") ? name.slice(0, -1) : name;
  const octets = Buffer.from(plain);
  if (octets.length === 0 || octets.length > LONGEST_NAME) return undefined;
  let text = "";
  for (const octet of octets) {
    const character = String.fromCharCode(octet);
    const isPlain = octet > 0x20 && octet < 0x7f && character !== "\\" && character !== delimiter;
    text += isPlain ? character : `\\${String(octet).padStart(3, "0")}`;
  }
  return text.includes(delimiter) ? undefined : text;
}
