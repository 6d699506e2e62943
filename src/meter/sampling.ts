/** Packet selection: `--sample`. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";

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

export const SAMPLING_SWITCH: Switch = {
  name: "sample",
  argument: "[MODE:]1/N",
  group: "Packets",
  help:
    "Meter one packet in N: systematic (every Nth), random (each with a chance of one in N) or flow (all packets of " +
    "one conversation in N). Collectors are told; counters are not scaled",
  fallback: "all packets; the mode is systematic",
};

/** Names that other meters give the modes. */
const ALIASES: Readonly<Record<string, SamplingMode>> = { deterministic: "systematic", hash: "flow" };

/** The argument of `--sample`, undefined where all packets are metered. @throws UsageError */
export function samplingOf(args: Arguments): Sampling | undefined {
  const text = args.value("sample");
  if (text === undefined) return undefined;
  const found = /^(?:([a-z]+):)?1\/(\d{1,10})$/.exec(text);
  const mode = SAMPLING_MODES.find((each) => each === (ALIASES[found?.[1] ?? ""] ?? found?.[1] ?? "systematic"));
  const interval = Number(found?.[2] ?? 0);
  if (mode === undefined || interval < 1 || interval >= 2 ** 31)
    throw new UsageError(`--sample: '${text}' is not [MODE:]1/N, where MODE is ${SAMPLING_MODES.join(", ")}`);
  return interval === 1 ? undefined : { mode, interval };
}
