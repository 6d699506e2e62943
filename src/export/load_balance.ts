import { PARTITION, Partition } from "../formats/partition.js";
import type { FlowBatch } from "../record/batch.js";
import { CollectorGroup } from "./collector_group.js";
import { conversationHash } from "./conversation_hash.js";
import type { NetworkExporter } from "./exporter.js";
import { Liveness } from "./liveness.js";

/** Turns the bits of a hash around for the second choice, which must not depend on the first. */
const SECOND_CHOICE = 0x9e3779b1;

/**
 * Shares flows among collectors by a hash of the conversation. The share of one that is away goes to the others, spread
 * evenly, and comes back with it; what waits in its queue waits for it.
 *
 * Members get lists of record numbers and encode from the meter's own memory. Hash and lists cost 42 ns a record;
 * copying each record into a batch of the member's would add 40 to 90 (records of 128 octets).
 */
export class LoadBalance extends CollectorGroup {
  readonly name = "load balance";
  readonly #partition: Partition;
  readonly #liveness: Liveness;
  /** Members that are there. */
  readonly #present: number[] = [];
  readonly #isAway: Uint8Array;

  /** @param clock milliseconds, for tests */
  constructor(members: readonly NetworkExporter[], clock?: () => number) {
    super(members);
    this.#partition = new Partition(members.length);
    this.#liveness = new Liveness(members, clock);
    this.#isAway = new Uint8Array(members.length);
  }

  write(batch: FlowBatch): void {
    this.#look();
    const partition = this.#partition;
    const end = batch.first + batch.count;
    for (let from = batch.first; from < end; from += PARTITION) {
      const to = Math.min(end, from + PARTITION);
      partition.clear();
      for (let index = from; index < to; index++) partition.add(this.#memberOf(conversationHash(batch, index)), index);
      partition.sort();
      partition.keys.forEach((member, k) => {
        this.members[member]!.write(batch, partition.order.subarray(partition.starts[k]!, partition.starts[k + 1]!));
      });
    }
  }

  #look(): void {
    this.#liveness.look();
    this.#present.length = 0;
    for (let member = 0; member < this.members.length; member++) {
      this.#isAway[member] = this.#liveness.isAway(member) ? 1 : 0;
      if (this.#isAway[member] === 0) this.#present.push(member);
    }
  }

  #memberOf(hash: number): number {
    const first = hash % this.members.length;
    // With all of them away each queue takes its own share.
    if (this.#isAway[first] === 0 || this.#present.length === 0) return first;
    return this.#present[(Math.imul(hash, SECOND_CHOICE) >>> 0) % this.#present.length]!;
  }
}
