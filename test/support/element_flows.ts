/** Flows with the elements that a test is about, through a collecting process. */
import { DEFAULT_HABITS, type ExporterHabits } from "../../src/collect/options.js";
import { Collection } from "./collecting.js";
import { type Field, FLOW_FIELDS, flow, ipfix, set, template } from "./ipfix_messages.js";
import type { PlainRow } from "./rows.js";

/** A collection that has got one flow with more elements behind those of FLOW_FIELDS. */
export function collectionOf(
  fields: readonly Field[],
  values: readonly Buffer[],
  habits: Partial<ExporterHabits> = {},
  base = flow(),
): Collection {
  const learn = set(2, template(300, ...FLOW_FIELDS, ...fields));
  const data = set(300, base, ...values);
  return new Collection({ habits: () => ({ ...DEFAULT_HABITS, ...habits }) }).take(ipfix({}, learn, data));
}

/** The rows of that flow. */
export function rowsOf(
  fields: readonly Field[],
  values: readonly Buffer[],
  habits: Partial<ExporterHabits> = {},
): readonly PlainRow[] {
  return collectionOf(fields, values, habits).rows;
}
