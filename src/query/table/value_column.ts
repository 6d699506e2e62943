/** Columns of tables for other programs: typed values with names. */

import { countryText } from "../../country/country_code.js";
import { COLUMNS } from "../../record/columns.js";
import type { Site } from "../../site/site.js";
import { TCP_FLAGS } from "../../text/flags.js";
import type { CellKind, ValueType } from "../../text/row_formatter.js";
import { type Exported, exportedOf, type FlowField, type Part, type PrintStyle } from "../field.js";
import { attributeText } from "../field_kinds.js";
import { columnName } from "./column_name.js";
import type { ValueKind } from "./value_kind.js";

export interface ValueColumn extends Exported {
  /** As `columnName` makes it. */
  readonly name: string;
}

/** Fields of single flows. */
export function fieldColumns(fields: readonly FlowField[], style: PrintStyle): readonly ValueColumn[] {
  return fields.map((field) => ({ name: columnName(field.name), ...exportedOf(field, style) }));
}

/** A value in one column of a SELECT. */
export function simple(name: string, kind: ValueKind, sql: string, type: Part["type"]): ValueColumn {
  return { name, kind, parts: [{ sql, type }] };
}

const FLAGS = new Set(["flags", "initial_flags", "session_flags"]);

/** All columns of flow records: the two halves of an address as one value, names for numbers of the configuration. */
export const FLOW_VALUES: readonly ValueColumn[] = COLUMNS.flatMap(({ name, type }): ValueColumn[] => {
  if (name.endsWith("_lo")) return [];
  if (name.endsWith("_hi")) {
    const stem = name.slice(0, -3);
    const lo: Part = { sql: `${stem}_lo`, type: "UBIGINT" };
    return [{ name: stem, kind: "address", parts: [{ sql: name, type: "UBIGINT" }, lo] }];
  }
  if (type === "TIMESTAMPTZ") return [simple(name, "time", name, type)];
  if (FLAGS.has(name)) return [simple(name, "flags", name, type)];
  if (name === "sensor") return [simple(name, "sensor", name, type)];
  if (name === "flowtype") return [simple("type", "type", name, type)];
  return [simple(name, "integer", name, type)];
});

/** Type of the values of a column's parts, which have one in common. */
export function valueType([part]: readonly Part[]): ValueType {
  switch (part!.type) {
    case "SMALLINT":
      return "int16";
    case "INTEGER":
      return "int32";
    case "DOUBLE":
      return "float64";
    default:
      return "int64";
  }
}

/** How a kind of value is formatted, with the texts its numbers stand for. */
export interface CellForm {
  readonly kind: CellKind;
  readonly texts?: readonly string[];
}

const ATTRIBUTE_TEXTS = numbered(256, (attributes) => attributeText(attributes, false));

/** By the number of a code, of which z in the upper octet is the highest. */
const COUNTRY_TEXTS = numbered(0x7b00, countryText);

function numbered(count: number, text: (number: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, number) => text(number));
}

export function cellForm({ kind, texts = [] }: Pick<Exported, "kind" | "texts">, site: Site): CellForm {
  switch (kind) {
    case "label":
      return { kind: "text", texts };
    case "flags":
      return { kind: "text", texts: TCP_FLAGS };
    case "attributes":
      return { kind: "text", texts: ATTRIBUTE_TEXTS };
    case "country":
      return { kind: "text", texts: COUNTRY_TEXTS };
    case "sensor": {
      const highest = Math.max(-1, ...site.config.sensors.map(({ id }) => id));
      return { kind: "text", texts: numbered(highest + 1, (id) => site.sensorName(id)) };
    }
    case "class":
      return { kind: "text", texts: numbered(256, (id) => site.className(id)) };
    case "type":
      return { kind: "text", texts: numbered(256, (id) => site.typeName(id)) };
    default:
      return { kind };
  }
}

/** Whether values are texts, which JSON puts between quotes. */
export function isText(kind: ValueKind): boolean {
  return !["duration", "integer", "optional", "decimal"].includes(kind);
}
