/**
 * The table of flow fields: everything that encodes, prints or documents a field derives from these rows. A new field is
 * one row in the file of its subject, plus the code that measures it.
 */
import type { Element, Field } from "./field.js";
import { COUNTER_FIELDS } from "./fields/counters.js";
import { KEY_FIELDS } from "./fields/keys.js";
import { LENGTH_FIELDS } from "./fields/lengths.js";
import { LINK_FIELDS } from "./fields/link.js";
import { TCP_FIELDS } from "./fields/tcp.js";
import { TIME_FIELDS } from "./fields/times.js";

/** All fields, in the order in which help and documentation list them. */
export const FIELDS: readonly Field[] = [
  ...KEY_FIELDS,
  ...TIME_FIELDS,
  ...COUNTER_FIELDS,
  ...TCP_FIELDS,
  ...LENGTH_FIELDS,
  ...LINK_FIELDS,
];

const byName = new Map(FIELDS.map((field) => [field.name, field]));

/** The field of that name, or undefined. */
export function findField(name: string): Field | undefined {
  return byName.get(name);
}

/** The field of that name; throws when the table has none, which is a programming error. */
export function field(name: string): Field {
  const found = byName.get(name);
  if (found === undefined) throw new RangeError(`no flow field ${name}`);
  return found;
}

/** The element of that registry name among those that carry the field; without a name, the first. */
export function elementOf(of: Field, name?: string): Element {
  const found = name === undefined ? of.elements[0] : of.elements.find((element) => element.name === name);
  if (found === undefined) throw new RangeError(`no element ${name ?? ""} for the flow field ${of.name}`);
  return found;
}
