/** The keys of rwtotal: a number of each flow, up to 2^24 - 1, and how it prints. */
import type { Switch } from "../cli/switches.js";
import { milliseconds, quotient } from "./dialect.js";
import { IS_IPV4 } from "./partition/numbers.js";

/** The highest key; larger values are counted there, too, as SiLK's manual says. */
const HIGHEST = 2 ** 24 - 1;

export interface TotalKey {
  /** Name of the switch. */
  readonly option: string;
  readonly title: string;
  /** SQL of the number. */
  readonly sql: string;
  /** SQL of the flows that have the key. */
  readonly condition: string;
  /** Keys there can be: from 0 to below this. */
  readonly count: number;
  readonly help: string;
  text(key: number): string;
}

const octet = (value: number) => String(value & 0xff).padStart(3);

/** Text of the lowest octets of a number, each three characters wide. */
function octets(count: number): (key: number) => string {
  return (key) => Array.from({ length: count }, (_, k) => octet(key >>> (8 * (count - 1 - k)))).join(".");
}

/** Part of an IPv4 address; flows of IPv6 have none. */
function addressKey(column: "sip" | "dip", end: "first" | "last", bits: 8 | 16 | 24): TotalKey {
  const address = `(${column}_lo & 4294967295)`;
  const sql = end === "first" ? `(${address} >> ${32 - bits})` : `(${address} & ${2 ** bits - 1})`;
  const whose = column === "sip" ? "source" : "destination";
  return {
    option: `${column}-${end}-${bits}`,
    title: `${column.charAt(0)}IP_${end === "first" ? "First" : "Last"}${bits}`,
    sql,
    condition: IS_IPV4,
    count: 2 ** bits,
    help: `The ${end} ${bits} bits of the ${whose} address; IPv4 only`,
    text: octets(bits / 8),
  };
}

function numberKey(option: string, title: string, sql: string, count: number, help: string): TotalKey {
  return { option, title, sql, condition: "true", count, help, text: String };
}

const atMostHighest = (sql: string) => `least(${sql}, ${HIGHEST})`;

const ADDRESS_KEYS = (["sip", "dip"] as const).flatMap((column) => [
  ...([8, 16, 24] as const).map((bits) => addressKey(column, "first", bits)),
  ...([8, 16] as const).map((bits) => addressKey(column, "last", bits)),
]);

const DURATION = quotient(`(${milliseconds("etime")} - ${milliseconds("stime")})`, 1000);

/** All keys, in the order of the switches. */
export const TOTAL_KEYS: readonly TotalKey[] = [
  ...ADDRESS_KEYS,
  numberKey("sport", "sPort", "sport", 65536, "The source port"),
  numberKey("dport", "dPort", "dport", 65536, "The destination port"),
  numberKey("proto", "protocol", "proto", 256, "The IP protocol"),
  numberKey("packets", "packets", atMostHighest("packets"), HIGHEST + 1, "The packets of the flow"),
  numberKey("bytes", "bytes", atMostHighest("bytes"), HIGHEST + 1, "The octets of the flow"),
  numberKey("duration", "duration", atMostHighest(DURATION), HIGHEST + 1, "The flow's whole seconds"),
  numberKey("icmp-code", "icmpTypeCode", "dport", 65536, "ICMP type * 256 + code; all flows are taken for ICMP"),
];

export const TOTAL_KEY_SWITCHES: readonly Switch[] = TOTAL_KEYS.map(({ option, help }) => ({
  name: option,
  group: "Key",
  help,
}));
