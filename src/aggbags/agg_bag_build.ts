/** What rwaggbagbuild does. */
import { bagSaveOptions } from "../bags/bag_file.js";
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { openSink } from "../files/octet_sink.js";
import { loadSite } from "../site/load.js";
import type { Site } from "../site/site.js";
import { TextOutput } from "../text/output.js";
import { saveAggBag } from "./agg_bag_file.js";
import { fieldValue } from "./field_text.js";
import { type BadLines, listedColumns, TextRows, type TextSyntax } from "./text_rows.js";

/**
 * Runs `rwaggbagbuild` and returns its exit status.
 *
 * @param complain called with the reason for each bad line that is to be reported
 */
export async function runAggBagBuild(
  args: Arguments,
  called: string,
  complain: (message: string) => void,
): Promise<number> {
  let loaded: Site | undefined;
  const site = () => {
    loaded ??= loadSite(args);
    return loaded;
  };
  const syntax = syntaxOf(args, site);
  const path = args.value("output-path") ?? "-";
  const options = bagSaveOptions(args, called, path);
  const paths = inputPaths(args);
  const badPath = args.value("bad-input-lines");
  const bad = badPath === undefined ? undefined : new TextOutput(openSink(badPath, "text"));
  try {
    const rows = new TextRows(syntax, site, badLines(args, bad, complain));
    const complete = paths.every((each) => rows.addFile(each) === "complete");
    if (rows.builder === undefined)
      throw new InputError("No line of the input tells the fields: give them by --fields");
    saveAggBag(path, rows.builder.build(), options);
    await bad?.end();
    return complete ? 0 : 1;
  } catch (error) {
    bad?.abort();
    throw error;
  }
}

function syntaxOf(args: Arguments, site: () => Site): TextSyntax {
  const list = args.value("fields");
  const separator = args.value("column-separator") ?? "|";
  if (separator.length !== 1)
    throw new ArgumentError("column-separator", "Not a single character", "column-separator", separator);
  if (args.flag("no-titles") && list === undefined)
    throw new UsageError("The --fields switch is required when --no-titles is given");
  const listed = list === undefined ? undefined : listedColumns(list);
  const constants = args.values("constant-field").map((given) => fieldValue("constant-field", given, site));
  for (const [k, { field }] of constants.entries()) {
    const given = args.values("constant-field")[k]!;
    const fail = (reason: string) => new ArgumentError("constant-field", reason, "constant-field", given);
    if (constants.findIndex((each) => each.field === field) !== k) throw fail(`Duplicate name '${field.name}'`);
    if (listed?.includes(field)) throw fail(`The field '${field.name}' is among --fields`);
  }
  return { separator, listed, constants, firstLine: args.flag("no-titles") ? "is values" : "may be titles" };
}

function badLines(args: Arguments, output: TextOutput | undefined, complain: (message: string) => void): BadLines {
  const stops = args.flag("stop-on-error");
  const tells = stops || args.flag("verbose");
  return {
    take(place, line, reason) {
      output?.add(`${place}:${line}\n`);
      if (tells) complain(`${place}: ${reason}`);
      return stops ? "stop" : "go on";
    },
  };
}
