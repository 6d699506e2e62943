/** The fields that rwaggbag makes of flows, in SQL over `flows`. */
import { ATTRIBUTES_SQL } from "../bags/flow_keys.js";
import { milliseconds, quotient } from "../query/dialect.js";
import type { FlowQuery } from "../query/flow_query.js";
import { type AggField, aggFieldOf } from "./agg_field.js";
import { classSql } from "./class_number.js";

const HIGHEST_WORD = 0xffff_ffff;
const HIGHEST_COUNTER = 2n ** 64n - 1n;

const IS_ICMP = "proto IN (1, 58)";

const START = quotient(milliseconds("stime"), 1000);
const END = quotient(milliseconds("etime"), 1000);
const DURATION = quotient(`(${milliseconds("etime")} - ${milliseconds("stime")})`, 1000);

/** SQL of a field: numbers of 64 bits, two for the halves of an IPv6 address. */
type FieldSql = (query: FlowQuery) => readonly string[];

function one(sql: string): FieldSql {
  return () => [sql];
}

/** 0.0.0.0 for IPv6 addresses. */
function ipv4(column: string): FieldSql {
  const isMapped = `${column}_hi = 0 AND ${column}_lo >> 32 = 65535`;
  return one(`(CASE WHEN ${isMapped} THEN ${column}_lo & ${HIGHEST_WORD} ELSE 0 END)`);
}

function ipv6(column: string): FieldSql {
  return () => [`${column}_hi`, `${column}_lo`];
}

function atMostWord(sql: string): FieldSql {
  return one(`least(${sql}, ${HIGHEST_WORD})`);
}

const KEYS: Readonly<Record<string, FieldSql>> = {
  sIPv4: ipv4("sip"),
  dIPv4: ipv4("dip"),
  nhIPv4: ipv4("nhip"),
  sIPv6: ipv6("sip"),
  dIPv6: ipv6("dip"),
  nhIPv6: ipv6("nhip"),
  sPort: one("sport"),
  dPort: one("dport"),
  protocol: one("proto"),
  packets: one("packets"),
  bytes: one("bytes"),
  flags: one("flags"),
  sTime: one(START),
  duration: atMostWord(DURATION),
  eTime: one(END),
  sensor: one("sensor"),
  input: atMostWord("input"),
  output: atMostWord("output"),
  initialFlags: one("initial_flags"),
  sessionFlags: one("session_flags"),
  attributes: one(ATTRIBUTES_SQL),
  application: one("application"),
  class: ({ site }) => [classSql(site)],
  type: one("flowtype"),
  icmpType: one(`(CASE WHEN ${IS_ICMP} THEN dport // 256 ELSE 0 END)`),
  icmpCode: one(`(CASE WHEN ${IS_ICMP} THEN dport % 256 ELSE 0 END)`),
  scc: ({ countries }) => [countries.of("sip", "The key scc")],
  dcc: ({ countries }) => [countries.of("dip", "The key dcc")],
};

const COUNTERS: Readonly<Record<string, string>> = {
  records: "count(*)",
  "sum-packets": "sum(packets)",
  "sum-bytes": "sum(bytes)",
  "sum-duration": `sum(${DURATION})`,
};

/** Fields that flows have. */
export const FLOW_KEY_FIELDS: readonly AggField[] = Object.keys(KEYS).map(aggFieldOf);
export const FLOW_COUNTER_FIELDS: readonly AggField[] = Object.keys(COUNTERS).map(aggFieldOf);

/** SQL of a key, as UBIGINT. @throws UsageError when it needs a country database and there is none */
export function keySql({ name }: AggField, query: FlowQuery): readonly string[] {
  return KEYS[name]!(query).map((sql) => `${sql}::UBIGINT`);
}

/** SQL of a counter over the flows of a key, as UBIGINT. */
export function counterSql({ name }: AggField): string {
  return `least(${COUNTERS[name]}, ${HIGHEST_COUNTER})::UBIGINT`;
}
