/** What scans look like in UDP: many neighbouring addresses, or many ports of one host. */
import { CommonMetrics } from "./common_metrics.js";
import { DistinctNumbers } from "./distinct_numbers.js";
import type { LogisticModel, Metrics } from "./logistic.js";
import type { ScanFlow } from "./scan_flow.js";

const PORTS = 65536;

/** Ports below are low. */
const LOW_PORTS = 1024;

export class UdpMetrics implements Metrics {
  readonly #common = new CommonMetrics();
  readonly #sourcePorts = new DistinctNumbers(PORTS);
  /** Of the current destination. */
  readonly #lowPorts = new DistinctNumbers(LOW_PORTS);
  #mostLowPorts = 0;
  #longestPortRun = 0;

  begin(): void {
    this.#common.begin();
    this.#sourcePorts.clear();
    this.#lowPorts.clear();
    this.#mostLowPorts = 0;
    this.#longestPortRun = 0;
  }

  add(flow: ScanFlow): void {
    if (this.#common.add(flow)) this.#endDestination();
    this.#sourcePorts.add(flow.sport);
    if (flow.dport < LOW_PORTS) this.#lowPorts.add(flow.dport);
  }

  values(flows: number): Readonly<Record<string, number>> {
    this.#endDestination();
    const { small, large, sourcePorts, destinations } = this.#common;
    return {
      "flows below 3 packets": small / flows,
      "longest run of addresses in a /24": destinations.longestRun,
      "low ports of one host": this.#mostLowPorts,
      "longest run of low ports of one host": this.#longestPortRun,
      "source ports per destination": sourcePorts,
      "flows of 60 bytes per packet": large / flows,
      "source ports per flow": this.#sourcePorts.count / flows,
    };
  }

  #endDestination(): void {
    const { count } = this.#lowPorts;
    this.#mostLowPorts = Math.max(this.#mostLowPorts, count);
    // No run is longer than the number of ports.
    for (let port = 0, run = 0; count > this.#longestPortRun && port < LOW_PORTS; port++) {
      run = this.#lowPorts.has(port) ? run + 1 : 0;
      this.#longestPortRun = Math.max(this.#longestPortRun, run);
    }
    this.#lowPorts.clear();
  }
}

/**
 * Weights are flowtap's own. A sweep of 60 neighbouring hosts from one port in lone packets below 60 octets comes to
 * y = 1, a scan of 50 neighbouring ports of one host to 5.4, from a port for each to 3.5; a resolver that asks scattered
 * servers to -3 and less.
 */
export const UDP_MODEL: LogisticModel = {
  intercept: -5,
  terms: {
    "flows below 3 packets": { weight: 3 },
    "longest run of addresses in a /24": { weight: 0.05, most: 100 },
    "low ports of one host": { weight: 0.05, most: 100 },
    "longest run of low ports of one host": { weight: 0.1, most: 50 },
    "source ports per destination": { weight: -0.1, most: 10 },
    "flows of 60 bytes per packet": { weight: -1.5 },
    "source ports per flow": { weight: -1 },
  },
};
