/**
 * Packet selection (RFC 5475): one packet of every `interval` in turn, each packet with a chance of one in `interval`,
 * or every packet of one conversation in `interval`.
 */
export interface Sampling {
  readonly mode: SamplingMode;
  /** 1 to 2^31 - 1; 1 takes every packet. */
  readonly interval: number;
}

export const SAMPLING_MODES = ["systematic", "random", "flow"] as const;
export type SamplingMode = (typeof SAMPLING_MODES)[number];
