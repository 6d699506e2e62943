/** A binary tree over the bits of addresses, for tests that write databases. */

import { parseAddress } from "../../src/text/parse_address.js";

/** Links of a node for a 0 and a 1 bit: another node, a leaf, or nothing. */
export type Link<Leaf> = { readonly node: number } | { readonly leaf: Leaf } | undefined;

export class PrefixTree<Leaf> {
  readonly nodes: [Link<Leaf>, Link<Leaf>][] = [[undefined, undefined]];

  /** Gives all keys that begin with `bits` a leaf; longer prefixes must be added after shorter ones. */
  add(bits: readonly number[], leaf: Leaf): void {
    let at = 0;
    bits.forEach((bit, k) => {
      const node = this.nodes[at]!;
      const next = node[bit];
      if (k === bits.length - 1) node[bit] = { leaf };
      else if (next !== undefined && "node" in next) at = next.node;
      else {
        // What was a leaf becomes a node with that leaf on both sides.
        this.nodes.push([next, next]);
        at = this.nodes.length - 1;
        node[bit] = { node: at };
      }
    });
  }
}

/** The `count` highest bits of a number of `width` bits. */
export function numberBits(value: number, width: number, count = width): number[] {
  return Array.from({ length: count }, (_, k) => Math.floor(value / 2 ** (width - 1 - k)) % 2);
}

/** Bits of a CIDR block as it is written; an IPv4 one may be asked for behind other bits. */
export function blockBits(block: string, before: readonly number[] = []): number[] {
  const [address = "", prefix] = block.split("/");
  const words = parseAddress(address);
  const isIpv6 = address.includes(":");
  const bits = (isIpv6 ? [...words] : [words[3]]).flatMap((word) => numberBits(word, 32));
  const length = prefix === undefined ? bits.length : Number(prefix);
  return [...(isIpv6 ? [] : before), ...bits.slice(0, length)];
}
