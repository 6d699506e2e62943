import type { FlowBatch } from "../record/batch.js";
import { CollectorGroup } from "./collector_group.js";
import type { NetworkExporter } from "./exporter.js";
import { Liveness } from "./liveness.js";

/** Milliseconds that a collector given earlier must have been connected before it gets the flows back. */
const STEADY = 10_000;

/**
 * Sends everything to the first collector that is there, in the order given. The others stand by: TCP sessions stand and
 * carry no flows. What waits in the queue of one that went away waits for it; it is not sent twice.
 */
export class FailOver extends CollectorGroup {
  readonly name = "fail-over";
  readonly #liveness: Liveness;
  #active = 0;

  /** @param clock milliseconds, for tests */
  constructor(members: readonly NetworkExporter[], clock?: () => number) {
    super(members);
    this.#liveness = new Liveness(members, clock);
  }

  /** The member that gets the flows now. */
  get active(): NetworkExporter {
    return this.members[this.#active]!;
  }

  write(batch: FlowBatch): void {
    this.#choose();
    this.active.write(batch);
  }

  override ready(): Promise<void> | undefined {
    return this.active.ready();
  }

  #choose(): void {
    const liveness = this.#liveness;
    liveness.look();
    const earlier = this.members.findIndex((_, member) => member < this.#active && liveness.steady(member) >= STEADY);
    if (earlier >= 0) this.#switchTo(earlier);
    else if (liveness.isAway(this.#active)) {
      const next = this.members.findIndex((_, member) => liveness.isConnected(member));
      if (next >= 0) this.#switchTo(next);
    }
  }

  /** What is encoded for the one before goes out or waits; the new one may have forgotten its templates. */
  #switchTo(member: number): void {
    this.active.flush();
    this.#active = member;
    this.active.announce();
  }
}
