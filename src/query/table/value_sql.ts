/** SQL of values as a Parquet file shall hold them: texts for addresses, flags and names, times as times. */
import type { Site } from "../../site/site.js";
import { literal } from "../dialect.js";
import { cellForm, type ValueColumn } from "./value_column.js";

/** The value of a column whose parts are the SQL in `parts`. */
export function valueSql(column: ValueColumn, site: Site): string {
  const { kind, parts } = column;
  const [first, second] = parts.map(({ sql }) => sql) as [string, string];
  switch (kind) {
    case "address":
      return addressText(first, second);
    case "time":
      return parts[0]!.type === "TIMESTAMPTZ" ? first : `make_timestamptz(${first})`;
    case "duration":
      return `(${first} / 1e6)`;
    case "optional":
      return `(CASE WHEN ${first} >= 0 THEN ${first} END)`;
    case "decimal":
      return `nullif(${first}, 'NaN'::DOUBLE)`;
    case "country":
      return `chr(${first} >> 8) || chr(${first} & 255)`;
    case "integer":
      return first;
    default:
      return listedText(cellForm(column, site).texts ?? [], first);
  }
}

/** The text that a number stands for, and the number's digits beyond the list. */
export function listedText(texts: readonly string[], number: string): string {
  return `coalesce(([${texts.map(literal).join(", ")}]::VARCHAR[])[${number} + 1], ${number}::VARCHAR)`;
}

/** Text of an address from its halves: IPv4 dotted, IPv6 as RFC 5952. */
export function addressText(hi: string, lo: string): string {
  const mapped = `${hi} = 0 AND ${lo} >> 32 = 65535`;
  const compatible = `${hi} = 0 AND ${lo} >> 32 = 0 AND ${lo} > 65535`;
  return `(CASE WHEN ${mapped} THEN ${dotted(lo)} WHEN ${compatible} THEN '::' || ${dotted(lo)} ELSE ${groups(hi, lo)} END)`;
}

function dotted(lo: string): string {
  const octets = [24, 16, 8, 0].map((shift) => `(${lo} >> ${shift}) & 255`);
  return `concat_ws('.', ${octets.join(", ")})`;
}

/**
 * Groups in hexadecimal between colons, with one more colon at each end. The longest run of two or more zero groups,
 * the first of equals, becomes two colons; then the colons at the ends go, where they are not those two.
 */
function groups(hi: string, lo: string): string {
  const all = [hi, lo].flatMap((half) => [48, 32, 16, 0].map((shift) => `(${half} >> ${shift}) & 65535`));
  const text = `format(':${"{:x}:".repeat(8)}', ${all.join(", ")})`;
  const cases = [8, 7, 6, 5, 4, 3, 2].map((length) => {
    const run = literal(`:${"0:".repeat(length)}`);
    return `WHEN contains(t, ${run}) THEN regexp_replace(t, ${run}, '::')`;
  });
  // Expressions cannot name what they compute but in a lambda.
  const shortened = `list_transform([${text}], lambda t: CASE ${cases.join(" ")} ELSE t END)[1]`;
  return `regexp_replace(regexp_replace(${shortened}, '^:([^:])', '\\1'), '([^:]):$', '\\1')`;
}
