/** What some fields and switches need beside the columns of flows: maps, and what their own switches say. */
import type { AddressTypes } from "./address_types.js";
import type { Directions } from "./directions.js";

export interface FieldLookups {
  readonly addressTypes: AddressTypes;
  readonly directions: Directions;
  /** Microseconds that rates assume of flows whose duration is zero. */
  readonly zeroDuration: number;
}
