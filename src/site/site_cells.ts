/** The table of rwsiteinfo for other programs. */
import type { Cell, CellColumn } from "../query/table/cell_table.js";
import { columnName } from "../query/table/column_name.js";
import type { ChosenField } from "./site_fields.js";

const INTEGERS: ReadonlySet<string> = new Set(["id-flowtype", "id-sensor", "repo-file-count"]);

function kindOf({ kind, field }: ChosenField): CellColumn["kind"] {
  if (kind === "list") return "list";
  return INTEGERS.has(field.name) ? "integer" : "text";
}

export function siteColumns(fields: readonly ChosenField[]): readonly CellColumn[] {
  return fields.map((each) => ({
    name: columnName(each.kind === "list" ? `${each.field.name}:list` : each.field.name),
    kind: kindOf(each),
  }));
}

/** @param listDelimiter what stands between the values of a list */
export function siteCells(fields: readonly ChosenField[], row: readonly string[], listDelimiter: string): Cell[] {
  return fields.map((field, k) => {
    const text = row[k]!;
    const kind = kindOf(field);
    if (kind === "list") return text === "" ? [] : text.split(listDelimiter);
    if (kind === "integer") return text === "" ? undefined : Number(text);
    return text;
  });
}
