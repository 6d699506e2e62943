/** The language of manual pages, mdoc(7). */
import type { Block } from "./page.js";

/** What may not be the whole of a macro's argument: names of macros, and punctuation that they treat. */
const SPECIAL = /^(?:[A-Z%][a-zA-Z0-9]|[.,:;()[\]?!|])$/;

/** Text within a line: backslashes and minus signs mean themselves. */
export function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}

/** A line of text; one that began with a full stop or an apostrophe would be a request. */
function protectedLine(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** Characters of a line of text that mandoc does not complain of. */
const WIDTH = 80;

/** Length with other characters than ASCII's as mandoc reads them: \[u2026]. */
function shownLength(text: string): number {
  return text.replaceAll(/[^ -~]/gu, "\\[u0000]").length;
}

/** Lines of text, of which the reader sees no ends. */
export function textLines(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of escaped(text)
    .split(/\s+/)
    .filter((each) => each !== "")) {
    if (line !== "" && shownLength(`${line} ${word}`) > WIDTH - 2) {
      lines.push(protectedLine(line));
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, protectedLine(line)];
}

/** Arguments of a macro, word by word. */
export function words(text: string): string {
  return text
    .split(/\s+/)
    .map((word) => {
      const quoted = escaped(word).replaceAll('"', "\\(dq");
      return SPECIAL.test(word) ? `\\&${quoted}` : quoted;
    })
    .join(" ");
}

/** Lines as they are, indented. */
export function literalLines(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => protectedLine(escaped(line.trimEnd())));
  return [".Bd -literal -offset indent", ...lines, ".Ed"];
}

/** Sentences each on a line of their own, as mdoc wants them. */
export function sentences(text: string): readonly string[] {
  return text.split(/(?<=[a-zA-Z)\d]\.) (?=[A-Z-])/).flatMap(textLines);
}

/** Paragraphs, which an empty line separates. */
export function paragraphs(text: string): readonly string[] {
  return text.split("\n\n").flatMap((each, k) => [...(k === 0 ? [] : [".Pp"]), ...sentences(each)]);
}

export function blockLines(block: Block): readonly string[] {
  if (block.kind === "paragraph") return paragraphs(block.text);
  if (block.kind === "literal") return literalLines(block.text);
  const items = block.terms.flatMap(({ name, meaning }) => [`.It ${words(name)}`, ...sentences(meaning)]);
  return [".Bl -tag -width Ds", ...items, ".El"];
}

/** What stands between two blocks: a list makes its own room before it. */
function between(before: Block | undefined, block: Block): readonly string[] {
  return before === undefined || block.kind !== "paragraph" ? [] : [".Pp"];
}

export function sectionLines(macro: ".Sh" | ".Ss", title: string, blocks: readonly Block[]): readonly string[] {
  return [
    `${macro} ${words(title)}`,
    ...blocks.flatMap((each, k) => [...between(blocks[k - 1], each), ...blockLines(each)]),
  ];
}

/** The beginning of a page. @param date the day that the page is of */
export function head(title: string, section: number, date: Date): readonly string[] {
  const day = date.toLocaleDateString("en-US", { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });
  return [`.Dd ${day}`, `.Dt ${title.toUpperCase()} ${section}`, ".Os"];
}

/** References to other pages, in the order in which mdoc wants them: by section, then by name. */
export function references(pages: readonly (readonly [name: string, section: number])[]): readonly string[] {
  const sorted = [...pages].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  return [
    ".Sh SEE ALSO",
    ...sorted.map(([name, section], k) => `.Xr ${name} ${section}${k < sorted.length - 1 ? " ," : ""}`),
  ];
}
