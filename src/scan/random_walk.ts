/**
 * Threshold random walk: Jung, Paxson, Berger and Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis
 * Testing" (2004). Each destination that a source tries for the first time makes it more likely that the source is
 * benign (the destination exists) or a scanner (it does not), until one of both is likely enough.
 */
import type { AddressSet } from "../sets/address_set.js";
import type { ScanFlow } from "./scan_flow.js";

/** Probabilities that an attempt reaches a destination that exists. */
export interface WalkParameters {
  /** Of benign sources (theta 0). */
  readonly benign: number;
  /** Of scanners (theta 1). */
  readonly scanner: number;
}

/** The values of the paper. */
export const USUAL_WALK: WalkParameters = { benign: 0.8, scanner: 0.2 };

/** Share of benign sources that may be taken for scanners, and of scanners that must be found (alpha and beta). */
const FALSE_ALARMS = 0.01;
const DETECTIONS = 0.99;

/** The likelihood ratio from which on a source is a scanner, and below which it is benign (eta 1 and eta 0). */
const SCANNER_RATIO = DETECTIONS / FALSE_ALARMS;
const BENIGN_RATIO = (1 - DETECTIONS) / (1 - FALSE_ALARMS);

const [SYN, ACK] = [0x02, 0x10];

export type Verdict = "scanner" | "benign" | "unknown";

/** The walk of one source. */
export class RandomWalk {
  hits = 0;
  misses = 0;
  readonly #internal: AddressSet;
  readonly #afterHit: number;
  readonly #afterMiss: number;
  #ratio = 1;
  #tried: number | undefined;
  #verdict: Verdict = "unknown";

  /** @param internal addresses that exist */
  constructor(internal: AddressSet, { benign, scanner }: WalkParameters) {
    this.#internal = internal;
    this.#afterHit = scanner / benign;
    this.#afterMiss = (1 - scanner) / (1 - benign);
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** Probability of a scanner when both are as likely beforehand. */
  get probability(): number {
    return this.#ratio / (1 + this.#ratio);
  }

  /** Begins the walk of another source. */
  begin(): void {
    this.hits = 0;
    this.misses = 0;
    this.#ratio = 1;
    this.#tried = undefined;
    this.#verdict = "unknown";
  }

  /** Takes a step. Flows come in the order of their destinations. */
  add(flow: ScanFlow): void {
    if (this.#verdict !== "unknown" || flow.destination === this.#tried || !isAttempt(flow)) return;
    this.#tried = flow.destination;
    if (this.#internal.hasIpv4(flow.destination)) {
      this.hits += 1;
      this.#ratio *= this.#afterHit;
    } else {
      this.misses += 1;
      this.#ratio *= this.#afterMiss;
    }
    if (this.#ratio >= SCANNER_RATIO) this.#verdict = "scanner";
    else if (this.#ratio <= BENIGN_RATIO) this.#verdict = "benign";
  }
}

/** Whether a flow may begin a connection: it has a SYN and does not begin with an answer to one, or has no flags at all. */
function isAttempt({ flags, initialFlags }: ScanFlow): boolean {
  if (flags === 0) return true;
  if (initialFlags !== undefined && (initialFlags & (SYN | ACK)) === (SYN | ACK)) return false;
  return (flags & SYN) !== 0;
}
