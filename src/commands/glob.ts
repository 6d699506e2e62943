import { statSync } from "node:fs";
import type { Command } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { selectFiles } from "../query/selection_files.js";
import { STORE_SELECTION_SWITCHES } from "../query/selection_switches.js";
import { journalPath } from "../store/layout.js";

export const globCommand: Command = {
  name: "glob",
  silk: "rwfglob",
  summary: "list the files of the store that a selection reads",
  usage: "[selection switches]",
  description:
    "Prints the names of the files that rwfilter would read for the same selection switches, one a line, and how many " +
    "they are. In a store of flowtap these are sealed files and journals; in a tree of SiLK files the hourly files.",
  switches: [
    ...STORE_SELECTION_SWITCHES,
    {
      name: "no-block-check",
      group: "Output",
      help: "Do not look for files that are empty on disk, as tapes leave them",
    },
    { name: "no-file-names", group: "Output", help: "Print no names" },
    { name: "no-summary", group: "Output", help: "Print no count" },
  ],
  examples: [
    {
      command: "rwfglob --data-rootdir=/data/flows --type=all --start-date=2026/11/21:08",
      does: "list the files of one hour",
    },
  ],
  async run(args) {
    if (args.positionals.length > 0) throw new UsageError(`Unexpected argument '${args.positionals[0]}'`);
    const { root, journals, parquet, silk, missing } = selectFiles(args);
    const paths = [...silk, ...parquet, ...journals.map((id) => journalPath(root, id))];
    const blockCheck = !args.flag("no-block-check");
    let onTape = 0;
    const lines: string[] = [];
    for (const path of paths) {
      const stats = blockCheck ? statSync(path, { throwIfNoEntry: false }) : undefined;
      const away = stats !== undefined && stats.blocks === 0 && stats.size > 0;
      if (away) onTape += 1;
      if (!args.flag("no-file-names")) lines.push(`${path}${away ? " \t*** ON_TAPE ***" : ""}\n`);
    }
    if (!args.flag("no-summary")) lines.push(`globbed ${paths.length} files; ${onTape} on tape\n`);
    if (args.flag("print-missing-files"))
      write(
        "stderr",
        missing.map((path) => `Missing ${path}\n`),
      );
    write("-", lines);
    return 0;
  },
};

function write(path: string, lines: readonly string[]): void {
  const sink = openSink(path, "text");
  if (lines.length > 0) sink.write(new TextEncoder().encode(lines.join("")));
  sink.close();
}
