/** Conditions on rates and payload, which SiLK has in its plug-in flowrate. */
import { PAYLOAD, RATES, rateOfFlow } from "../flow_rates.js";
import { decimalRange, oneIntegerRange } from "../values/number.js";
import { within } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

const GROUP = "Partitioning";

/** SiLK's names of the conditions on rates; bytes-per-packet is none of the plug-in's. */
const NAMES = {
  "pckts/sec": ["packets-per-second", "Packets a second"],
  "bytes/sec": ["bytes-per-second", "Octets a second"],
  "payload-rate": ["payload-rate", "Octets of payload a second"],
} as const;

function rateSwitch(rateName: keyof typeof NAMES): PartitionSwitch {
  const [name, what] = NAMES[rateName];
  const rate = RATES.find((each) => each.name === rateName)!;
  return {
    name,
    argument: "DECIMALS",
    group: GROUP,
    help: `${what} are in DECIMALS: 100-, 0.5-20`,
    shared: true,
    condition: (given, { lookups }) =>
      within(rateOfFlow(rate, lookups.zeroDuration), [decimalRange(given, { option: name, what: name, given })]),
  };
}

/** Shared, because SiLK knows them only with their plug-in: abbreviations mean other switches first. */
export const RATE_SWITCHES: readonly PartitionSwitch[] = [
  {
    name: "payload-bytes",
    argument: "RANGE",
    group: GROUP,
    help: "Octets without the smallest possible headers are in RANGE",
    shared: true,
    condition: (given) => {
      const option = "payload-bytes";
      return within(`(${PAYLOAD})`, [oneIntegerRange(given, { option, what: option, given })]);
    },
  },
  rateSwitch("payload-rate"),
  rateSwitch("bytes/sec"),
  rateSwitch("pckts/sec"),
];
