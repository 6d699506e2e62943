/** Characters of a line of help. */
export const PAGE_WIDTH = 100;

/** Wraps paragraphs, which an empty line separates, to the page, each line indented. */
export function wrap(text: string, indent: number): string {
  const margin = " ".repeat(indent);
  const paragraphs = text.split("\n\n").map((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/\s+/)) {
      if (line !== "" && indent + line.length + 1 + word.length > PAGE_WIDTH) {
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
