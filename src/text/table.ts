/** Tables as SiLK's tools print them: right-justified columns of fixed width, `|` after each. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";

export const TABLE_SWITCHES: readonly Switch[] = [
  { name: "no-titles", group: "Table", help: "Print no line of titles" },
  { name: "no-columns", group: "Table", help: "Do not pad columns to a fixed width" },
  { name: "column-separator", argument: "CHAR", group: "Table", help: "Put this between columns", fallback: "|" },
  { name: "no-final-delimiter", group: "Table", help: "Put no separator behind the last column" },
  {
    name: "delimited",
    argument: "CHAR",
    optional: true,
    group: "Table",
    help: "The same as --no-columns --no-final-delimiter --column-separator=CHAR",
  },
];

export interface TableColumn {
  /** Cut to the width when columns are padded. */
  readonly title: string;
  readonly width: number;
  /** Cells are padded on the right; titles too. Default is padding on the left. */
  readonly left?: true;
}

export interface TableStyle {
  readonly titles: boolean;
  readonly padded: boolean;
  readonly separator: string;
  readonly finalSeparator: boolean;
}

/** @throws UsageError when a separator is empty */
export function tableStyle(args: Arguments): TableStyle {
  const delimited = args.flag("delimited");
  const separator = oneCharacter("column-separator", args.value("column-separator"));
  return {
    titles: !args.flag("no-titles"),
    padded: !delimited && !args.flag("no-columns"),
    separator:
      (delimited ? oneCharacter("delimited", args.value("delimited") || undefined) : undefined) ?? separator ?? "|",
    finalSeparator: !delimited && !args.flag("no-final-delimiter"),
  };
}

function oneCharacter(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // SiLK takes the first character of what is given.
  const [first] = value;
  if (first === undefined) throw new UsageError(`Invalid ${name}: '' is not a single character`);
  return first;
}

/** The line of titles, ended; empty when the style has none. */
export function titleLine(columns: readonly TableColumn[], style: TableStyle): string {
  if (!style.titles) return "";
  return tableLine(
    columns,
    columns.map(({ title, width }) => (style.padded ? title.slice(0, width) : title)),
    style,
  );
}

/** One line of cells, ended. */
export function tableLine(columns: readonly TableColumn[], cells: readonly string[], style: TableStyle): string {
  const last = columns.length - 1;
  let line = "";
  for (let k = 0; k <= last; k++) {
    const cell = cells[k]!;
    const { width, left } = columns[k]!;
    if (!style.padded) line += cell;
    else line += left === undefined ? cell.padStart(width) : cell.padEnd(width);
    if (k < last || style.finalSeparator) line += style.separator;
  }
  return `${line}\n`;
}
