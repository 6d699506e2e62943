import type { Command, Switch } from "./switches.js";

const WIDTH = 100;

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

/** Wraps paragraphs to the page, each line indented. */
function wrap(text: string, indent: number): string {
  const margin = " ".repeat(indent);
  const paragraphs = text.split("\n\n").map((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/\s+/)) {
      if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
        lines.push(margin + line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    return [...lines, margin + line].join("\n");
  });
  return paragraphs.join("\n\n");
}

/** The text of `flowtap --help`: one screen. */
export function programHelp(commands: readonly Pick<Command, "name" | "silk" | "summary">[]): string {
  const rows = commands.map((each) => `  ${each.name.padEnd(12)} ${(each.silk ?? "").padEnd(13)} ${each.summary}`);
  return `flowtap turns packets into flow records and answers questions about them.

Usage: flowtap COMMAND [switches]

Commands:
${rows.join("\n")}

  flowtap COMMAND --help     switches and examples of a command
  flowtap --version          versions of flowtap and what it uses

Exit status: 0 success, 1 failure, 2 wrong usage, 3 wrong configuration,
4 some inputs could not be read.
`;
}
