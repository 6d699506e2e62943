/** What scans look like in ICMP: echo requests to many neighbouring addresses or networks. */
import { AddressRuns } from "./address_runs.js";
import type { LogisticModel, Metrics } from "./logistic.js";
import type { ScanFlow } from "./scan_flow.js";

const ECHO_REQUEST = 8;

export class IcmpMetrics implements Metrics {
  readonly #destinations = new AddressRuns();
  #echoRequests = 0;

  begin(): void {
    this.#destinations.begin();
    this.#echoRequests = 0;
  }

  add({ destination, dport }: ScanFlow): void {
    this.#destinations.add(destination);
    if (dport >> 8 === ECHO_REQUEST) this.#echoRequests += 1;
  }

  values(flows: number): Readonly<Record<string, number>> {
    const { longestNetworkRun, longestRun, mostOfNetwork, count } = this.#destinations;
    return {
      "longest run of /24 networks": longestNetworkRun,
      "longest run of addresses in a /24": longestRun,
      "addresses in one /24": mostOfNetwork,
      destinations: count,
      "echo requests": this.#echoRequests / flows,
    };
  }
}

/**
 * Weights are flowtap's own. A sweep of 40 neighbouring hosts comes to y = 0.45, one of 60 neighbouring networks to 0.4,
 * a monitor of 100 scattered hosts to -2.3.
 */
export const ICMP_MODEL: LogisticModel = {
  intercept: -6,
  terms: {
    "longest run of /24 networks": { weight: 0.05, most: 100 },
    "longest run of addresses in a /24": { weight: 0.05, most: 100 },
    "addresses in one /24": { weight: 0.03, most: 100 },
    destinations: { weight: 0.005, most: 400 },
    "echo requests": { weight: 3 },
  },
};
