/** The fields of aggregate bags: how their values print and are read, and what users call them. */
import { SHARED_KINDS } from "../bags/field_type.js";
import { type AggRole, STORED_FIELDS, type StoredField, wordsOf } from "../formats/silk/aggbag_layout.js";

/** How the values of a field are written as text. */
export type AggKind =
  | "address"
  | "number"
  | "time"
  | "duration"
  | "tcp-flags"
  | "attributes"
  | "sensor"
  | "class"
  | "type"
  | "country";

export interface AggField extends StoredField {
  readonly kind: AggKind;
  /** Columns of a number; those of other kinds follow from how they print. */
  readonly width: number;
}

const KINDS: Readonly<Record<string, AggKind>> = {
  ...SHARED_KINDS,
  duration: "duration",
  class: "class",
  type: "type",
  scc: "country",
  dcc: "country",
  "any-cc": "country",
};

/** Widths of rwcut and rwuniq; of the others, those of titles that can be told from each other. */
const WIDTHS: Readonly<Record<string, number>> = {
  protocol: 3,
  icmpType: 8,
  icmpCode: 8,
  scc: 3,
  dcc: 3,
  "any-cc": 6,
  packets: 10,
  bytes: 10,
  records: 10,
  "sum-packets": 15,
  "sum-bytes": 20,
  "sum-duration": 20,
  "custom-key": 20,
  "custom-counter": 20,
};

const USUAL_WIDTH = 5;

export const AGG_FIELDS: readonly AggField[] = STORED_FIELDS.map((each) => ({
  ...each,
  kind: /IPv[46]$/.test(each.name) ? "address" : (KINDS[each.name] ?? "number"),
  width: WIDTHS[each.name] ?? USUAL_WIDTH,
}));

const BY_NAME: ReadonlyMap<string, AggField> = new Map(AGG_FIELDS.map((each) => [each.name, each]));

/** The field of that name; for names in this program's text. */
export function aggFieldOf(name: string): AggField {
  const found = BY_NAME.get(name);
  if (found === undefined) throw new RangeError(`no field ${name}`);
  return found;
}

/** A field of a file. */
export function aggField({ name }: StoredField): AggField {
  return aggFieldOf(name);
}

/** Other words for fields in arguments. */
const ALIASES: Readonly<Record<string, string>> = {
  "sip-country": "scc",
  "dip-country": "dcc",
  "any-country": "any-cc",
  "sip-cc": "scc",
  "dip-cc": "dcc",
};

/**
 * The field that a word of the user means: a name in any case, or what it begins with when only one does.
 *
 * @param among fields that are there to choose from
 * @returns what is wrong with the word when it means none
 */
export function aggFieldNamed(word: string, among: readonly AggField[] = AGG_FIELDS): AggField | string {
  const given = word.trim().toLowerCase();
  const name = ALIASES[given] ?? given;
  const exact = among.find((each) => each.name.toLowerCase() === name);
  if (exact !== undefined) return exact;
  const candidates = given === "" ? [] : among.filter((each) => each.name.toLowerCase().startsWith(given));
  const [only, more] = candidates;
  if (only === undefined) return `No match was found for the field '${word.trim()}'`;
  return more === undefined ? only : `The field '${word.trim()}' matches multiple fields`;
}

/** Keys before counters, each in the order in which they come. */
export function inRecordOrder(fields: readonly AggField[]): readonly AggField[] {
  const of = (role: AggRole) => fields.filter((each) => each.role === role);
  return [...of("key"), ...of("counter")];
}

/** The word at which each field begins in a row. */
export function wordOffsets(fields: readonly StoredField[]): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  let at = 0;
  for (const each of fields) {
    offsets.set(each.name, at);
    at += wordsOf(each);
  }
  return offsets;
}
