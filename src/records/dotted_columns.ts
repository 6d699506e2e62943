/** num2dot: numbers in columns of text become dotted IPv4 addresses. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { linesIn } from "../formats/silk/text/lines.js";
import { integerList } from "../query/values/number.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { addressFormatter, CANONICAL } from "../text/ip_format.js";
import { TextOutput } from "../text/output.js";

/** Characters of the longest dotted address, to which addresses are padded as rwcut does. */
const WIDTH = 15;

/** Highest number of a column. */
const LAST_COLUMN = 65535;

/** Copies standard input to standard output with the numbers of some columns as addresses. */
export async function dotColumns(args: Arguments): Promise<void> {
  if (args.positionals.length > 0)
    throw new UsageError(`Unexpected argument '${args.positionals[0]}': text is read from standard input`);
  const delimiter = args.value("delimiter") ?? "|";
  if ([...delimiter].length !== 1)
    throw new ArgumentError("delimiter", "Not a single character", "delimiter", delimiter);
  const columns = chosenColumns(args.value("ip-fields") ?? "1");
  const output = new TextOutput(openSink("-", "text"));
  const source = new OctetSource("-");
  for (const line of linesIn(source)) output.add(`${dotted(line, delimiter, columns)}\n`);
  await output.end();
}

/** Places of the columns from 0 on. */
function chosenColumns(list: string): readonly number[] {
  const ranges = integerList(list, 1, LAST_COLUMN, { option: "ip-fields", what: "ip-fields", given: list });
  const columns = ranges.flatMap(({ low, high }) => Array.from({ length: high - low + 1 }, (_, k) => low + k - 1));
  return [...new Set(columns)];
}

const text = addressFormatter(CANONICAL);

function dotted(line: string, delimiter: string, columns: readonly number[]): string {
  const cells = line.split(delimiter);
  for (const column of columns) {
    const cell = cells[column];
    // Titles and what is no IPv4 address stay.
    if (cell === undefined || !/^\s*\d{1,10}\s*$/.test(cell)) continue;
    const value = Number(cell);
    if (value <= 0xffff_ffff) cells[column] = text(0, 0, MAPPED_IPV4, value).padStart(WIDTH);
  }
  return cells.join(delimiter);
}
