/** IPv4 addresses as part of the IPv6 number space: the block ::ffff:0:0/96. */
import { MAPPED_IPV4 } from "../record/columns.js";
import { combineEdges, type Edges } from "./edges.js";

/** First edge of the block, and the one behind it. */
const MAPPED_BLOCK: Edges = { width: 4, words: Uint32Array.of(0, 0, MAPPED_IPV4, 0, 0, 0, MAPPED_IPV4 + 1, 0) };

/** Whether the address at word `at` is an IPv4 one. */
export function isMapped(words: Uint32Array, at: number): boolean {
  return words[at + 2] === MAPPED_IPV4 && words[at + 1] === 0 && words[at] === 0;
}

/** IPv4 numbers as the same addresses in the IPv6 number space. */
export function mappedEdges({ words: ipv4 }: Edges): Edges {
  const odd = ipv4.length % 2;
  const words = new Uint32Array(4 * (ipv4.length + odd));
  for (let k = 0; k < ipv4.length; k++) {
    words[4 * k + 2] = MAPPED_IPV4;
    words[4 * k + 3] = ipv4[k]!;
  }
  if (odd === 1) words[words.length - 2] = MAPPED_IPV4 + 1;
  return { width: 4, words };
}

/** The members of the block as IPv4 numbers, and the others. */
export function splitMapped(all: Edges): { readonly ipv4: Edges; readonly ipv6: Edges } {
  const { words } = combineEdges(all, MAPPED_BLOCK, "intersection");
  const ipv4 = new Uint32Array(words.length / 4);
  for (let k = 0; k < ipv4.length; k++) ipv4[k] = words[4 * k + 3]!;
  // The edge behind the block has no IPv4 number: the run reaches the end.
  const reachesEnd = words.length > 0 && words[words.length - 2] !== MAPPED_IPV4;
  return {
    ipv4: { width: 1, words: reachesEnd ? ipv4.subarray(0, -1) : ipv4 },
    ipv6: combineEdges(all, MAPPED_BLOCK, "difference"),
  };
}
