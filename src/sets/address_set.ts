import { type BlockVisitor, forEachBlock } from "./cidr_blocks.js";
import { fillBlocks, firstOfBlocks } from "./edge_blocks.js";
import {
  combineEdges,
  type Edges,
  edgeCount,
  edgesHave,
  edgesHaveNumber,
  forEachRun,
  noEdges,
  type SetOperation,
} from "./edges.js";
import { isMapped, mappedEdges, splitMapped } from "./mapped.js";

/** The runs of a set as bounds of 64-bit halves, both included: columns for an SQL join. IPv4 is ::ffff:a.b.c.d. */
export interface RangeColumns {
  readonly count: number;
  readonly firstHi: BigUint64Array;
  readonly firstLo: BigUint64Array;
  readonly lastHi: BigUint64Array;
  readonly lastLo: BigUint64Array;
}

/**
 * A set of addresses; it does not change. IPv4 addresses and ::ffff:0:0/96 are the same addresses. They are held
 * apart from other IPv6 ones, in 8 octets a run instead of 32.
 */
export class AddressSet {
  static readonly EMPTY = new AddressSet(noEdges(1), noEdges(4));

  /**
   * @param ipv4 one word a number
   * @param ipv6 four words a number, none of ::ffff:0:0/96
   */
  constructor(
    readonly ipv4: Edges,
    readonly ipv6: Edges,
  ) {}

  /** The set of numbers in the IPv6 number space. */
  static ofIpv6Edges(edges: Edges): AddressSet {
    const { ipv4, ipv6 } = splitMapped(edges);
    return new AddressSet(ipv4, ipv6);
  }

  get isEmpty(): boolean {
    return this.ipv4.words.length === 0 && !this.hasIpv6;
  }

  /** Whether there are addresses that are not IPv4. */
  get hasIpv6(): boolean {
    return this.ipv6.words.length > 0;
  }

  /** Runs of addresses, counting IPv4 and IPv6 apart. */
  get runCount(): number {
    return Math.ceil(edgeCount(this.ipv4) / 2) + Math.ceil(edgeCount(this.ipv6) / 2);
  }

  /** Whether the address of four words, most significant first, at word `at` is a member. */
  has(words: Uint32Array, at = 0): boolean {
    return isMapped(words, at) ? edgesHaveNumber(this.ipv4, words[at + 3]!) : edgesHave(this.ipv6, words, at);
  }

  hasIpv4(address: number): boolean {
    return edgesHaveNumber(this.ipv4, address);
  }

  combine(other: AddressSet, operation: SetOperation): AddressSet {
    return new AddressSet(
      combineEdges(this.ipv4, other.ipv4, operation),
      combineEdges(this.ipv6, other.ipv6, operation),
    );
  }

  union(other: AddressSet): AddressSet {
    return this.combine(other, "union");
  }

  intersection(other: AddressSet): AddressSet {
    return this.combine(other, "intersection");
  }

  difference(other: AddressSet): AddressSet {
    return this.combine(other, "difference");
  }

  symmetricDifference(other: AddressSet): AddressSet {
    return this.combine(other, "symmetric difference");
  }

  /** Only the IPv4 addresses. */
  onlyIpv4(): AddressSet {
    return this.hasIpv6 ? new AddressSet(this.ipv4, noEdges(4)) : this;
  }

  /** All addresses in the IPv6 number space. */
  asIpv6(): Edges {
    const mapped = mappedEdges(this.ipv4);
    return this.hasIpv6 ? combineEdges(this.ipv6, mapped, "union") : mapped;
  }

  /** How many addresses there are: 0 to 2^128. */
  cardinality(): bigint {
    return countOf(this.ipv4) + countOf(this.ipv6);
  }

  /**
   * The first address of every block of a prefix length that has a member.
   *
   * @param prefix 1-32 when all addresses are IPv4, else 1-128
   * @throws InputError when that would be more addresses than memory is for
   */
  mask(prefix: number): AddressSet {
    if (this.hasIpv6) return AddressSet.ofIpv6Edges(firstOfBlocks(this.asIpv6(), prefix));
    return new AddressSet(firstOfBlocks(this.ipv4, prefix), this.ipv6);
  }

  /** Every block of a prefix length that has a member, whole; the prefix is as for `mask`. */
  fillBlocks(prefix: number): AddressSet {
    if (this.hasIpv6) return AddressSet.ofIpv6Edges(fillBlocks(this.asIpv6(), prefix));
    return new AddressSet(fillBlocks(this.ipv4, prefix), this.ipv6);
  }

  /**
   * Visits the runs of addresses in order, as IPv6: the first address at word 0 of `range`, the last at word 4. The
   * array is used again for the next one.
   */
  forEachRange(visit: (range: Uint32Array) => void): void {
    forEachRun(this.asIpv6(), visit);
  }

  /** Visits the fewest CIDR blocks that make up the set, in order, as IPv6: four words and a prefix of 0-128. */
  forEachBlock(visit: BlockVisitor): void {
    forEachBlock(this.asIpv6(), visit);
  }

  ranges(): RangeColumns {
    const edges = this.asIpv6();
    const count = Math.ceil(edgeCount(edges) / 2);
    const bounds = [0, 1, 2, 3].map(() => new BigUint64Array(count)) as [
      BigUint64Array<ArrayBuffer>,
      BigUint64Array<ArrayBuffer>,
      BigUint64Array<ArrayBuffer>,
      BigUint64Array<ArrayBuffer>,
    ];
    const halves = bounds.map((each) => new Uint32Array(each.buffer));
    let at = 0;
    forEachRun(edges, (range) => {
      for (let k = 0; k < 4; k++) {
        halves[k]![at] = range[2 * k + 1]!;
        halves[k]![at + 1] = range[2 * k]!;
      }
      at += 2;
    });
    const [firstHi, firstLo, lastHi, lastLo] = bounds;
    return { count, firstHi, firstLo, lastHi, lastLo };
  }
}

function countOf(edges: Edges): bigint {
  const low = edges.width - 1;
  let small = 0;
  let large = 0n;
  forEachRun(edges, (range) => {
    let same = true;
    for (let k = 0; k < low; k++) same &&= range[k] === range[edges.width + k];
    if (same) small += range[edges.width + low]! - range[low]! + 1;
    else large += wide(range, 4) - wide(range, 0) + 1n;
  });
  return BigInt(small) + large;
}

/** The number of four words at word `at`. */
export function wide(words: Uint32Array, at: number): bigint {
  let value = 0n;
  for (let k = 0; k < 4; k++) value = (value << 32n) | BigInt(words[at + k]!);
  return value;
}
