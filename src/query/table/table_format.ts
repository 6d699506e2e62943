/** Formats of tables beside text: the switch, and what a user chose. */
import type { Arguments, Switch } from "../../cli/switches.js";
import { ArgumentError } from "../../errors.js";

/** Formats of tables for other programs. */
export const TABLE_FORMATS = ["parquet", "arrow", "json", "csv"] as const;

export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Of the commands that print tables. Abbreviations mean SiLK's own switches first: `--output` is `--output-path`. */
export const TABLE_FORMAT_SWITCH: Switch = {
  name: "output-format",
  argument: "FORMAT",
  values: TABLE_FORMATS,
  group: "Output",
  help: "Write parquet, arrow, json or csv: all values typed and exact, times in UTC, addresses as text",
  fallback: "SiLK's text",
  shared: true,
};

/** The format asked for; undefined for text. */
export function tableFormat(args: Arguments): TableFormat | undefined {
  const given = args.value("output-format");
  if (given === undefined || given === "text") return undefined;
  const found = TABLE_FORMATS.find((each) => each === given);
  if (found === undefined)
    throw new ArgumentError(
      "output-format",
      `Expected one of text, ${TABLE_FORMATS.join(", ")}`,
      "output-format",
      given,
    );
  return found;
}
