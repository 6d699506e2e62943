/** Files of tuples: a line each, columns of addresses, ports and protocol. */
import { ArgumentError, InputError, UsageError } from "../../errors.js";
import { OctetSource } from "../../files/octet_source.js";
import { linesIn } from "../../formats/silk/text/lines.js";
import { cidrList } from "../values/address_range.js";
import { integerList } from "../values/number.js";

/** What a column of the file is compared with; `reverse` in flows of the other direction. */
export interface TupleField {
  readonly names: readonly string[];
  readonly kind: "address" | "number";
  readonly forward: string;
  readonly reverse: string;
  /** Largest value of a number. */
  readonly high: number;
}

const FIELDS: readonly TupleField[] = [
  { names: ["sip", "1"], kind: "address", forward: "sip", reverse: "dip", high: 0 },
  { names: ["dip", "2"], kind: "address", forward: "dip", reverse: "sip", high: 0 },
  { names: ["sport", "3"], kind: "number", forward: "sport", reverse: "dport", high: 65535 },
  { names: ["dport", "4"], kind: "number", forward: "dport", reverse: "sport", high: 65535 },
  { names: ["protocol", "proto", "5"], kind: "number", forward: "proto", reverse: "proto", high: 255 },
];

/** Both ends inclusive. */
export interface CellRange {
  readonly low: bigint;
  readonly high: bigint;
}

/** What a line says of each of the columns: ranges, one of which must hold the flow's value. */
export type Tuple = readonly (readonly CellRange[])[];

export interface TupleFile {
  readonly fields: readonly TupleField[];
  /** Reads on, a line at a time; can be run through once. */
  readonly tuples: Iterable<Tuple>;
}

function fieldNamed(word: string): TupleField | undefined {
  const name = word.trim().toLowerCase();
  return (
    FIELDS.find(({ names }) => names.includes(name)) ??
    FIELDS.find(({ names }) => name !== "" && names[0]!.startsWith(name))
  );
}

/** Fields of `--tuple-fields`. */
function fieldList(given: string): readonly TupleField[] {
  return given.split(",").map((word) => {
    const found = fieldNamed(word);
    if (found === undefined)
      throw new ArgumentError("tuple-fields", `No match was found for the field '${word}'`, "tuple-fields", given);
    return found;
  });
}

/** The fields of a line of titles; undefined when the line is none. */
function titledFields(line: string, delimiter: string): readonly TupleField[] | undefined {
  if (!/[a-z]/i.test(line)) return undefined;
  const cells = line.split(delimiter).filter((cell) => cell.trim() !== "");
  const fields = cells.map(fieldNamed);
  return fields.every((each) => each !== undefined) ? fields : undefined;
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Lines without comments that are not empty. */
function* lines(source: OctetSource): Generator<Line> {
  let number = 0;
  for (const line of linesIn(source)) {
    number += 1;
    const text = line.replace(/#.*$/, "").trim();
    if (text !== "") yield { text, number };
  }
}

/**
 * Opens a file of tuples, closed when its tuples have been read or `take` throws.
 *
 * @param list names of the columns; none when the first line has them
 * @throws UsageError when the columns have no names; InputError naming the file and the line
 */
export function readTuples<Result>(
  path: string,
  list: string | undefined,
  delimiter: string,
  take: (file: TupleFile) => Result,
): Result {
  const named = list === undefined ? undefined : fieldList(list);
  const source = new OctetSource(path);
  try {
    const rest = lines(source);
    const { value: first } = rest.next() as { value: Line | undefined };
    const titles = first === undefined ? undefined : titledFields(first.text, delimiter);
    const fields = named ?? titles;
    if (fields === undefined)
      throw new UsageError(`--tuple-file: ${path} has no line of titles: name its columns with --tuple-fields`);
    const untitled = first === undefined || titles !== undefined ? [] : [first];
    return take({ fields, tuples: tuples([untitled, rest], fields, delimiter, source.name) });
  } finally {
    source.close();
  }
}

function* tuples(
  pieces: readonly Iterable<Line>[],
  fields: readonly TupleField[],
  delimiter: string,
  name: string,
): Generator<Tuple> {
  for (const piece of pieces)
    for (const { text, number } of piece) {
      const cells = text.split(delimiter).map((cell) => cell.trim());
      if (cells.length < fields.length)
        throw new InputError(`${name}, line ${number}: ${cells.length} columns instead of ${fields.length}`);
      try {
        yield fields.map((field, k) => rangesOf(field, cells[k]!));
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
        throw new InputError(`${name}, line ${number}: '${error.given}': ${error.reason}`);
      }
    }
}

const option = "tuple-file";

/** `10.0.0.1-10.0.0.9`; undefined for what is no range. */
function addressRange(text: string): CellRange | undefined {
  const ends = text.split("-");
  if (ends.length !== 2 || text.includes("/")) return undefined;
  const [first, last] = ends.flatMap((each) => cidrList(each, option));
  if (first!.low > last!.high) throw new ArgumentError(option, "Range is invalid", option, text);
  return { low: first!.low, high: last!.high };
}

function rangesOf({ kind, high }: TupleField, text: string): readonly CellRange[] {
  if (kind === "address") return text.split(",").flatMap((each) => addressRange(each.trim()) ?? cidrList(each, option));
  const ranges = integerList(text, 0, high, { option, what: option, given: text });
  return ranges.map((range) => ({ low: BigInt(range.low), high: BigInt(range.high) }));
}
