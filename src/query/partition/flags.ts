/** Conditions on TCP flags and attributes. */
import { ArgumentError } from "../../errors.js";
import { type HighMask, parseAttributes, parseTcpFlags } from "../../text/parse_flags.js";
import { argument } from "../values/argument.js";
import { highMasks } from "../values/flag_list.js";
import { any } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

const GROUP = "Partitioning";

/** One of the pairs matches: the bits in MASK are exactly HIGH. */
function matches(column: string, pairs: readonly HighMask[]): string {
  return any(pairs.map(({ high, mask }) => `(${column} & ${mask}) = ${high}`));
}

function pairSwitch(name: string, column: string, help: string): PartitionSwitch {
  return {
    name,
    argument: "HIGH/MASK,…",
    group: GROUP,
    help,
    condition: (given) => matches(column, highMasks(given, parseTcpFlags, name)),
  };
}

const SINGLE = { fin: "F", syn: "S", rst: "R", psh: "P", ack: "A", urg: "U", ece: "E", cwr: "C" } as const;

function singleSwitch(flag: keyof typeof SINGLE): PartitionSwitch {
  const name = `${flag}-flag`;
  const bit = parseTcpFlags(SINGLE[flag]);
  return {
    name,
    argument: "0|1",
    group: GROUP,
    help: `The ${flag.toUpperCase()} flag was seen (1) or not (0)`,
    condition(given) {
      if (given !== "0" && given !== "1") throw new ArgumentError(name, "Expected 0 or 1", name, given);
      return `(flags & ${bit}) ${given === "1" ? "<>" : "="} 0`;
    },
  };
}

export const FLAG_SWITCHES: readonly PartitionSwitch[] = [
  pairSwitch("flags-all", "flags", "TCP flags of all packets match: of the flags in MASK exactly HIGH, as S/SA"),
  pairSwitch("flags-initial", "initial_flags", "TCP flags of the first packet match"),
  pairSwitch("flags-session", "session_flags", "TCP flags of all packets but the first match"),
  {
    name: "attributes",
    argument: "HIGH/MASK,…",
    group: GROUP,
    help: "Attributes match; S same size of all packets, F packets after FIN, T ended by and C started after the active timeout",
    condition: (given) => matches("attributes", highMasks(given, parseAttributes, "attributes")),
  },
  {
    name: "tcp-flags",
    argument: "FLAGS",
    group: GROUP,
    help: "At least one of the flags was seen",
    condition: (given) => `(flags & ${argument(() => parseTcpFlags(given), "tcp-flags", given)}) <> 0`,
  },
  ...(Object.keys(SINGLE) as (keyof typeof SINGLE)[]).map(singleSwitch),
];
