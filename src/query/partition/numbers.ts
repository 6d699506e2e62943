/** Conditions on ports, protocol, ICMP, volume, interfaces and application: lists and ranges of numbers. */
import { ArgumentError } from "../../errors.js";
import { milliseconds } from "../dialect.js";
import { decimalRange, integerList, type Origin, oneIntegerRange } from "../values/number.js";
import { all, any, not, within } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

const GROUP = "Partitioning";

function listOf(name: string, what: string, columns: readonly string[], high: number, help: string): PartitionSwitch {
  return {
    name,
    argument: "LIST",
    group: GROUP,
    help,
    condition(given) {
      const ranges = integerList(given, 0, high, { option: name, what, given });
      return any(columns.map((column) => within(column, ranges)));
    },
  };
}

function icmp(name: string, what: string, expression: string, help: string): PartitionSwitch {
  const list = listOf(name, what, [expression], 255, help);
  // ICMP or ICMPv6: other protocols have a port in that place.
  return { ...list, condition: (given, context) => all(["proto IN (1, 58)", list.condition(given, context)]) };
}

function volume(name: string, what: string, help: string): PartitionSwitch {
  return {
    name,
    argument: "RANGE",
    group: GROUP,
    help,
    condition: (given) => within(name, [oneIntegerRange(given, { option: name, what, given })]),
  };
}

function decimal(name: string, what: string, argument: string, help: string, sql: Decimal): PartitionSwitch {
  return {
    name,
    argument,
    group: GROUP,
    help,
    condition(given) {
      const origin: Origin = { option: name, what, given };
      const { low, high } = decimalRange(given, origin);
      return high === Number.POSITIVE_INFINITY ? sql.atLeast(low) : all([sql.atLeast(low), sql.atMost(high)]);
    },
  };
}

interface Decimal {
  atLeast(low: number): string;
  atMost(high: number): string;
}

const DURATION = `(${milliseconds("etime")} - ${milliseconds("stime")})`;

/** Milliseconds of a number of seconds, exact for what SiLK's switches can state. */
const thousand = (seconds: number) => Math.round(seconds * 1000);

export const NUMBER_SWITCHES: readonly PartitionSwitch[] = [
  listOf("sport", "sport", ["sport"], 65535, "Source port is in LIST: 1,2,5-10,99-"),
  listOf("dport", "dport", ["dport"], 65535, "Destination port is in LIST"),
  listOf("aport", "aport", ["sport", "dport"], 65535, "Source or destination port is in LIST"),
  listOf("protocol", "protocol", ["proto"], 255, "IP protocol is in LIST"),
  icmp("icmp-type", "icmp-type", "(dport // 256)", "ICMP or ICMPv6 with its type in LIST"),
  icmp("icmp-code", "icmp-code", "(dport % 256)", "ICMP or ICMPv6 with its code in LIST"),
  volume("bytes", "bytes", "Octets are in RANGE: 100-, 1-99, or one number"),
  volume("packets", "packets", "Packets are in RANGE"),
  decimal("bytes-per-packet", "bytes-per-packet", "DECIMALS", "Octets for each packet are in DECIMALS: 40.5-60", {
    atLeast: (low) => `bytes >= packets * ${low}`,
    atMost: (high) => `bytes <= packets * ${high}`,
  }),
  decimal("duration", "duration", "DECIMALS", "Seconds from the first packet to the last are in DECIMALS", {
    atLeast: (low) => `${DURATION} >= ${thousand(low)}`,
    atMost: (high) => `${DURATION} <= ${thousand(high)}`,
  }),
  listOf("input-index", "input-index", ["input"], 4294967295, "Interface the packets came in by is in LIST"),
  listOf("output-index", "output-index", ["output"], 4294967295, "Interface the packets left by is in LIST"),
  listOf("any-index", "any-index", ["input", "output"], 4294967295, "Either interface is in LIST"),
  listOf("application", "application", ["application"], 65535, "Application label is in LIST; 0 is unknown"),
  {
    name: "ip-version",
    argument: "LIST",
    group: GROUP,
    help: "IP version is in LIST: 4, 6 or 4,6",
    condition(given) {
      const versions = new Set(given.split(",").map((each) => each.trim()));
      for (const each of versions)
        if (each !== "4" && each !== "6")
          throw new ArgumentError("ip-version", "Expected 4, 6 or 4,6", "ip-version", given);
      if (versions.size === 2) return "true";
      return versions.has("4") ? IS_IPV4 : not(IS_IPV4);
    },
  },
];

/** The addresses of the flow are IPv4 (::ffff:0:0/96). */
export const IS_IPV4 =
  "(sip_hi = 0 AND sip_lo BETWEEN 281470681743360::UBIGINT AND 281474976710655::UBIGINT AND dip_hi = 0 AND dip_lo BETWEEN 281470681743360::UBIGINT AND 281474976710655::UBIGINT)";
