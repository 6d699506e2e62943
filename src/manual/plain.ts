/** Pages as text for a terminal: `flowtap help TOPIC`. */
import { wrap } from "../text/wrap.js";
import type { Block, Term, Topic } from "./page.js";

const INDENT = 2;
/** Terms longer than this have their explanation on the next line. */
const WIDEST = 28;

export function topicText({ name, summary, sections }: Topic): string {
  const parts = sections.map(({ title, blocks }) => blocks.reduce(withBlock, title));
  return `${[`${name}: ${summary}`, ...parts].join("\n\n")}\n`;
}

/** Blocks of different kinds stand apart. */
function withBlock(text: string, block: Block, at: number, all: readonly Block[]): string {
  const before = all[at - 1]?.kind;
  const apart = block.kind === "literal" || (before !== undefined && before !== block.kind);
  return `${text}${apart ? "\n\n" : "\n"}${blockText(block)}`;
}

function blockText(block: Block): string {
  if (block.kind === "paragraph") return wrap(block.text, INDENT);
  if (block.kind === "terms") return termsText(block.terms);
  return block.text
    .split("\n")
    .map((line) => `${" ".repeat(2 * INDENT)}${line}`.trimEnd())
    .join("\n");
}

/** Explanations in one column, as far to the left as the names allow. */
function termsText(all: readonly Term[]): string {
  const names = all.map(({ name }) => name.length).filter((length) => length <= WIDEST);
  const indent = INDENT + Math.max(0, ...names) + 2;
  return all
    .map(({ name, meaning }) => {
      const left = " ".repeat(INDENT) + name;
      const body = wrap(meaning, indent);
      return left.length + 2 <= indent ? left.padEnd(indent) + body.trimStart() : `${left}\n${body}`;
    })
    .join("\n");
}
