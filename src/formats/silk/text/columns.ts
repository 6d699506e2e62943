/** Which fields the columns of a text hold: `--fields`, or the line of titles. */
import { ArgumentError } from "../../../errors.js";
import { IGNORED, type TextField, textFieldNamed, textFieldNumbered } from "./fields.js";

/**
 * The fields of `--fields`: names, numbers and ranges of numbers, and `ignore` for columns that are not read.
 *
 * @throws ArgumentError naming a field that there is not or that is given twice
 */
export function listedFields(list: string): readonly TextField[] {
  const fail = (reason: string) => new ArgumentError("fields", reason, "fields", list);
  const fields = list.split(",").flatMap((word) => {
    const range = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(word);
    if (range === null) return [textFieldNamed(word) ?? word.trim()];
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    return Array.from({ length: last - first + 1 }, (_, k) => textFieldNumbered(first + k) ?? String(first + k));
  });
  const seen = new Set<TextField>();
  return fields.map((each) => {
    if (typeof each === "string") throw fail(`No match was found for the field '${each}'`);
    if (each !== IGNORED && seen.has(each)) throw fail(`Duplicate name '${each.name}'`);
    seen.add(each);
    return each;
  });
}

/** The fields that a line of titles names; columns of other titles are ignored. Undefined when it names none. */
export function titledFields(cells: readonly string[]): readonly TextField[] | undefined {
  const fields = cells.map((cell) => textFieldNamed(cell) ?? IGNORED);
  return fields.some((each) => each !== IGNORED) ? fields : undefined;
}

/** Whether a line is the titles of these fields rather than their values. */
export function isTitleLine(cells: readonly string[], fields: readonly TextField[]): boolean {
  let titles = 0;
  for (const [k, field] of fields.entries()) {
    if (field === IGNORED) continue;
    if (textFieldNamed(cells[k] ?? "") !== field) return false;
    titles += 1;
  }
  return titles > 0;
}
