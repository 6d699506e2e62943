/** SiLK's fields of flow records: `--fields` names and numbers, and what each is made from. */
import { UsageError } from "../errors.js";
import { UNKNOWN_SENSOR } from "../record/columns.js";
import { durationText } from "../text/silk_time.js";
import { quotient } from "./dialect.js";
import { number64 } from "./engine.js";
import type { FlowField } from "./field.js";
import {
  ATTRIBUTES,
  address,
  attributeText,
  CLASS,
  DURATION,
  EXPORTED_DURATION,
  icmp,
  named,
  narrow,
  tcpFlags,
  time,
  timeWithMilliseconds,
  wideNumber,
} from "./field_kinds.js";
import { addressType, country } from "./lookup_kinds.js";
import { PLUGIN_FIELDS } from "./plugin_fields.js";

export const FLOW_FIELDS: readonly FlowField[] = [
  address("sIP", 1, "sip"),
  address("dIP", 2, "dip"),
  narrow("sPort", 3, "sport", "INTEGER", 5),
  narrow("dPort", 4, "dport", "INTEGER", 5),
  narrow("protocol", 5, "proto", "SMALLINT", 3),
  narrow("packets", 6, "packets", "BIGINT", 10, { aliases: ["pkts"] }),
  narrow("bytes", 7, "bytes", "BIGINT", 10),
  tcpFlags("flags", 8, "flags"),
  time("sTime", 9, "stime"),
  {
    name: "duration",
    number: 10,
    aliases: ["dur"],
    exported: EXPORTED_DURATION,
    parts: (use) => [{ sql: use === "bin" ? quotient(DURATION, 1000) : DURATION, type: "BIGINT" }],
    width: (use, { time: { fraction } }) => (use === "bin" || fraction === 0 ? 5 : 9),
    cell: (use, { time: { fraction } }) =>
      use === "bin" ? wideNumber : (arrays, at, i) => durationText(number64(arrays[at]!, i), fraction),
  },
  time("eTime", 11, "etime"),
  named(
    "sensor",
    12,
    { sql: "sensor", type: "INTEGER" },
    // Without names, numbers: as wide as the largest.
    ({ config: { sensors } }) => (sensors.length === 0 ? [String(UNKNOWN_SENSOR)] : sensors.map((each) => each.name)),
    (site, id) => site.sensorName(id),
  ),
  narrow("in", 13, "input", "BIGINT", 5),
  narrow("out", 14, "output", "BIGINT", 5),
  address("nhIP", 15, "nhip"),
  tcpFlags("initialFlags", 26, "initial_flags"),
  tcpFlags("sessionFlags", 27, "session_flags"),
  {
    name: "attributes",
    number: 28,
    exported: { kind: "attributes", parts: [ATTRIBUTES] },
    parts: () => [ATTRIBUTES],
    width: () => 8,
    cell: (_use, { padded }) => {
      const text = Array.from({ length: 256 }, (_, each) => attributeText(each, padded));
      return (arrays, at, i) => text[arrays[at]![i]! & 255]!;
    },
  },
  narrow("application", 29, "application", "INTEGER", 5),
  addressType("sType", 16, "sip"),
  addressType("dType", 17, "dip"),
  country("scc", 18, "sip"),
  country("dcc", 19, "dip"),
  CLASS,
  named(
    "type",
    21,
    { sql: "flowtype", type: "SMALLINT" },
    (site) => site.config.flowtypes.map((each) => each.type),
    (site, id) => site.typeName(id),
  ),
  timeWithMilliseconds("sTime+msec", 22, "stime"),
  timeWithMilliseconds("eTime+msec", 23, "etime"),
  {
    name: "dur+msec",
    number: 24,
    exported: EXPORTED_DURATION,
    parts: () => [{ sql: DURATION, type: "BIGINT" }],
    width: () => 9,
    cell: () => (arrays, at, i) => durationText(number64(arrays[at]!, i), 3),
  },
  icmp("iType", "dport // 256"),
  icmp("iCode", "dport % 256"),
  ...PLUGIN_FIELDS,
];

/** Names that stand for several fields. */
export const FIELD_GROUPS = [{ name: "icmpTypeCode", number: 25, fields: ["iType", "iCode"] }] as const;

const ALIASES: ReadonlyMap<string, readonly string[]> = new Map(
  FIELD_GROUPS.flatMap(({ name, number, fields }) => [
    [name.toLowerCase(), fields],
    [String(number), fields],
  ]),
);

/** Fields by the names and numbers that mean them, in lower case. */
function namesOf(fields: readonly FlowField[]): ReadonlyMap<string, FlowField> {
  const byName = new Map<string, FlowField>();
  for (const each of fields) {
    for (const name of [each.name, ...(each.aliases ?? [])]) byName.set(name.toLowerCase(), each);
    if (each.number !== undefined) byName.set(String(each.number), each);
  }
  return byName;
}

const BY_NAME = namesOf(FLOW_FIELDS);

/** The field of that name; for names in this program's text. */
export function flowField(name: string): FlowField {
  const found = BY_NAME.get(name.toLowerCase());
  if (found === undefined) throw new RangeError(`no field ${name}`);
  return found;
}

/**
 * Fields of a list of names, numbers and ranges of numbers; names may be shortened to what is unique and are taken in
 * any case.
 *
 * @param called what the list is called in messages: `fields`
 * @param more fields that only this query has: those of its prefix maps
 * @throws UsageError in SiLK's words
 */
export function chooseFlowFields(list: string, called: string, more: readonly FlowField[] = []): readonly FlowField[] {
  const names = more.length === 0 ? BY_NAME : new Map([...BY_NAME, ...namesOf(more)]);
  const chosen = list.split(",").flatMap((word) => fieldsOf(word.trim(), called, names));
  const seen = new Set<FlowField>();
  for (const each of chosen) {
    if (seen.has(each)) throw new UsageError(`Invalid ${called}: Duplicate name '${each.name}'`);
    seen.add(each);
  }
  return chosen;
}

function fieldsOf(word: string, called: string, names: ReadonlyMap<string, FlowField>): readonly FlowField[] {
  const range = /^(\d+)-(\d+)$/.exec(word);
  if (range !== null) {
    const first = Number(range[1]);
    const last = Number(range[2]);
    if (last < first) throw new UsageError(`Invalid ${called}: Range '${word}' is invalid`);
    return Array.from({ length: Math.min(last - first + 1, 1000) }, (_, k) => String(first + k)).flatMap((each) =>
      fieldsOf(each, called, names),
    );
  }
  const name = word.toLowerCase();
  const group = ALIASES.get(name);
  if (group !== undefined) return group.map(flowField);
  const exact = names.get(name);
  if (exact !== undefined) return [exact];
  const single = [...new Set([...names].filter(([each]) => each.startsWith(name)).map(([, found]) => found))];
  const groups = [...ALIASES].filter(([each]) => each.startsWith(name)).map(([, found]) => found.map(flowField));
  // Without its plug-in SiLK does not have their fields: they leave abbreviations to others.
  const usual = single.filter(({ plugin }) => plugin === undefined);
  const preferred = usual.length + groups.length > 0 ? usual : single;
  const candidates = [...preferred.map((each) => [each]), ...groups];
  const [only] = candidates;
  if (name === "" || only === undefined)
    throw new UsageError(`Invalid ${called}: No match was found for the field '${word}'`);
  if (candidates.length > 1) throw new UsageError(`Invalid ${called}: The field '${word}' matches multiple fields`);
  return only;
}
