/** flowtap-NAME(1): a command's page from its table of switches. */
import type { Command, Example, Switch } from "../cli/switches.js";
import { escaped, head, literalLines, paragraphs, references, sentences, textLines, words } from "./mdoc.js";

export interface CommandPage {
  readonly command: Command;
  /** What flowtap-filter(1) says of switches, by their names. */
  readonly explainedByFilter: ReadonlyMap<string, string>;
  /** A session that shows the command at work, as a shell's user sees it. */
  readonly session: string;
  readonly date: Date;
}

export function commandPage({ command, explainedByFilter, session, date }: CommandPage): string {
  const { name, silk, summary, usage, description, switches, examples } = command;
  const page = `flowtap-${name}`;
  const elsewhere = (each: Switch) =>
    each.shared !== undefined && name !== "filter" && explainedByFilter.get(each.name) === each.help;
  const own = switches.filter((each) => each.legacy === undefined && !elsewhere(each));
  const shared = switches.filter((each) => each.legacy === undefined && elsewhere(each));
  const old = switches.filter((each) => each.legacy !== undefined && !elsewhere(each));
  const lines = [
    ...head(page, 1, date),
    ".Sh NAME",
    ...(silk === undefined ? [`.Nm ${page}`] : [`.Nm ${page} ,`, `.Nm ${silk}`]),
    `.Nd ${words(summary)}`,
    ".Sh SYNOPSIS",
    `.Nm flowtap ${name}`,
    ...textLines(usage),
    ...(silk === undefined ? [] : [`.Nm ${silk}`, ...textLines(usage)]),
    ".Sh DESCRIPTION",
    ...paragraphs(description),
    ...[...new Set(own.map(({ group }) => group))].flatMap((group) => groupLines(group, own)),
    ...sharedLines(shared),
    ...oldLines(old),
    ".Sh ENVIRONMENT",
    "The variables that all commands heed are explained in",
    ".Xr flowtap-environment 7 .",
    ".Sh EXIT STATUS",
    "The statuses of all commands are explained in",
    ".Xr flowtap-exit-status 7 .",
    ".Sh EXAMPLES",
    ...exampleLines(examples),
    ".Pp",
    "What it looks like, with the files of",
    ".Xr flowtap-examples 7 :",
    ...literalLines(session.trimEnd()),
    ...references([
      ["flowtap", 1],
      ...(name === "filter" || shared.length === 0 ? [] : [["flowtap-filter", 1] as const]),
      ["flowtap-environment", 7],
      ["flowtap-examples", 7],
      ["flowtap-exit-status", 7],
      ...(switches.some((each) => each.name === "fields") ? [["flowtap-fields", 7] as const] : []),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function groupLines(group: string, switches: readonly Switch[]): readonly string[] {
  const rows = switches.filter((each) => each.group === group);
  return [`.Ss ${words(group)}`, ".Bl -tag -width Ds", ...rows.flatMap(switchLines), ".El"];
}

function switchLines(each: Switch): readonly string[] {
  const short = each.short === undefined ? "" : `Fl ${each.short} , `;
  const fallback = each.fallback === undefined ? [] : [`The default is: ${each.fallback}.`];
  const more = each.repeatable ? ["May be given several times."] : [];
  return [`.It ${short}${switchName(each)}`, ...[`${each.help}.`, ...fallback, ...more].flatMap(sentences)];
}

function switchName(each: Switch): string {
  const name = `Fl \\-${escaped(each.name)}`;
  if (each.argument === undefined) return name;
  const argument = `Ns = Ns Ar ${words(each.argument)}`;
  return each.optional ? `${name} Ns Op ${argument.slice("Ns ".length)}` : `${name} ${argument}`;
}

function sharedLines(switches: readonly Switch[]): readonly string[] {
  if (switches.length === 0) return [];
  return [
    ".Ss Which flows",
    "The command itself takes the switches by which",
    ".Xr flowtap-filter 1",
    "picks flows, with the same meaning:",
    ...nameList(switches),
  ];
}

function oldLines(switches: readonly Switch[]): readonly string[] {
  if (switches.length === 0) return [];
  return [".Ss Older switches", "Scripts may still use", ...nameList(switches)];
}

function nameList(switches: readonly Switch[]): readonly string[] {
  const names = [...new Set(switches.map(({ name }) => name))];
  return names.map((name, k) => `.Fl \\-${escaped(name)} ${k < names.length - 1 ? "," : "."}`);
}

function exampleLines(examples: readonly Example[]): readonly string[] {
  if (examples.length === 0) return [];
  const items = examples.flatMap(({ command, does }) => [
    `.It ${words(`${does.slice(0, 1).toUpperCase()}${does.slice(1)}:`)}`,
    `.Dl ${words(command)}`,
  ]);
  return [".Bl -tag -width Ds", ...items, ".El"];
}
