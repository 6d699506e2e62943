/** How packets were sampled, as NetFlow says it: an options record in version 9, two octets of the header in version 5. */
import type { Sampling } from "../../meter/sampling.js";
import type { SetBuffer } from "../set_buffer.js";

/** Options templates and their records (RFC 3954 section 6.1). */
const OPTIONS_FLOWSET = 1;
/** Above the identifiers that flow templates can have. */
const TEMPLATE_ID = 512;
const SCOPE_SYSTEM = 1;
const SCOPE_OCTETS = 4;

/** Values of samplingAlgorithm (35); samplerMode (49) has the same ones. */
const DETERMINISTIC = 1;
const RANDOM = 2;

/** Number that stands for the one sampler there is: 0 would mean none. */
const SAMPLER = 1;

/** Largest interval of version 5: 14 bits. */
export const LARGEST_V5_INTERVAL = 0x3fff;

/**
 * Options template and record, scope System: SAMPLING_INTERVAL 34 and SAMPLING_ALGORITHM 35 (RFC 3954 section 8), which
 * hold for all flows, and Cisco's FLOW_SAMPLER_ID 48, MODE 49 and RANDOM_INTERVAL 50, which other collectors look for.
 */
export class NetFlow9Sampling {
  readonly #values: readonly (readonly [type: number, octets: number, value: number])[];

  constructor({ mode, interval }: Sampling) {
    const algorithm = mode === "systematic" ? DETERMINISTIC : RANDOM;
    this.#values = [
      [34, 4, interval],
      [35, 1, algorithm],
      [48, 1, SAMPLER],
      [49, 1, algorithm],
      [50, 4, interval],
    ];
  }

  /** Octets of both sets with their headers and padding. */
  get size(): number {
    const record = this.#values.reduce((sum, [, octets]) => sum + octets, SCOPE_OCTETS);
    return 4 + 6 + 4 * (1 + this.#values.length) + 3 + 4 + record + 3;
  }

  /** Writes both sets; returns the records that they count as in the header. */
  write(into: SetBuffer): number {
    const { view } = into;
    // One options template a set, as RFC 3954 draws it.
    into.closeSet();
    into.openSet(OPTIONS_FLOWSET);
    const put = (octets: number, value: number) => {
      if (octets === 1) view.setUint8(into.position, value);
      else if (octets === 2) view.setUint16(into.position, value);
      else view.setUint32(into.position, value);
      into.position += octets;
    };
    put(2, TEMPLATE_ID);
    put(2, 4);
    put(2, 4 * this.#values.length);
    put(2, SCOPE_SYSTEM);
    put(2, SCOPE_OCTETS);
    for (const [type, octets] of this.#values) {
      put(2, type);
      put(2, octets);
    }
    into.openSet(TEMPLATE_ID);
    put(SCOPE_OCTETS, 0);
    for (const [, octets, value] of this.#values) put(octets, value);
    into.closeSet();
    return 2;
  }
}

/** The header field of version 5: mode in the two high bits, interval in the other 14. Nothing sampled is 0. */
export function netFlow5Sampling(sampling: Sampling | undefined): number {
  if (sampling === undefined || sampling.interval === 1) return 0;
  return ((sampling.mode === "systematic" ? DETERMINISTIC : RANDOM) << 14) | sampling.interval;
}
