/** Keys and counters that rwbag makes bags of, in SQL over `flows`. */

import { NO_PREFIX_VALUE } from "../formats/silk/prefix_map.js";
import { milliseconds, quotient } from "../query/dialect.js";
import type { AddressColumn, FlowQuery } from "../query/flow_query.js";
import { KEY_ATTRIBUTES } from "./attributes.js";
import { type FieldType, fieldType, fieldTypeNamed } from "./field_type.js";

/** Highest key that is no address. */
const HIGHEST_KEY = 0xffff_ffff;

/** A key: an address in two columns, or the SQL of a number. */
export type FlowKey =
  | { readonly kind: "address"; readonly type: FieldType; readonly column: AddressColumn }
  | { readonly kind: "number"; readonly type: FieldType; readonly sql: (query: FlowQuery) => string };

export interface FlowCounter {
  readonly type: FieldType;
  /** Aggregate over the flows of a key. */
  readonly aggregate: string;
}

function address(name: string, column: AddressColumn): FlowKey {
  return { kind: "address", type: fieldType(name), column };
}

function number(name: string, sql: string | ((query: FlowQuery) => string)): FlowKey {
  return { kind: "number", type: fieldType(name), sql: typeof sql === "string" ? () => sql : sql };
}

/** Numbers that may be larger than a key. */
function atMostHighest(sql: string): string {
  return `least(${sql}, ${HIGHEST_KEY})`;
}

/** SQL of a flow's attributes as the number that keys have. */
export const ATTRIBUTES_SQL = `(${KEY_ATTRIBUTES.map(
  ({ row, key }) => `(CASE WHEN attributes & ${row} = 0 THEN 0 ELSE ${key} END)`,
).join(" + ")})`;

const KEYS: readonly FlowKey[] = [
  address("sIPv4", "sip"),
  address("dIPv4", "dip"),
  address("nhIPv4", "nhip"),
  address("sIPv6", "sip"),
  address("dIPv6", "dip"),
  address("nhIPv6", "nhip"),
  number("sPort", "sport"),
  number("dPort", "dport"),
  number("protocol", "proto"),
  number("packets", atMostHighest("packets")),
  number("bytes", atMostHighest("bytes")),
  number("flags", "flags"),
  number("sTime", quotient(milliseconds("stime"), 1000)),
  number("duration", atMostHighest(quotient(`(${milliseconds("etime")} - ${milliseconds("stime")})`, 1000))),
  number("eTime", quotient(milliseconds("etime"), 1000)),
  number("sensor", "sensor"),
  number("input", atMostHighest("input")),
  number("output", atMostHighest("output")),
  number("initialFlags", "initial_flags"),
  number("sessionFlags", "session_flags"),
  number("attributes", ATTRIBUTES_SQL),
  number("application", "application"),
  number("icmpTypeCode", "(CASE WHEN proto IN (1, 58) THEN dport ELSE 0 END)"),
  number("sip-country", ({ countries }) => countries.of("sip", "The key sip-country")),
  number("dip-country", ({ countries }) => countries.of("dip", "The key dip-country")),
];

const COUNTERS: readonly FlowCounter[] = [
  { type: fieldType("records"), aggregate: "count(*)" },
  { type: fieldType("sum-packets"), aggregate: "sum(packets)" },
  { type: fieldType("sum-bytes"), aggregate: "sum(bytes)" },
];

/** Names of counters in older scripts. */
const COUNTER_ALIASES: Readonly<Record<string, string>> = {
  packets: "sum-packets",
  bytes: "sum-bytes",
  flows: "records",
};

/** Keys that are labels: `sip-pmap:NAME`, or without a name when there is one map only. */
const LABEL = /^\s*(sip|dip|sport|dport)-pmap(?::(.*))?$/i;

function labelKey(end: string, map: string | undefined): FlowKey {
  const column = end.toLowerCase();
  const name = `${column}-pmap`;
  return number(name, ({ prefixMaps }) => {
    const wanted = column.endsWith("ip") ? "address" : "proto-port";
    const labels = prefixMaps.named(map?.trim(), wanted, `The key ${name}`);
    return `coalesce(nullif(${labels.sql(column)}, ${labels.place(NO_PREFIX_VALUE)}), ${NO_PREFIX_VALUE})`;
  });
}

/** The key that a word means, or what is wrong with the word. */
export function flowKey(word: string): FlowKey | string {
  const label = LABEL.exec(word);
  if (label !== null) return labelKey(label[1]!, label[2]);
  const type = fieldTypeNamed(
    word,
    KEYS.map((each) => each.type),
  );
  return typeof type === "string" ? type : KEYS.find((each) => each.type === type)!;
}

/** The counter that a word means, or what is wrong with the word. */
export function flowCounter(word: string): FlowCounter | string {
  const name = COUNTER_ALIASES[word.trim().toLowerCase()] ?? word;
  const type = fieldTypeNamed(
    name,
    COUNTERS.map((each) => each.type),
  );
  return typeof type === "string" ? type : COUNTERS.find((each) => each.type === type)!;
}
