/** Decides which sources scan: sums up their flows and asks the models. */
import type { AddressSet } from "../sets/address_set.js";
import { ICMP_MODEL, IcmpMetrics } from "./icmp_metrics.js";
import { type LogisticModel, type Metrics, scanProbability } from "./logistic.js";
import { RandomWalk, type WalkParameters } from "./random_walk.js";
import { ICMP, type ScanFlow, TCP, UDP } from "./scan_flow.js";
import { TCP_MODEL, TcpMetrics } from "./tcp_metrics.js";
import { UDP_MODEL, UdpMetrics } from "./udp_metrics.js";

/** Models as SiLK numbers them in its output. */
export const MODEL_NUMBERS = { "random walk": 1, "logistic regression": 2 } as const;
export type ModelName = keyof typeof MODEL_NUMBERS;

/** Protocols that are looked at. */
export const SCANNED_PROTOCOLS = [ICMP, TCP, UDP] as const;

/** Flows that a source must have for shares of them to tell anything. */
const FEWEST_FLOWS = 30;

/** Probability above which a source scans. */
const SCAN_PROBABILITY = 0.5;

/** The flows of one source and protocol. */
export interface SourceTraffic {
  readonly source: number;
  readonly proto: number;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  /** Microseconds since 1970 UTC. */
  readonly start: number;
  readonly end: number;
}

/** What the models make of the flows of a source. */
export interface Findings {
  /** The model that found a scan, with its probability; undefined for none. */
  readonly scan: { readonly model: ModelName; readonly probability: number } | undefined;
  /** The state of the walk, for TCP when that model is in use. */
  readonly walk: Pick<RandomWalk, "hits" | "misses" | "verdict" | "probability"> | undefined;
  /** Measures and their probability, when that model was asked. */
  readonly regression: { readonly values: Readonly<Record<string, number>>; readonly probability: number } | undefined;
}

export interface WalkOptions {
  readonly internal: AddressSet;
  readonly parameters: WalkParameters;
}

interface Regression {
  readonly metrics: Metrics;
  readonly model: LogisticModel;
}

/** Takes flows ordered by source, protocol and destination. */
export class ScanDetector {
  readonly #walk: RandomWalk | undefined;
  readonly #regressions: ReadonlyMap<number, Regression>;
  readonly #report: (traffic: SourceTraffic, findings: Findings) => void;
  #traffic = { source: 0, proto: 0, flows: 0, packets: 0, bytes: 0, start: 0, end: 0 };

  /**
   * @param walk what the random walk needs, undefined without that model
   * @param report called with the flows of each source and protocol together
   */
  constructor(
    walk: WalkOptions | undefined,
    regression: "used" | "not used",
    report: (traffic: SourceTraffic, findings: Findings) => void,
  ) {
    this.#walk = walk === undefined ? undefined : new RandomWalk(walk.internal, walk.parameters);
    this.#regressions = new Map<number, Regression>(
      regression === "not used"
        ? []
        : [
            [ICMP, { metrics: new IcmpMetrics(), model: ICMP_MODEL }],
            [TCP, { metrics: new TcpMetrics(), model: TCP_MODEL }],
            [UDP, { metrics: new UdpMetrics(), model: UDP_MODEL }],
          ],
    );
    this.#report = report;
  }

  add(flow: ScanFlow): void {
    const { source, proto, flows } = this.#traffic;
    if (flows === 0 || flow.source !== source || flow.proto !== proto) {
      this.end();
      this.#begin(flow);
    }
    const traffic = this.#traffic;
    traffic.flows += 1;
    traffic.packets += flow.packets;
    traffic.bytes += flow.bytes;
    traffic.start = Math.min(traffic.start, flow.start);
    traffic.end = Math.max(traffic.end, flow.end);
    if (flow.proto === TCP) this.#walk?.add(flow);
    this.#regressions.get(flow.proto)?.metrics.add(flow);
  }

  /** Reports the last source. */
  end(): void {
    if (this.#traffic.flows > 0) this.#report(this.#traffic, this.#findings());
    this.#traffic.flows = 0;
  }

  #begin({ source, proto, start, end }: ScanFlow): void {
    this.#traffic = { source, proto, flows: 0, packets: 0, bytes: 0, start, end };
    this.#walk?.begin();
    this.#regressions.get(proto)?.metrics.begin();
  }

  #findings(): Findings {
    const { proto, flows } = this.#traffic;
    const walk = proto === TCP ? this.#walk : undefined;
    if (walk?.verdict === "scanner")
      return { scan: { model: "random walk", probability: walk.probability }, walk, regression: undefined };
    const used = this.#regressions.get(proto);
    if (used === undefined || flows < FEWEST_FLOWS) return { scan: undefined, walk, regression: undefined };
    const values = used.metrics.values(flows);
    const probability = scanProbability(used.model, values);
    const scan = probability > SCAN_PROBABILITY ? ({ model: "logistic regression", probability } as const) : undefined;
    return { scan, walk, regression: { values, probability } };
  }
}
