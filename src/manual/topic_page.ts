/** flowtap-TOPIC(7). */
import { head, references, sectionLines, words } from "./mdoc.js";
import type { Topic } from "./page.js";

export function topicPage({ name, summary, sections }: Topic, date: Date): string {
  const lines = [
    ...head(`flowtap-${name}`, 7, date),
    ".Sh NAME",
    `.Nm flowtap-${name}`,
    `.Nd ${words(summary)}`,
    ".Sh DESCRIPTION",
    ...sections.flatMap(({ title, blocks }) => sectionLines(".Ss", title, blocks)),
    ...references([["flowtap", 1]]),
  ];
  return `${lines.join("\n")}\n`;
}
