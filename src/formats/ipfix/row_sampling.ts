/** Which number of a record tells how its packets were sampled. */
import type { SamplingColumn } from "./row_context.js";
import { bitsOf, type RowElements, wholeOf } from "./row_elements.js";

/** samplingInterval, samplerRandomInterval. */
const INTERVALS = [34, 50] as const;
/** samplingPacketInterval and samplingPacketSpace, samplingSize and samplingPopulation (RFC 5477 section 8.2). */
const PACKET_INTERVAL = 305;
const PACKET_SPACE = 306;
const SIZE = 309;
const POPULATION = 310;
/** samplingProbability, a float of 8 or 4 octets. */
const PROBABILITY = 311;
/** samplerId, selectorId. */
const SAMPLERS = [48, 302] as const;

export interface SamplingText {
  readonly column: SamplingColumn;
  /** Source text of the number; an interval of 0 is none. */
  readonly value: string;
}

/** The interval where the record has it, else the sampler, whose interval options tell. */
export function samplingOf(elements: RowElements): SamplingText {
  const interval = bitsOf(elements.first(INTERVALS), 32);
  if (interval !== undefined) return { column: "interval", value: interval };
  const [taken, skipped] = [PACKET_INTERVAL, PACKET_SPACE].map((key) => bitsOf(elements.place(key), 32));
  if (taken !== undefined && skipped !== undefined)
    return { column: "interval", value: `(${taken}===0?0:(${taken}+${skipped})/${taken})` };
  const [size, population] = [SIZE, POPULATION].map((key) => bitsOf(elements.place(key), 32));
  if (size !== undefined && population !== undefined)
    return { column: "interval", value: `(${size}===0?0:${population}/${size})` };
  const probability = elements.place(PROBABILITY);
  if (probability?.length === 8 || probability?.length === 4) {
    const number = `view.getFloat${8 * probability.length}(${probability.at})`;
    return { column: "interval", value: `(${number}>0?1/${number}:0)` };
  }
  const sampler = elements.first(SAMPLERS);
  if (sampler === undefined || sampler.length > 8) return { column: "none", value: "0" };
  return { column: "sampler", value: wholeOf(sampler) };
}
