/** flowtap(1): what there is. */
import type { CommandEntry } from "../cli/commands.js";
import { head, paragraphs, references, sectionLines, textLines } from "./mdoc.js";
import { type Block, paragraph, terms } from "./page.js";
import type { TopicEntry } from "./topics.js";

export function programPage(commands: readonly CommandEntry[], topics: readonly TopicEntry[], date: Date): string {
  const listed: Block = terms(
    commands.map(({ name, silk, summary }) => [silk === undefined ? name : `${name}, ${silk}`, `${summary}.`] as const),
  );
  const lines = [
    ...head("flowtap", 1, date),
    ".Sh NAME",
    ".Nm flowtap",
    ".Nd turn packets into flow records and answer questions about them",
    ".Sh SYNOPSIS",
    ".Nm flowtap",
    ...textLines("COMMAND [switches]"),
    ".Nm flowtap",
    ...textLines("help [COMMAND | TOPIC]"),
    ".Sh DESCRIPTION",
    ...paragraphs(
      "flowtap listens on interfaces or reads captures, keeps a flow cache, exports IPFIX and NetFlow, keeps flows in a " +
        "store of Parquet files, and answers questions about them with the commands that SiLK's analysts know, under " +
        "their names where no SiLK is installed.",
    ),
    ...sectionLines(".Ss", "Commands", [paragraph("Each has a page, flowtap-COMMAND(1)."), listed]),
    ...sectionLines(".Ss", "Topics", [
      paragraph("Each has a page, flowtap-TOPIC(7), which flowtap help TOPIC prints, too."),
      terms(topics.map(({ name, summary }) => [name, `${summary}.`] as const)),
    ]),
    ".Sh EXIT STATUS",
    "See",
    ".Xr flowtap-exit-status 7 .",
    ...references([
      ["flowtap-examples", 7],
      ["flowtap-exit-status", 7],
      ["flowtap.yaml", 5],
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
