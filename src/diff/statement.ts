/** The one statement that compares two periods: both grouped, joined where a key is in one or both. */
import type { TimeWindow } from "../query/partition/times.js";
import type { Rates } from "./options.js";
import type { DiffTables } from "./tables.js";

/** Where the differences of all tables are kept while they are printed: in memory or the engine's folder. */
export const DIFFERENCES = "differences";

/** One side of the comparison: a SELECT of its flows, and its window when it has one. */
export interface Side {
  readonly flows: string;
  readonly window: TimeWindow | undefined;
}

/** Seconds that a period has at least where volumes are divided by it. */
const SHORTEST = 0.001;

/**
 * SELECT of `grp` (what `grouping` gives: which table a row is of), the keys `k0, k1, …`, `old` and `new` (sums, or per
 * second), `change`, `state` (index in STATES), `old_length` and `new_length` (seconds) and `rated`. There is one row of
 * the totals, whatever the flows.
 */
export function diffStatement(
  before: Side,
  after: Side,
  { tables, parts, total }: DiffTables,
  aggregate: string,
  rates: Rates,
): string {
  const names = parts.map((_part, k) => `k${k}`);
  const sets = [...tables.map((each) => `(${each.names.join(", ")})`), "()"].join(", ");
  const grouped = ({ flows, window }: Side) =>
    `SELECT grouping(${names.join(", ")}) AS grp, ${names.map((name) => `coalesce(${name}, 0) AS ${name}`).join(", ")}, ` +
    `coalesce(${aggregate}, 0)::BIGINT AS volume, ${lengthOf(window)} AS length ` +
    `FROM (SELECT ${parts.map(({ sql, type }, k) => `(${sql})::${type} AS k${k}`).join(", ")}, packets, bytes, stime, etime ` +
    `FROM (${flows})) GROUP BY GROUPING SETS (${sets})`;
  const same = ["grp", ...names].map((name) => `b.${name} = a.${name}`).join(" AND ");
  const either = ["grp", ...names].map((name) => `coalesce(a.${name}, b.${name}) AS ${name}`).join(", ");
  const scaled = (volume: string, length: string) =>
    `(CASE WHEN rated THEN ${volume} / greatest(${length}, ${SHORTEST}) ELSE ${volume}::DOUBLE END)`;
  const state =
    "CASE WHEN b IS NULL THEN 0 WHEN a IS NULL THEN 1 WHEN change <> 0 THEN 2 ELSE 3 END::SMALLINT AS state";
  // Inputs can be read once: what is named twice is computed once.
  return (
    `WITH before_groups AS MATERIALIZED (${grouped(before)}), after_groups AS MATERIALIZED (${grouped(after)}), ` +
    `lengths AS MATERIALIZED (SELECT *, ${rated(before, after, rates)} AS rated FROM ` +
    `(SELECT length AS old_length FROM before_groups WHERE grp = ${total}), ` +
    `(SELECT length AS new_length FROM after_groups WHERE grp = ${total})), ` +
    `joined AS (SELECT ${either}, b.volume AS b, a.volume AS a ` +
    `FROM before_groups b FULL OUTER JOIN after_groups a ON ${same}), ` +
    `measured AS (SELECT *, ${scaled("coalesce(b, 0)", "old_length")} AS old, ` +
    `${scaled("coalesce(a, 0)", "new_length")} AS new FROM joined, lengths) ` +
    `SELECT * EXCLUDE (a, b), ${state} FROM (SELECT *, new - old AS change FROM measured)`
  );
}

/** Seconds of a window, or from the first to the last packet. */
function lengthOf(window: TimeWindow | undefined): string {
  if (window !== undefined) return `${(window.before - window.from) / 1e6}::DOUBLE`;
  return "coalesce((epoch_us(max(etime)) - epoch_us(min(stime))) / 1e6, 0)::DOUBLE";
}

/** Windows are of the lengths that were asked for; the times of files are never quite the same. */
function rated(before: Side, after: Side, rates: Rates): string {
  if (rates !== "auto") return String(rates === "always");
  if (before.window !== undefined && after.window !== undefined) return "old_length <> new_length";
  return "least(old_length, new_length) > 0 AND greatest(old_length, new_length) > 1.1 * least(old_length, new_length)";
}
