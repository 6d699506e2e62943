/** What keys and counters of bags are: SiLK's field types, how their values print, and which type stands for two. */
import { FIELD_TYPE_NAMES } from "../formats/silk/field_types.js";
import { IPV6_OF, MERGED } from "./field_families.js";

/** How the values of a type are written and read as text. */
export type FieldKind =
  | "address"
  /** A number or an IPv4 address: nobody has said which. */
  | "custom"
  | "number"
  | "time"
  | "tcp-flags"
  | "attributes"
  | "sensor"
  | "country"
  /** A value of a prefix map. */
  | "label";

export interface FieldType {
  /** Number in the header of bag files. */
  readonly id: number;
  /** SiLK's name: `sum-bytes`. */
  readonly name: string;
  readonly kind: FieldKind;
  /** Highest key that text may give; addresses have no number here. */
  readonly highest: number;
}

const HIGHEST_KEY = 0xffff_ffff;

/** Of what bags and aggregate bags call by the same names. */
export const SHARED_KINDS = {
  flags: "tcp-flags",
  initialFlags: "tcp-flags",
  sessionFlags: "tcp-flags",
  attributes: "attributes",
  sTime: "time",
  eTime: "time",
  "any-time": "time",
  sensor: "sensor",
} as const satisfies Readonly<Record<string, FieldKind>>;

const KINDS: Readonly<Record<string, FieldKind>> = {
  ...SHARED_KINDS,
  "sip-country": "country",
  "dip-country": "country",
  "any-country": "country",
  "sip-pmap": "label",
  "dip-pmap": "label",
  "any-ip-pmap": "label",
  "sport-pmap": "label",
  "dport-pmap": "label",
  "any-port-pmap": "label",
  custom: "custom",
};

const HIGHEST: Readonly<Record<string, number>> = {
  sPort: 65535,
  dPort: 65535,
  "any-port": 65535,
  application: 65535,
  icmpTypeCode: 65535,
  sensor: 65535,
  "sip-country": 65535,
  "dip-country": 65535,
  "any-country": 65535,
  input: 65535,
  output: 65535,
  "any-snmp": 65535,
  protocol: 255,
  flags: 255,
  initialFlags: 255,
  sessionFlags: 255,
  attributes: 255,
  class: 255,
  type: 255,
};

const ADDRESS = /IPv[46]$/;

/** All types in the order of their numbers. */
export const FIELD_TYPES: readonly FieldType[] = Object.entries(FIELD_TYPE_NAMES).map(([id, name]) => ({
  id: Number(id),
  name,
  kind: ADDRESS.test(name) ? "address" : (KINDS[name] ?? "number"),
  highest: HIGHEST[name] ?? HIGHEST_KEY,
}));

const BY_ID: ReadonlyMap<number, FieldType> = new Map(FIELD_TYPES.map((each) => [each.id, each]));
const BY_NAME: ReadonlyMap<string, FieldType> = new Map(FIELD_TYPES.map((each) => [each.name, each]));

/** The type of that name; for names in this program's text. */
export function fieldType(name: string): FieldType {
  const found = BY_NAME.get(name);
  if (found === undefined) throw new RangeError(`no type ${name}`);
  return found;
}

export const CUSTOM: FieldType = fieldType("custom");

/** The type of a number in a header; numbers that we do not know are as good as custom. */
export function fieldTypeNumbered(id: number): FieldType {
  return BY_ID.get(id) ?? CUSTOM;
}

/** Other words for types in arguments. */
const ALIASES: Readonly<Record<string, string>> = {
  "sip-cc": "sip-country",
  "dip-cc": "dip-country",
  "any-cc": "any-country",
  scc: "sip-country",
  dcc: "dip-country",
  flows: "records",
  proto: "protocol",
  dur: "duration",
};

/**
 * The type that a word of the user means: a name in any case, or what it begins with when only one does.
 *
 * @returns what is wrong with the word when it means no type
 */
export function fieldTypeNamed(word: string, among: readonly FieldType[] = FIELD_TYPES): FieldType | string {
  const given = word.trim().toLowerCase();
  const name = ALIASES[given] ?? given;
  const exact = among.find((each) => each.name.toLowerCase() === name);
  if (exact !== undefined) return exact;
  const candidates = given === "" ? [] : among.filter((each) => each.name.toLowerCase().startsWith(given));
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length === 0) return `No match was found for the field '${word}'`;
  return `The field '${word}' matches multiple fields`;
}

/** The type of keys of the same meaning that are IPv6 addresses. */
export function ipv6Type(type: FieldType): FieldType {
  const name = IPV6_OF[type.name];
  return name === undefined ? type : fieldType(name);
}

/** The type of keys of the same meaning that are IPv4 addresses. */
export function ipv4Type(type: FieldType): FieldType {
  const name = Object.keys(IPV6_OF).find((each) => IPV6_OF[each] === type.name);
  return name === undefined ? type : fieldType(name);
}

/** The type of keys or counters that come from two bags. */
export function mergedType(a: FieldType, b: FieldType): FieldType {
  if (a.id === b.id) return a;
  // IPv4 addresses become IPv6 ones.
  if (ADDRESS.test(a.name) && ADDRESS.test(b.name) && a.name.slice(-1) !== b.name.slice(-1))
    return mergedType(ipv6Type(a), ipv6Type(b));
  for (const [members, merged] of MERGED)
    if (members.includes(a.name) && members.includes(b.name)) return fieldType(merged);
  return CUSTOM;
}
