/**
 * IPset record version 3: the nodes of a radix tree, which hold nothing that the leaves do not, then its leaves. The
 * first leaf is empty. Header entry 7 has the numbers and sizes of both.
 *
 *     IPv4: 0 u8 prefix, 3 octets of padding, 4 u32 address
 *     IPv6: 0 u8 prefix, 7 octets of padding, 8 u64 upper half, 16 u64 lower half
 */
import { InputError } from "../../errors.js";
import type { AddressSetBuilder } from "../../sets/set_builder.js";
import type { Octets } from "./body.js";
import type { SilkHeader } from "./header.js";
import { addIpv4Block, addIpv6Block, badRecord, cutOff } from "./ipset_body.js";

const IPV4_LEAF = 8;
const IPV6_LEAF = 24;
/** Octets skipped at once. */
const PIECE = 1 << 16;

export function readRadix(header: SilkHeader, body: Octets, builder: AddressSetBuilder): void {
  const entry = header.entries.find((each) => each.kind === "ipset");
  if (entry === undefined) throw new InputError(`${body.name}: IPset header lacks the sizes of nodes and leaves`);
  const { leafCount, leafSize } = entry;
  if (leafSize !== IPV4_LEAF && leafSize !== IPV6_LEAF)
    throw new InputError(`${body.name}: IPset header says leaves of ${leafSize} octets instead of 8 or 24`);
  skip(body, entry.nodeCount * entry.nodeSize);
  const little = header.byteOrder === "little";
  const words = new Uint32Array(4);
  for (let leaf = 0; leaf < leafCount; leaf++) {
    if (!body.need(leafSize)) throw cutOff(body);
    const { view, start } = body;
    const prefix = view.getUint8(start);
    if (prefix > (leafSize === IPV4_LEAF ? 32 : 128)) throw badRecord(body, `the impossible prefix length ${prefix}`);
    if (leaf > 0 && leafSize === IPV4_LEAF) addIpv4Block(builder, view.getUint32(start + 4, little), prefix);
    if (leaf > 0 && leafSize === IPV6_LEAF) {
      for (let k = 0; k < 4; k++) {
        const place = little ? 2 * (k >> 1) + 1 - (k & 1) : k;
        words[k] = view.getUint32(start + 8 + 4 * place, little);
      }
      addIpv6Block(builder, words, prefix);
    }
    body.take(leafSize);
  }
}

function skip(body: Octets, octets: number): void {
  for (let left = octets; left > 0; ) {
    const piece = Math.min(left, PIECE);
    if (!body.need(piece)) throw cutOff(body);
    body.take(piece);
    left -= piece;
  }
}
