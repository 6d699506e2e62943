/**
 * IPset record version 5, for IPv6: blocks up to /64, and for longer ones the upper half once, followed by lower halves.
 *
 *     0 u64 upper half   8 u8 prefix 0-64, or 0x82: lower halves follow
 *     0 u64 lower half   8 u8 prefix 65-128, or 0x81: u32[8] map of 256 addresses follows
 */
import type { Edges } from "../../sets/edges.js";
import type { AddressSetBuilder } from "../../sets/set_builder.js";
import type { BodyWriter, Octets } from "./body.js";
import type { SilkHeader } from "./header.js";
import { addIpv6Block, badRecord, cutOff, nextRecord } from "./ipset_body.js";
import { MAP_FOLLOWS, putMap } from "./ipset_cidrbmap.js";
import { forEachGroup, forEachMapRun, MAP_WORDS } from "./ipset_groups.js";

const HALVES_FOLLOW = 0x82;
const ENTRY = 9;
const MAP_OCTETS = 4 * MAP_WORDS;

export function readSlash64(header: SilkHeader, body: Octets, builder: AddressSetBuilder): void {
  const little = header.byteOrder === "little";
  const words = new Uint32Array(4);
  const range = new Uint32Array(8);
  /** Whether `words` have an upper half that lower ones may follow. */
  let within = false;
  const addRun = (first: number, last: number) => {
    for (let k = 0; k < 4; k++) range[k] = range[4 + k] = words[k]!;
    range[3]! += first;
    range[7]! += last;
    builder.addRange(range);
  };
  const half = (at: number) => {
    words[at] = body.view.getUint32(body.start + (little ? 4 : 0), little);
    words[at + 1] = body.view.getUint32(body.start + (little ? 0 : 4), little);
  };
  while (nextRecord(body, ENTRY)) {
    const mark = body.view.getUint8(body.start + 8);
    if (mark <= 64 || mark === HALVES_FOLLOW) {
      half(0);
      words.fill(0, 2);
      within = mark === HALVES_FOLLOW;
      if (!within) addIpv6Block(builder, words, mark);
      body.take(ENTRY);
      continue;
    }
    if (!within) throw badRecord(body, "a lower half without an upper one");
    if (mark > 128 && mark !== MAP_FOLLOWS) throw badRecord(body, `the impossible prefix length ${mark}`);
    half(2);
    if (mark !== MAP_FOLLOWS) {
      addIpv6Block(builder, words, mark);
      body.take(ENTRY);
      continue;
    }
    if (!body.need(ENTRY + MAP_OCTETS)) throw cutOff(body);
    words[3]! &= 0xffffff00;
    forEachMapRun(body.view, body.start + ENTRY, header.byteOrder, addRun);
    body.take(ENTRY + MAP_OCTETS);
  }
}

/** Writes little-endian records. */
export function writeSlash64(ipv6: Edges, body: BodyWriter): void {
  const upper = new Uint32Array(2);
  let within = false;
  const entry = (high: number, low: number, mark: number) => {
    if (body.at + ENTRY + MAP_OCTETS > body.buffer.length) body.flush();
    body.view.setUint32(body.at, low, true);
    body.view.setUint32(body.at + 4, high, true);
    body.buffer[body.at + 8] = mark;
    body.at += ENTRY;
  };
  const enter = (words: Uint32Array) => {
    if (within && words[0] === upper[0] && words[1] === upper[1]) return;
    upper[0] = words[0]!;
    upper[1] = words[1]!;
    within = true;
    entry(words[0]!, words[1]!, HALVES_FOLLOW);
  };
  forEachGroup(ipv6, {
    whole: (words, prefix) => {
      if (prefix <= 64) {
        within = false;
        entry(words[0]!, words[1]!, prefix);
        return;
      }
      enter(words);
      entry(words[2]!, words[3]!, prefix);
    },
    partial: (base, map, blocks) => {
      enter(base);
      if ((blocks.length / 2) * ENTRY <= ENTRY + MAP_OCTETS) {
        for (let k = 0; k < blocks.length; k += 2) entry(base[2]!, base[3]! + blocks[k]!, blocks[k + 1]!);
        return;
      }
      entry(base[2]!, base[3]!, MAP_FOLLOWS);
      putMap(body, map);
    },
  });
}
