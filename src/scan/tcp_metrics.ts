/** What scans look like in TCP: flows that get no answer. */
import { CommonMetrics } from "./common_metrics.js";
import type { LogisticModel, Metrics } from "./logistic.js";
import type { ScanFlow } from "./scan_flow.js";

const [SYN, RST, ACK] = [0x02, 0x04, 0x10];

/** Flags of answers to packets with forged source addresses. */
const BACKSCATTER: ReadonlySet<number> = new Set([SYN | ACK, RST, RST | ACK]);

export class TcpMetrics implements Metrics {
  readonly #common = new CommonMetrics();
  #withoutAck = 0;
  #backscatter = 0;

  begin(): void {
    this.#common.begin();
    this.#withoutAck = 0;
    this.#backscatter = 0;
  }

  add(flow: ScanFlow): void {
    this.#common.add(flow);
    if ((flow.flags & ACK) === 0) this.#withoutAck += 1;
    if (BACKSCATTER.has(flow.flags)) this.#backscatter += 1;
  }

  values(flows: number): Readonly<Record<string, number>> {
    const { small, large, sourcePorts, destinations } = this.#common;
    return {
      "flows without ACK": this.#withoutAck / flows,
      "flows below 3 packets": small / flows,
      "source ports per destination": sourcePorts,
      "flows of 60 bytes per packet": large / flows,
      "destinations per flow": destinations.count / flows,
      "flows of backscatter": this.#backscatter / flows,
    };
  }
}

/**
 * Weights are flowtap's own. A sweep of lone SYNs comes to y = 4.4, to 3.4 where packets have 60 octets; a scan of many
 * ports of one host from one port to 2.4, from a port for each of 60 octets to 0.5; web clients to -6, backscatter to -3.6
 * and less.
 */
export const TCP_MODEL: LogisticModel = {
  intercept: -6,
  terms: {
    "flows without ACK": { weight: 4.5 },
    "flows below 3 packets": { weight: 4 },
    "source ports per destination": { weight: -0.1, most: 10 },
    "flows of 60 bytes per packet": { weight: -1 },
    "destinations per flow": { weight: 2 },
    "flows of backscatter": { weight: -8 },
  },
};
