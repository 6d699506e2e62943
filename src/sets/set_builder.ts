import { MAPPED_IPV4 } from "../record/columns.js";
import { AddressSet } from "./address_set.js";
import { EdgeBuilder } from "./edge_builder.js";
import { compareWords, forEachRun, RunJoiner } from "./edges.js";
import { isMapped, splitMapped } from "./mapped.js";

const IPV4_FIRST = Uint32Array.of(0, 0, MAPPED_IPV4, 0);
const IPV4_LAST = Uint32Array.of(0, 0, MAPPED_IPV4, 0xffffffff);

/** Collects addresses and ranges in any order into an AddressSet; made for millions of them. */
export class AddressSetBuilder {
  readonly #ipv4 = new EdgeBuilder(1);
  readonly #ipv6 = new EdgeBuilder(4);
  readonly #pair = new Uint32Array(2);

  addIpv4(address: number): void {
    this.#ipv4.addNumber(address);
  }

  /** Adds the address of four words, most significant first, at word `at`. */
  add(words: Uint32Array, at = 0): void {
    if (isMapped(words, at)) this.#ipv4.addNumber(words[at + 3]!);
    else this.#ipv6.add(words, at);
  }

  /**
   * Adds the addresses of `count` rows of a pair of address columns as FlowColumns holds them: two 32-bit halves a
   * value, low half first.
   */
  addColumns(hi: Uint32Array, lo: Uint32Array, count: number): void {
    const words = new Uint32Array(4);
    for (let at = 0; at < 2 * count; at += 2) {
      if (lo[at + 1] === MAPPED_IPV4 && hi[at] === 0 && hi[at + 1] === 0) {
        this.#ipv4.addNumber(lo[at]!);
        continue;
      }
      words[0] = hi[at + 1]!;
      words[1] = hi[at]!;
      words[2] = lo[at + 1]!;
      words[3] = lo[at]!;
      this.#ipv6.add(words, 0);
    }
  }

  /** Adds the IPv4 addresses from `first` to `last`, which is not lower. */
  addIpv4Range(first: number, last: number): void {
    this.#pair[0] = first;
    this.#pair[1] = last;
    this.#ipv4.addRun(this.#pair, 0, 1);
  }

  /** Adds the addresses from the one at word 0 of `range` to the one at word 4, which is not lower. */
  addRange(range: Uint32Array): void {
    const outside = compareWords(range, 4, IPV4_FIRST, 0, 4) < 0 || compareWords(range, 0, IPV4_LAST, 0, 4) > 0;
    if (outside) this.#ipv6.addRun(range, 0, 4);
    else if (isMapped(range, 0) && isMapped(range, 4)) this.addIpv4Range(range[3]!, range[7]!);
    else this.#addAcross(range);
  }

  #addAcross(range: Uint32Array): void {
    const joiner = new RunJoiner(4, 1);
    joiner.add(range, 0, 4);
    const { ipv4, ipv6 } = splitMapped(joiner.end());
    forEachRun(ipv4, (run) => this.#ipv4.addRun(run, 0, 1));
    forEachRun(ipv6, (run) => this.#ipv6.addRun(run, 0, 4));
  }

  build(): AddressSet {
    return new AddressSet(this.#ipv4.build(), this.#ipv6.build());
  }
}
