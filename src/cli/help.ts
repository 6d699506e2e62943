import { wrap } from "../text/wrap.js";
import { COMMAND_GROUPS } from "./command_groups.js";
import type { Command, Switch } from "./switches.js";

/**
 * The text of `flowtap NAME --help`.
 *
 * @param called how the command was called: `flowtap cut` or `rwcut`
 */
export function commandHelp(command: Command, called: string): string {
  const parts = [`Usage: ${called} ${command.usage}`, wrap(command.description, 0)];
  const listed = command.switches.filter((each) => each.legacy === undefined);
  for (const group of new Set(listed.map((each) => each.group))) {
    const rows = listed.filter((each) => each.group === group).map(switchHelp);
    parts.push(`${group}:\n${rows.join("\n")}`);
  }
  if (command.examples.length > 0)
    parts.push(`Examples:\n${command.examples.map((each) => `  ${each.command}\n      ${each.does}`).join("\n")}`);
  return `${parts.join("\n\n")}\n`;
}

function switchHelp(each: Switch): string {
  const names = `${each.short === undefined ? "    " : `-${each.short}, `}--${each.name}`;
  const argument = each.optional ? `[=${each.argument}]` : ` ${each.argument}`;
  const left = `  ${names}${each.argument === undefined ? "" : argument}`;
  const text = each.help + (each.fallback === undefined ? "" : ` (default ${each.fallback})`);
  const indent = 32;
  const body = wrap(text, indent);
  return left.length < indent - 1 ? left.padEnd(indent) + body.trimStart() : `${left}\n${body}`;
}

/** The text of `flowtap --help`: one screen. */
export function programHelp(
  commands: readonly Pick<Command, "name" | "summary">[],
  topics: readonly Pick<Command, "name" | "summary">[],
): string {
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]));
  const groups = COMMAND_GROUPS.map(({ title, rows }) => {
    const lines = rows.map(({ names, summary = summaries.get(names[0]!) ?? "" }) => {
      const left = `  ${names.join(" ")}`;
      // A family is as long as it is.
      return `${left.padEnd(names.length === 1 ? 15 : 42)} ${summary}`;
    });
    return `${title}:\n${lines.join("\n")}\n`;
  });
  return `flowtap turns packets into flow records and answers questions about them.

Usage: flowtap COMMAND [switches]

${groups.join("\n")}
Most have SiLK's names, too: flowtap cut is rwcut, flowtap glob rwfglob.

  flowtap COMMAND --help     switches and examples of a command
  flowtap help TOPIC         explains ${topics.map(({ name }) => name).join(", ")}
  flowtap --version          versions of flowtap and what it uses
`;
}
