/** `--help-fields`: the fields that `--fields` and `--values` take. */
import type { Arguments, Switch } from "../cli/switches.js";
import { openSink } from "../files/octet_sink.js";
import { FIELD_MEANINGS, VALUE_MEANINGS } from "./field_meanings.js";
import { FIELD_GROUPS, FLOW_FIELDS } from "./fields.js";

export const HELP_FIELDS_SWITCH: Switch = {
  name: "help-fields",
  group: "Help",
  help: "List the names and numbers of fields with their meanings, and stop",
};

const NAME_WIDTH = 15;
const ALIAS_WIDTH = 10;

/**
 * Prints the fields when that was asked for.
 *
 * @param of what is listed: fields, or values of bins, too
 * @returns whether there is nothing left to do
 */
export function helpsWithFields(args: Arguments, of: "fields" | "fields-and-values"): boolean {
  if (!args.flag(HELP_FIELDS_SWITCH.name)) return false;
  const line = (name: string, aliases: readonly (string | number)[], meaning: string) =>
    `  ${name.padEnd(NAME_WIDTH)} ${aliases.join(", ").padEnd(ALIAS_WIDTH)} ${meaning}`;
  const fields = FLOW_FIELDS.map(({ name, number, aliases = [] }) =>
    line(name, [...(number === undefined ? [] : [number]), ...aliases], FIELD_MEANINGS[name] ?? ""),
  );
  const groups = FIELD_GROUPS.map(({ name, number, fields: members }) => line(name, [number], members.join(" and ")));
  const text = ["Fields, by name or number:", ...fields, ...groups];
  if (of === "fields-and-values")
    text.push("Values of bins:", ...VALUE_MEANINGS.map(([names, meaning]) => line(names, [], meaning)));
  const sink = openSink("-", "text");
  sink.write(new TextEncoder().encode(`${text.join("\n")}\n`));
  sink.close();
  return true;
}
