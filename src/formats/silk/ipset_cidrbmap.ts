/**
 * IPset record version 4: CIDR blocks, and maps of 256 addresses where they are shorter. Header entry 7 has the octets
 * of an address.
 *
 *     0 address (u32, or 16 octets in network order)   4|16 u8 prefix, or 0x81: u32[8] map follows
 */
import type { Edges } from "../../sets/edges.js";
import type { AddressSetBuilder } from "../../sets/set_builder.js";
import type { BodyWriter, Octets } from "./body.js";
import type { SilkHeader } from "./header.js";
import { addIpv4Block, addIpv6Block, addressOctets, badRecord, cutOff, nextRecord } from "./ipset_body.js";
import { forEachGroup, forEachMapRun, MAP_WORDS } from "./ipset_groups.js";

/** In place of a prefix length: a map follows. */
export const MAP_FOLLOWS = 0x81;
const MAP_OCTETS = 4 * MAP_WORDS;

export function readCidrBitmap(header: SilkHeader, body: Octets, builder: AddressSetBuilder): void {
  const octets = addressOctets(header, body);
  const little = header.byteOrder === "little";
  const words = new Uint32Array(4);
  const range = new Uint32Array(8);
  const addIpv4 = (first: number, last: number) => {
    if (first === last) builder.addIpv4(words[0]! + first);
    else builder.addIpv4Range(words[0]! + first, words[0]! + last);
  };
  const addIpv6 = (first: number, last: number) => {
    for (let k = 0; k < 4; k++) range[k] = range[4 + k] = words[k]!;
    range[3]! += first;
    range[7]! += last;
    builder.addRange(range);
  };
  while (nextRecord(body, octets + 1)) {
    const { view, start } = body;
    for (let k = 0; k < octets / 4; k++) words[k] = view.getUint32(start + 4 * k, octets === 4 && little);
    const prefix = view.getUint8(start + octets);
    if (prefix === MAP_FOLLOWS) {
      if (!body.need(octets + 1 + MAP_OCTETS)) throw cutOff(body);
      const low = octets / 4 - 1;
      words[low] = words[low]! & 0xffffff00;
      forEachMapRun(body.view, body.start + octets + 1, header.byteOrder, octets === 4 ? addIpv4 : addIpv6);
      body.take(octets + 1 + MAP_OCTETS);
      continue;
    }
    if (prefix > 8 * octets) throw badRecord(body, `the impossible prefix length ${prefix}`);
    if (octets === 4) addIpv4Block(builder, words[0]!, prefix);
    else addIpv6Block(builder, words, prefix);
    body.take(octets + 1);
  }
}

/** Writes the members of one number space, maps little-endian. */
export function writeCidrBitmap(edges: Edges, body: BodyWriter): void {
  const octets = 4 * edges.width;
  const entry = (words: Uint32Array, low: number, mark: number) => {
    if (body.at + octets + 1 + MAP_OCTETS > body.buffer.length) body.flush();
    for (let k = 0; k < edges.width; k++) {
      const word = words[k]! + (k === edges.width - 1 ? low : 0);
      body.view.setUint32(body.at + 4 * k, word, edges.width === 1);
    }
    body.buffer[body.at + octets] = mark;
    body.at += octets + 1;
  };
  forEachGroup(edges, {
    whole: (words, prefix) => entry(words, 0, prefix),
    partial: (base, map, blocks) => {
      if ((blocks.length / 2) * (octets + 1) <= octets + 1 + MAP_OCTETS) {
        for (let k = 0; k < blocks.length; k += 2) entry(base, blocks[k]!, blocks[k + 1]!);
        return;
      }
      entry(base, 0, MAP_FOLLOWS);
      putMap(body, map);
    },
  });
}

/** Puts a map into the buffer, where there is room for it. */
export function putMap(body: BodyWriter, map: Uint32Array): void {
  for (let k = 0; k < MAP_WORDS; k++) body.view.setUint32(body.at + 4 * k, map[k]!, true);
  body.at += MAP_OCTETS;
}
