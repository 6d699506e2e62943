/**
 * IPset record version 2: one record for each /24 with a member, ascending.
 *
 *     0 u32 lowest address   4 u32[8] map of the 256 addresses
 */
import type { Edges } from "../../sets/edges.js";
import type { AddressSetBuilder } from "../../sets/set_builder.js";
import type { BodyWriter, Octets } from "./body.js";
import type { SilkHeader } from "./header.js";
import { badRecord, nextRecord } from "./ipset_body.js";
import { forEachGroup, forEachMapRun, MAP_WORDS } from "./ipset_groups.js";

const RECORD = 4 + 4 * MAP_WORDS;

export function readClassC(header: SilkHeader, body: Octets, builder: AddressSetBuilder): void {
  const little = header.byteOrder === "little";
  let base = 0;
  const add = (first: number, last: number) => {
    if (first === last) builder.addIpv4(base + first);
    else builder.addIpv4Range(base + first, base + last);
  };
  while (nextRecord(body, RECORD)) {
    base = body.view.getUint32(body.start, little);
    if ((base & 0xff) !== 0) throw badRecord(body, "a block that is no /24");
    forEachMapRun(body.view, body.start + 4, header.byteOrder, add);
    body.take(RECORD);
  }
}

/** Writes little-endian records of the IPv4 addresses. */
export function writeClassC(ipv4: Edges, body: BodyWriter): void {
  const record = (base: number, map: Uint32Array) => {
    if (body.at + RECORD > body.buffer.length) body.flush();
    body.view.setUint32(body.at, base, true);
    for (let k = 0; k < MAP_WORDS; k++) body.view.setUint32(body.at + 4 + 4 * k, map[k]!, true);
    body.at += RECORD;
  };
  const full = new Uint32Array(MAP_WORDS).fill(0xffffffff);
  forEachGroup(ipv4, {
    whole: ([first], prefix) => {
      for (let k = 0, count = 2 ** (24 - prefix); k < count; k++) record(first! + 256 * k, full);
    },
    partial: ([base], map) => record(base!, map),
  });
}
