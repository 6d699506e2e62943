/** How packets were sampled, as an options record (RFC 5476 section 6.5.2, RFC 5477 section 8.2). */
import type { Sampling, SamplingMode } from "../../meter/sampling.js";
import { PEN } from "../../record/field.js";
import type { OptionsRecord } from "./options.js";

/** Number of the one selector there is: selectorId. */
const SELECTOR = 1;

/** samplingAlgorithm (35), which has no other values. */
const DETERMINISTIC = 1;
const RANDOM = 2;

type Element = readonly [id: number, octets: number, value: number];

/**
 * Elements beside the scope. selectorAlgorithm (304) numbers are those of IANA's psamp-parameters: 1 systematic
 * count-based, 3 random n-out-of-N. Its numbers for hashes (6 BOB, 7 IPSX, 8 CRC) each name one hash function, and ours
 * is none of them, so that sampling of conversations is told by flowSelectorAlgorithm (390), where 6 is hash-based
 * filtering of flows whatever the hash (RFC 7014 section 7.1).
 */
const SELECTORS: Readonly<Record<SamplingMode, (interval: number) => readonly Element[]>> = {
  // samplingPacketInterval, samplingPacketSpace
  systematic: (interval) => [
    [304, 2, 1],
    [305, 4, 1],
    [306, 4, interval - 1],
  ],
  // samplingSize, samplingPopulation
  random: (interval) => [
    [304, 2, 3],
    [309, 4, 1],
    [310, 4, interval],
  ],
  flow: () => [[390, 2, 6]],
};

/** Template identifiers by mode: what a collector keeps of an earlier run has the meaning it had then. */
const TEMPLATE_ID: Readonly<Record<SamplingMode, number>> = { systematic: 0xff05, random: 0xff06, flow: 0xff07 };

/** The record for collectors: the selector, and samplingInterval (34) and samplingAlgorithm (35) for older ones. */
export function samplingRecord({ mode, interval }: Sampling): OptionsRecord {
  const elements: readonly Element[] = [
    [302, 8, SELECTOR],
    ...SELECTORS[mode](interval),
    [34, 4, interval],
    [35, 1, mode === "systematic" ? DETERMINISTIC : RANDOM],
  ];
  return {
    template: {
      id: TEMPLATE_ID[mode],
      scopeCount: 1,
      specifiers: elements.map(([id, length]) => ({ pen: PEN.iana, id, length })),
    },
    values: elements.map(([, , value]) => value),
  };
}
