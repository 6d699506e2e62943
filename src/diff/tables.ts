/** The tables of differences: which fields make the key of each. */
import type { Arguments } from "../cli/switches.js";
import { binKeys, type Key } from "../query/bins.js";
import type { FlowField, Part, PrintStyle } from "../query/field.js";
import { SERVICE_FIELD } from "./service_field.js";

export interface DiffTable {
  /** As in headings. */
  readonly title: string;
  readonly keys: readonly Key[];
  /** Names in results of the parts of all keys. */
  readonly names: readonly string[];
  /** What SQL's `grouping` of all parts is for groups by this table's. */
  readonly grouping: number;
}

export interface DiffTables {
  readonly tables: readonly DiffTable[];
  /** Parts of all tables' keys, each once: `k0, k1, …`. */
  readonly parts: readonly Part[];
  /** `grouping` of the sums over all flows. */
  readonly total: number;
}

const DEFAULT_TABLES = [
  { title: "Talkers", fields: "sip" },
  { title: "Services", fields: "protocol,service" },
  { title: "Pairs", fields: "sip,dip" },
] as const;

/**
 * The tables of `--fields`, or the usual three.
 *
 * @param more fields that only this query has
 * @throws UsageError in SiLK's words
 */
export function diffTables(args: Arguments, style: PrintStyle, more: readonly FlowField[]): DiffTables {
  const list = args.value("fields");
  const chosen = list === undefined ? DEFAULT_TABLES : [{ title: "Groups", fields: list }];
  const keyed = chosen.map(({ title, fields }) => ({
    title,
    keys: binKeys(fields, undefined, style, [...more, SERVICE_FIELD]),
  }));
  const all = keyed.flatMap(({ keys }) => keys.flatMap(({ parts }) => parts));
  const parts = [...new Map(all.map((part) => [part.sql, part])).values()];
  // The first argument of `grouping` is the highest bit; a bit is set where the part is not grouped by.
  const total = 2 ** parts.length - 1;
  const tables = keyed.map(({ title, keys }): DiffTable => {
    const places = keys.flatMap((key) => key.parts.map(({ sql }) => parts.findIndex((part) => part.sql === sql)));
    const bits = new Set(places.map((place) => 2 ** (parts.length - 1 - place)));
    const grouping = total - [...bits].reduce((sum, bit) => sum + bit, 0);
    return { title, keys, names: places.map((place) => `k${place}`), grouping };
  });
  return { tables, parts, total };
}
