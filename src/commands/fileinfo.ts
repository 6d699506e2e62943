import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { openSink } from "../files/octet_sink.js";
import { describeFiles, fieldsHelp, writeDescriptions } from "../formats/silk/fileinfo.js";
import { CELL_FORMAT_SWITCH, cellFormat } from "../query/table/cell_table.js";
import { SITE_SWITCH } from "../site/load.js";
import { TextOutput } from "../text/output.js";

export const fileinfoCommand: Command = {
  name: "fileinfo",
  silk: "rwfileinfo",
  summary: "describe SiLK files: format, records, history",
  usage: "[switches] FILE [FILE ...]",
  description:
    "Prints what the headers of SiLK files tell: format, versions, compression, the commands that made them, notes; and " +
    "how many records follow. Reads standard input only when a file is called - or stdin.",
  switches: [
    {
      name: "fields",
      argument: "LIST",
      values: "file-fields",
      group: "Output",
      help: "Print these fields only, by name or number; see --help-fields",
      fallback: "all",
    },
    { name: "summary", group: "Output", help: "Print sums over all files after the last" },
    { name: "no-titles", group: "Output", help: "Print values only, without the names of files and fields" },
    { name: "help-fields", group: "Output", help: "List the fields" },
    CELL_FORMAT_SWITCH,
    XARGS_SWITCH,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwfileinfo flows.rw", does: "print all there is to know about a file" },
    {
      command: "rwfileinfo --fields=count-records --no-titles --summary *.rw",
      does: "count the flows in each file and in all",
    },
  ],
  async run(args, called) {
    const complain = (message: string) => process.stderr.write(`${called}: ${message}\n`);
    const format = cellFormat(args);
    if (format !== undefined && !args.flag("help-fields"))
      return (await writeDescriptions(args, format, complain)) ? 0 : 1;
    const out = new TextOutput(openSink("-", "text"));
    if (args.flag("help-fields")) {
      out.add(fieldsHelp());
      await out.end();
      return 0;
    }
    const allRead = describeFiles(args, out, complain);
    await out.end();
    return allRead ? 0 : 1;
  },
};
