/**
 * Rates of flows and octets of their payload, as SiLK's plug-in flowrate defines them: payload is what the smallest
 * possible headers leave, and a flow whose duration is zero is taken for one of 400 µs.
 */
import type { Arguments, Switch } from "../cli/switches.js";
import { milliseconds } from "./dialect.js";
import { IS_IPV4 } from "./partition/numbers.js";
import { oneInteger } from "./values/number.js";

const DEFAULT_ZERO_DURATION = 400;

export const ZERO_DURATION_SWITCH: Switch = {
  name: "flowrate-zero-duration",
  argument: "MICROSECONDS",
  group: "Fields",
  help: "Rates take flows of zero duration for flows of so many microseconds",
  fallback: String(DEFAULT_ZERO_DURATION),
  shared: true,
};

/** Microseconds of the switch. */
export function zeroDuration(args: Arguments): number {
  const given = args.value(ZERO_DURATION_SWITCH.name);
  if (given === undefined) return DEFAULT_ZERO_DURATION;
  const option = ZERO_DURATION_SWITCH.name;
  return oneInteger(given, 1, 4_294_967_295, { option, what: option, given });
}

/** Octets of the headers of one packet: IP, then TCP, UDP or ICMP without options. */
const HEADERS = `(CASE WHEN ${IS_IPV4} THEN 20 ELSE 40 END + CASE proto WHEN 6 THEN 20 WHEN 17 THEN 8 WHEN 1 THEN 8 WHEN 58 THEN 8 ELSE 0 END)`;

/** Octets of payload at most, a BIGINT. */
export const PAYLOAD = `greatest(bytes - packets * ${HEADERS}, 0)`;

/** Milliseconds of a flow, a DOUBLE that is never zero. */
export function rateDuration(zero: number): string {
  const elapsed = `(${milliseconds("etime")} - ${milliseconds("stime")})`;
  return `(CASE WHEN ${elapsed} > 0 THEN ${elapsed}::DOUBLE ELSE ${zero / 1000}::DOUBLE END)`;
}

/** What is divided by what: by seconds, or by packets. */
export interface Rate {
  readonly name: "pckts/sec" | "bytes/sec" | "bytes/packet" | "payload-rate";
  readonly dividend: string;
  readonly per: "second" | "packet";
}

export const RATES: readonly Rate[] = [
  { name: "pckts/sec", dividend: "packets", per: "second" },
  { name: "bytes/sec", dividend: "bytes", per: "second" },
  { name: "bytes/packet", dividend: "bytes", per: "packet" },
  { name: "payload-rate", dividend: PAYLOAD, per: "second" },
];

/** SQL of the rate of a flow, a DOUBLE. */
export function rateOfFlow({ dividend, per }: Rate, zero: number): string {
  if (per === "packet") return `(${dividend}::DOUBLE / greatest(packets, 1))`;
  return `(${dividend}::DOUBLE * 1000 / ${rateDuration(zero)})`;
}

/** SQL of the rate of all flows of a group together, a DOUBLE. */
export function rateOfGroup({ dividend, per }: Rate, zero: number): string {
  if (per === "packet") return `(sum(${dividend})::DOUBLE / greatest(sum(packets), 1))`;
  return `(sum(${dividend})::DOUBLE * 1000 / sum(${rateDuration(zero)}))`;
}

/** A rate as a whole number of thousandths: the digits that are printed, and what flows are grouped by. */
export function thousandths(rate: string): string {
  return `round(${rate} * 1000)::BIGINT`;
}
