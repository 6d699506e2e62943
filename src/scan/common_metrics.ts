/** What is measured of TCP and of UDP. */
import { AddressRuns } from "./address_runs.js";
import { DistinctNumbers } from "./distinct_numbers.js";
import type { ScanFlow } from "./scan_flow.js";

const PORTS = 65536;

/** Flows of fewer packets are small. */
const SMALL = 3;

/** Octets for each packet from which on flows carry something. */
const LARGE = 60;

export class CommonMetrics {
  readonly destinations = new AddressRuns();
  small = 0;
  large = 0;
  readonly #sourcePorts = new DistinctNumbers(PORTS);
  /** Sum of the different source ports at each destination but the current one. */
  #portsBefore = 0;

  begin(): void {
    this.destinations.begin();
    this.small = 0;
    this.large = 0;
    this.#sourcePorts.clear();
    this.#portsBefore = 0;
  }

  /** Returns whether the flow is the first to its destination. */
  add({ destination, packets, bytes, sport }: ScanFlow): boolean {
    const isNew = this.destinations.add(destination);
    if (isNew) {
      this.#portsBefore += this.#sourcePorts.count;
      this.#sourcePorts.clear();
    }
    this.#sourcePorts.add(sport);
    if (packets < SMALL) this.small += 1;
    if (bytes >= LARGE * packets) this.large += 1;
    return isNew;
  }

  /** Average number of source ports for each destination. */
  get sourcePorts(): number {
    return (this.#portsBefore + this.#sourcePorts.count) / this.destinations.count;
  }
}
