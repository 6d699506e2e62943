/** What the readers of all record versions of IPset files share. */
import { InputError } from "../../errors.js";
import type { AddressSetBuilder } from "../../sets/set_builder.js";
import type { Octets } from "./body.js";
import type { SilkHeader } from "./header.js";

/** Reads the records of one version into a set. */
export type IpsetReader = (header: SilkHeader, body: Octets, builder: AddressSetBuilder) => void;

/** Holds the octets of the next record, or returns false at the end of the file. */
export function nextRecord(body: Octets, length: number): boolean {
  if (body.need(length)) return true;
  if (body.available === 0) return false;
  throw cutOff(body);
}

export function cutOff(body: Octets): InputError {
  return new InputError(`${body.name}: IPset ends within a record at octet ${body.taken} of its data`);
}

export function badRecord(body: Octets, what: string): InputError {
  return new InputError(`${body.name}: IPset has ${what} at octet ${body.taken} of its data`);
}

/** Octets of an address, as the header entry says: 4 or 16. */
export function addressOctets(header: SilkHeader, body: Octets): 4 | 16 {
  const entry = header.entries.find((each) => each.kind === "ipset");
  if (entry?.leafSize === 4 || entry?.leafSize === 16) return entry.leafSize;
  throw new InputError(
    `${body.name}: IPset header says addresses of ${entry?.leafSize ?? "no"} octets instead of 4 or 16`,
  );
}

/** First and last address of a block, for the call that adds it. */
const range = new Uint32Array(8);

/** Adds the block of a prefix length that the four words are in. */
export function addIpv6Block(builder: AddressSetBuilder, words: ArrayLike<number>, prefix: number): void {
  for (let k = 0; k < 4; k++) {
    const bits = Math.min(32, Math.max(0, prefix - 32 * k));
    const free = bits === 32 ? 0 : 0xffffffff >>> bits;
    range[k] = words[k]! & ~free;
    range[4 + k] = words[k]! | free;
  }
  if (prefix === 128) builder.add(range);
  else builder.addRange(range);
}

/** Adds the block of a prefix length that the IPv4 address is in. */
export function addIpv4Block(builder: AddressSetBuilder, address: number, prefix: number): void {
  if (prefix === 32) {
    builder.addIpv4(address);
    return;
  }
  const free = 0xffffffff >>> prefix;
  builder.addIpv4Range((address & ~free) >>> 0, (address | free) >>> 0);
}
