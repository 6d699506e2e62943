/** Random choices from a set: `rwsettool --sample`. */
import { InputError } from "../errors.js";
import { AddressSet, wide } from "./address_set.js";
import { EdgeBuilder } from "./edge_builder.js";
import { type Edges, forEachRun } from "./edges.js";
import type { Random } from "./random.js";
import { AddressSetBuilder } from "./set_builder.js";

/** Addresses that are chosen at most. */
const MOST = 2n ** 26n;

/**
 * `size` addresses, any choice as likely as the others; the whole set when it is not larger.
 *
 * @throws InputError when the choice would be more than 2^26 addresses
 */
export function sampleSize(set: AddressSet, size: bigint, random: Random): AddressSet {
  const total = set.cardinality();
  if (size >= total) return set;
  // Leaving out a few is choosing a few.
  if (size > total / 2n) return set.difference(sampleSize(set, total - size, random));
  if (size > MOST) throw tooMany();
  const ranks = new RankSet();
  let chosen = ranks.build();
  for (let have = 0n; have < size; have = chosen.cardinality()) {
    for (let left = size - have; left > 0n; left--) ranks.add(random.below(total));
    chosen = ranks.build();
  }
  return membersAt(set, chosen);
}

/**
 * Each address with the probability `ratio`, above 0 and up to 1.
 *
 * @throws InputError when the choice would be more than 2^26 addresses
 */
export function sampleRatio(set: AddressSet, ratio: number, random: Random): AddressSet {
  if (ratio >= 1) return set;
  if (ratio > 0.5) return set.difference(sampleRatio(set, 1 - ratio, random));
  const total = set.cardinality();
  if (Number(total) * ratio > Number(MOST)) throw tooMany();
  const ranks = new RankSet();
  // How many are passed over before the next one follows the geometric distribution.
  const skip = () => BigInt(Math.floor(Math.min(1e300, Math.log(random.fraction()) / Math.log1p(-ratio))));
  for (let rank = skip(); rank < total; rank += 1n + skip()) ranks.add(rank);
  return membersAt(set, ranks.build());
}

function tooMany(): InputError {
  return new InputError(`a sample of more than ${MOST} addresses is too large`);
}

/** Places in a set, counted from 0, as set of numbers. */
class RankSet {
  readonly #builder = new EdgeBuilder(4);
  readonly #words = new Uint32Array(4);

  add(rank: bigint): void {
    for (let k = 3, left = rank; k >= 0; k--, left >>= 32n) this.#words[k] = Number(left & 0xffffffffn);
    this.#builder.add(this.#words, 0);
  }

  build(): AddressSet {
    return AddressSet.ofIpv6Edges(this.#builder.build());
  }
}

/** The members of a set at places. */
function membersAt(set: AddressSet, ranks: AddressSet): AddressSet {
  const builder = new AddressSetBuilder();
  const next = rankReader(ranks.asIpv6());
  const range = new Uint32Array(8);
  let rank = next();
  let before = 0n;
  set.forEachRange((members) => {
    const first = wide(members, 0);
    const after = before + wide(members, 4) - first + 1n;
    while (rank !== undefined && rank < after) {
      for (let k = 3, left = first + rank - before; k >= 0; k--, left >>= 32n)
        range[k] = range[4 + k] = Number(left & 0xffffffffn);
      builder.add(range);
      rank = next();
    }
    before = after;
  });
  return builder.build();
}

/** Hands out the numbers of a set in order. */
function rankReader(ranks: Edges): () => bigint | undefined {
  const bounds: bigint[] = [];
  forEachRun(ranks, (range) => {
    bounds.push(wide(range, 0), wide(range, 4));
  });
  let at = 0;
  let value = (bounds[0] ?? 0n) - 1n;
  return () => {
    if (at >= bounds.length) return undefined;
    value += 1n;
    if (value > bounds[at + 1]!) {
      at += 2;
      if (at >= bounds.length) return undefined;
      value = bounds[at]!;
    }
    return value;
  };
}
