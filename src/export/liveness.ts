/** Which collectors of a group count as there: a short break is bridged by the queue. */
import type { NetworkExporter } from "./exporter.js";

/** Milliseconds without connection from which a collector counts as away. */
const BREAK = 1_000;

export class Liveness {
  readonly #members: readonly NetworkExporter[];
  readonly #clock: () => number;
  /** Since when each member has been as it is, connected or not. */
  readonly #since: number[];
  readonly #connected: boolean[];
  readonly #everConnected: boolean[];

  /** @param clock milliseconds; default a clock that is never set */
  constructor(members: readonly NetworkExporter[], clock: () => number = () => performance.now()) {
    this.#members = members;
    this.#clock = clock;
    const now = clock();
    this.#since = members.map(() => now);
    this.#connected = members.map((member) => member.connected);
    this.#everConnected = [...this.#connected];
  }

  /** Looks at the members; called often. */
  look(): void {
    for (let k = 0; k < this.#members.length; k++) {
      const { connected } = this.#members[k]!;
      if (connected === this.#connected[k]) continue;
      this.#connected[k] = connected;
      this.#everConnected[k] = true;
      this.#since[k] = this.#clock();
    }
  }

  /** Whether the member has been without connection for more than a moment, or could not be reached to begin with. */
  isAway(member: number): boolean {
    if (this.#connected[member]!) return false;
    const failed = !this.#everConnected[member]! && this.#members[member]!.trouble !== undefined;
    return failed || this.#clock() - this.#since[member]! >= BREAK;
  }

  isConnected(member: number): boolean {
    return this.#connected[member]!;
  }

  /** Milliseconds that the member has been connected without a break; 0 when it is not. */
  steady(member: number): number {
    return this.#connected[member]! ? this.#clock() - this.#since[member]! : 0;
  }
}
