/** The table of rwsiteinfo: one row for each combination of the plain fields' values. */
import type { FileSpan } from "../store/file_spans.js";
import type { Flowtype, Site } from "./site.js";
import type { ChosenField, SiteRow, SiteValue } from "./site_fields.js";

export interface SiteTableOptions {
  readonly listDelimiter: string;
  /** Text of an hour since 1970. */
  hourText(hour: number): string;
  /** Spans of files by `CLASS/TYPE/SENSOR`. */
  spans(): ReadonlyMap<string, FileSpan>;
}

interface Group {
  readonly key: readonly SiteValue[];
  readonly rows: SiteRow[];
}

/** Rows of class, type and sensor within the selection. */
export function siteRows(
  site: Site,
  wanted: { flowtype(of: Flowtype): boolean; sensor(name: string): boolean; readonly narrow: boolean },
): SiteRow[] {
  return site.config.classes.flatMap(({ name, sensors }) => {
    const flowtypes = site.config.flowtypes.filter((each) => each.class === name && wanted.flowtype(each));
    const members = site.config.sensors.filter((each) => sensors.includes(each.name) && wanted.sensor(each.name));
    if (wanted.narrow && (flowtypes.length === 0 || (members.length === 0 && sensors.length > 0))) return [];
    const types = flowtypes.length === 0 ? [undefined] : flowtypes;
    const own = members.length === 0 ? [undefined] : members;
    return types.flatMap((flowtype) => own.map((sensor) => ({ className: name, flowtype, sensor })));
  });
}

/** Cells of the table, in the order of the fields' values. */
export function siteTable(
  site: Site,
  rows: readonly SiteRow[],
  fields: readonly ChosenField[],
  options: SiteTableOptions,
): string[][] {
  const plain = fields.flatMap((each) => (each.kind === "plain" ? [each.field] : []));
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = plain.map((field) => field.value(row, site));
    if (!key.every((value) => value !== undefined)) continue;
    const text = key.map((value) => value.text).join("\0");
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key, rows: [row] });
    else group.rows.push(row);
  }
  const spans = fields.some((each) => each.kind === "repository") ? options.spans() : new Map<string, FileSpan>();
  return [...groups.values()].sort(byKey).map((group) => {
    let at = 0;
    return fields.map((each) => {
      if (each.kind === "plain") return group.key[at++]!.text;
      if (each.kind === "list")
        return listCell(
          group.rows.map((row) => each.field.value(row, site)),
          options,
        );
      return repositoryCell(each.field.of, group.rows, spans, options);
    });
  });
}

function byKey(a: Group, b: Group): number {
  for (let k = 0; k < a.key.length; k++) {
    const order = a.key[k]!.rank - b.key[k]!.rank;
    if (order !== 0) return order;
  }
  return 0;
}

function listCell(values: readonly (SiteValue | undefined)[], { listDelimiter }: SiteTableOptions): string {
  const ranks = new Map<string, number>();
  for (const value of values) if (value !== undefined && value.rank >= 0) ranks.set(value.text, value.rank);
  return [...ranks]
    .sort(([, a], [, b]) => a - b)
    .map(([text]) => text)
    .join(listDelimiter);
}

function repositoryCell(
  of: keyof FileSpan,
  rows: readonly SiteRow[],
  spans: ReadonlyMap<string, FileSpan>,
  { hourText }: SiteTableOptions,
): string {
  const found = rows.flatMap(({ className, flowtype, sensor }) => {
    const span = spans.get(`${className}/${flowtype?.type}/${sensor?.name}`);
    return span === undefined ? [] : [span];
  });
  if (of === "files") return String(found.reduce((sum, span) => sum + span.files, 0));
  if (found.length === 0) return "";
  const hours = found.map((span) => span[of]);
  return hourText(of === "first" ? Math.min(...hours) : Math.max(...hours));
}
