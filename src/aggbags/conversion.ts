/** Aggregate bags as bags and as sets of addresses. */
import type { Bag } from "../bags/bag.js";
import { BagBuilder } from "../bags/bag_builder.js";
import { fieldTypeNumbered } from "../bags/field_type.js";
import type { AddressSet } from "../sets/address_set.js";
import { AddressSetBuilder } from "../sets/set_builder.js";
import type { AggBag } from "./agg_bag.js";
import { type AggField, wordOffsets } from "./agg_field.js";

const HIGHEST_KEY = 0xffff_ffff;

/** Sums of one counter by one key. Keys above 2^32 - 1 count as that, as in all bags. */
export function toBag({ rows, stride, fields }: AggBag, key: AggField, counter: AggField): Bag {
  const offsets = wordOffsets(fields);
  const [from, of] = [offsets.get(key.name)!, offsets.get(counter.name)!];
  const builder = new BagBuilder(key.octets === 16 ? 4 : 1);
  for (let at = 0; at < rows.length; at += stride) {
    const [high, low] = [rows[at + of]!, rows[at + of + 1]!];
    if (key.octets === 16) builder.add(rows, at + from, low, high);
    else builder.addNumber(numberOf(rows, at + from, key), low, high);
  }
  return builder.build({ key: fieldTypeNumbered(key.id), counter: fieldTypeNumbered(counter.id) });
}

function numberOf(rows: Uint32Array, at: number, { octets }: AggField): number {
  if (octets < 8) return rows[at]!;
  return rows[at] === 0 ? rows[at + 1]! : HIGHEST_KEY;
}

/** The addresses that a field has. */
export function toAddressSet({ rows, stride, fields }: AggBag, field: AggField): AddressSet {
  const offset = wordOffsets(fields).get(field.name)!;
  const builder = new AddressSetBuilder();
  for (let at = offset; at < rows.length; at += stride) {
    if (field.octets === 4) builder.addIpv4(rows[at]!);
    else builder.add(rows, at);
  }
  return builder.build();
}
