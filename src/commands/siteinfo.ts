import type { Arguments, Command } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { selectedFlowtypes, selectedSensors } from "../query/selection.js";
import { CELL_FORMAT_SWITCH, cellFormat, writeCells } from "../query/table/cell_table.js";
import { DATA_ROOT_SWITCH, dataRoot, loadSite, SITE_SWITCH } from "../site/load.js";
import type { Site } from "../site/site.js";
import { siteCells, siteColumns } from "../site/site_cells.js";
import { type ChosenField, chooseSiteFields, SITE_FIELDS } from "../site/site_fields.js";
import { siteRows, siteTable } from "../site/site_table.js";
import { fileSpans } from "../store/file_spans.js";
import { openTextOutput, TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TIME_SWITCHES, timeFormat, timePrinter } from "../text/silk_time.js";
import { TABLE_SWITCHES, tableLine, tableStyle, titleLine } from "../text/table.js";

const GROUP = "Selection";

export const siteinfoCommand: Command = {
  name: "siteinfo",
  silk: "rwsiteinfo",
  summary: "print sensors, classes and types of the site",
  usage: "--fields=LIST [switches]",
  description:
    "Prints what silk.conf defines, one row for each combination of the fields asked for, and how many files the data " +
    `root has of each. Fields: ${[...SITE_FIELDS.keys()].join(", ")}.`,
  switches: [
    {
      name: "fields",
      argument: "LIST",
      values: "site-fields",
      group: "Output",
      help: "Print these fields, in this order",
    },
    { name: "help-fields", group: "Output", help: "Print every field with its meaning" },
    {
      name: "list-delimiter",
      argument: "CHAR",
      group: "Output",
      help: "Put this between values of a list",
      fallback: ",",
    },
    { name: "classes", argument: "LIST", values: "classes", group: GROUP, help: "Only these classes" },
    { name: "types", argument: "LIST", values: "types", group: GROUP, help: "Only these types" },
    {
      name: "flowtypes",
      argument: "LIST",
      values: "flowtypes",
      group: GROUP,
      help: "Only these pairs of class and type: all/in,all/out",
    },
    { name: "sensors", argument: "LIST", values: "sensors", group: GROUP, help: "Only these sensors: S0,3,5-9" },
    ...TIME_SWITCHES.filter((each) => each.name === "timestamp-format"),
    ...TABLE_SWITCHES,
    ...TEXT_OUTPUT_SWITCHES,
    CELL_FORMAT_SWITCH,
    DATA_ROOT_SWITCH,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwsiteinfo --fields=sensor,describe-sensor", does: "list the sensors" },
    {
      command: "rwsiteinfo --fields=type,repo-file-count,repo-start-date,repo-end-date",
      does: "say what the store has of each type",
    },
  ],
  async run(args) {
    if (args.positionals.length > 0) throw new UsageError(`Unexpected argument '${args.positionals[0]}'`);
    const format = cellFormat(args);
    if (args.flag("help-fields")) {
      await printText(args, fieldsHelp());
    } else if (format === undefined) {
      await printText(args, textTable(args));
    } else {
      const { fields, rows } = table(args);
      await writeCells(args, format, siteColumns(fields), (add) => {
        for (const row of rows) add(siteCells(fields, row, listDelimiter(args)));
      });
    }
    return 0;
  },
};

async function printText(args: Arguments, text: string): Promise<void> {
  const output = openTextOutput(args);
  output.add(text);
  await output.end();
}

function listDelimiter(args: Arguments): string {
  const given = args.value("list-delimiter") ?? ",";
  if ([...given].length !== 1)
    throw new ArgumentError("list-delimiter", "Expected a single character", "list-delimiter", given);
  return given;
}

function fieldsHelp(): string {
  return [...SITE_FIELDS].map(([name, { field }]) => `${name.padEnd(20)} ${field.help}\n`).join("");
}

function textTable(args: Arguments): string {
  const style = tableStyle(args);
  const { fields, rows } = table(args);
  const columns = fields.map(({ title }, k) => ({
    title,
    width: Math.max(title.length, ...rows.map((row) => row[k]!.length)),
  }));
  return titleLine(columns, style) + rows.map((row) => tableLine(columns, row, style)).join("");
}

function table(args: Arguments): { readonly fields: readonly ChosenField[]; readonly rows: readonly string[][] } {
  const list = args.value("fields");
  if (list === undefined) throw new UsageError("The --fields switch is required");
  const fields = chooseSiteFields(list);
  const site = loadSite(args);
  const print = timePrinter({ ...timeFormat(args), fraction: 0 });
  const rows = siteTable(site, siteRows(site, wantedRows(args, site)), fields, {
    listDelimiter: listDelimiter(args),
    hourText: (hour) => print(hour * 3_600_000),
    spans: () => fileSpans(dataRoot(args), site),
  });
  return { fields, rows };
}

function wantedRows(args: Arguments, site: Site) {
  const classes = words(
    args,
    "classes",
    site.config.classes.map((each) => each.name),
  );
  const types = words(args, "types", [...new Set(site.config.flowtypes.map((each) => each.type))]);
  const pairs = args.flag("flowtypes") ? new Set(selectedFlowtypes(only(args, "flowtypes"), site)) : undefined;
  const sensors = selectedSensors(args, site);
  const names = sensors === undefined ? undefined : new Set(sensors.map((each) => each.name));
  return {
    flowtype: (each: Site["config"]["flowtypes"][number]) =>
      classes?.has(each.class) !== false && types?.has(each.type) !== false && pairs?.has(each) !== false,
    sensor: (name: string) => names?.has(name) !== false,
    narrow: [classes, types, pairs, names].some((each) => each !== undefined),
  };
}

/** Words of a switch, checked against what the site defines; undefined for all. */
function words(args: Arguments, option: string, known: readonly string[]): ReadonlySet<string> | undefined {
  const list = args.value(option);
  if (list === undefined || list === "all") return undefined;
  const given = list.split(",").map((each) => each.trim());
  for (const word of given)
    if (!known.includes(word))
      throw new ArgumentError(option, `Unrecognized ${option.slice(0, -1)} '${word}'`, option, list);
  return new Set(given);
}

/** The arguments as if only one switch had been given. */
function only(args: Arguments, name: string): Arguments {
  return { ...args, value: (each) => (each === name ? args.value(each) : undefined) };
}
