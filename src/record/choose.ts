/** Fields as users name them: by flowtap's name, or by SiLK's name or number. */

import { nearest } from "../cli/parse.js";
import { UsageError } from "../errors.js";
import type { Field } from "./field.js";
import { FIELDS } from "./fields.js";
import { GROUP } from "./layout.js";

const byUserName = new Map<string, Field>();
for (const each of FIELDS) {
  byUserName.set(each.name.toLowerCase(), each);
  if (each.silk === undefined) continue;
  byUserName.set(each.silk.name.toLowerCase(), each);
  if (each.silk.number !== undefined) byUserName.set(String(each.silk.number), each);
}
// SiLK's short forms.
for (const [alias, name] of [
  ["pkts", "packets"],
  ["dur", "duration"],
] as const) {
  const found = byUserName.get(name);
  if (found !== undefined) byUserName.set(alias, found);
}

/** The field that all names with this prefix stand for, as SiLK takes abbreviations. */
function byPrefix(prefix: string): Field | undefined {
  const fields = new Set([...byUserName].flatMap(([name, field]) => (name.startsWith(prefix) ? [field] : [])));
  return fields.size === 1 ? [...fields][0] : undefined;
}

/** Whether records with these groups hold the field. */
export function carries(groups: number, field: Field): boolean {
  return field.group === "base" || (groups & GROUP[field.group]) !== 0;
}

/**
 * The fields of a comma-separated list; names may be shortened to what is unique.
 *
 * @throws UsageError naming a field that does not exist, with the nearest name, or that needs statistics which are off
 */
export function chooseFields(list: string, groups: number): Field[] {
  return list
    .split(",")
    .filter((word) => word !== "")
    .map((word) => {
      const found = byUserName.get(word.toLowerCase()) ?? byPrefix(word.toLowerCase());
      if (found === undefined) {
        const near = nearest(
          word,
          FIELDS.map((field) => field.name),
        );
        throw new UsageError(
          `--fields: there is no field '${word}'${near === undefined ? "" : `, did you mean '${near}'?`}`,
        );
      }
      if (!carries(groups, found))
        throw new UsageError(`--fields: ${found.name} is measured only with --stats ${found.group}`);
      return found;
    });
}
