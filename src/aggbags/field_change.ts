/** Fields inserted into and removed from the rows of aggregate bags as they are read. */
import { InputError } from "../errors.js";
import { type StoredField, wordsOf } from "../formats/silk/aggbag_layout.js";
import { rowWords } from "./agg_bag.js";
import { type AggField, aggField, inRecordOrder, wordOffsets } from "./agg_field.js";
import type { FieldValue } from "./field_text.js";

export interface FieldChange {
  /** Which fields of a file stay. */
  readonly keep: { readonly kind: "all" } | { readonly kind: "only" | "without"; readonly fields: readonly AggField[] };
  /** Fields with the value of each row, where the file has none or it does not stay. */
  readonly insert: readonly FieldValue[];
}

/** Makes rows of other fields. */
export interface RowChanger {
  readonly fields: readonly AggField[];
  /** The row that the words of a file's row become; used again by the next call. */
  change(words: Uint32Array): Uint32Array;
}

/**
 * What changes the rows of a file.
 *
 * @param name of the file
 * @param wanted fields of the result, when another file has decided
 * @throws InputError when the file's fields are not those wanted, or leave no key or no counter
 */
export function rowChanger(
  name: string,
  stored: readonly StoredField[],
  { keep, insert }: FieldChange,
  wanted?: readonly AggField[],
): RowChanger {
  const of = stored.map(aggField);
  const stays = (field: AggField) => keep.kind === "all" || keep.fields.includes(field) === (keep.kind === "only");
  const kept = of.filter(stays);
  const inserted = insert.filter(({ field }) => !kept.includes(field));
  const own = inRecordOrder([...kept, ...inserted.map(({ field }) => field)]);
  for (const role of ["key", "counter"] as const)
    if (own.every((each) => each.role !== role)) throw new InputError(`${name}: no ${role} field would be left`);
  const fields = wanted ?? own;
  if (fields.length !== own.length || own.some((each) => !fields.includes(each)))
    throw new InputError(`${name}: has the fields ${namesOf(own)}, others have ${namesOf(fields)}`);
  const from = wordOffsets(of);
  const to = wordOffsets(fields);
  const row = new Uint32Array(rowWords(fields));
  for (const { field, words } of inserted) row.set(words, to.get(field.name)!);
  const copies = kept.flatMap((field) =>
    Array.from({ length: wordsOf(field) }, (_, k) => [from.get(field.name)! + k, to.get(field.name)! + k] as const),
  );
  const sources = Int32Array.from(copies, ([source]) => source);
  const targets = Int32Array.from(copies, ([, target]) => target);
  return {
    fields,
    change(words) {
      for (let k = 0; k < sources.length; k++) row[targets[k]!] = words[sources[k]!]!;
      return row;
    },
  };
}

function namesOf(fields: readonly AggField[]): string {
  return fields.map(({ name }) => name).join(",");
}
