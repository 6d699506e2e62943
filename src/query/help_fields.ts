/** `--help-fields`: the fields that `--fields` and `--values` take. */
import type { Arguments, Switch } from "../cli/switches.js";
import { openSink } from "../files/octet_sink.js";
import { FLOW_FIELDS } from "./fields.js";

export const HELP_FIELDS_SWITCH: Switch = {
  name: "help-fields",
  group: "Help",
  help: "List the names and numbers of fields, and stop",
};

const VALUES = [
  "Records (Flows)",
  "Packets",
  "Bytes",
  "sIP-Distinct",
  "dIP-Distinct",
  "Distinct:FIELD",
  "sTime-Earliest",
  "eTime-Latest",
];

/**
 * Prints the fields when that was asked for.
 *
 * @param of what is listed: fields, or values of bins, too
 * @returns whether there is nothing left to do
 */
export function helpsWithFields(args: Arguments, of: "fields" | "fields-and-values"): boolean {
  if (!args.flag(HELP_FIELDS_SWITCH.name)) return false;
  const fields = FLOW_FIELDS.map(({ name, number, aliases = [] }) =>
    `  ${name.padEnd(14)} ${[...(number === undefined ? [] : [number]), ...aliases].join(", ")}`.trimEnd(),
  );
  const text = [`Fields, by name or number:`, ...fields];
  if (of === "fields-and-values") text.push("Values of bins:", ...VALUES.map((value) => `  ${value}`));
  const sink = openSink("-", "text");
  sink.write(new TextEncoder().encode(`${text.join("\n")}\n`));
  sink.close();
  return true;
}
