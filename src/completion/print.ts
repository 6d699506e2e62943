/** The answer to a shell's script: the kind and what may follow, then a candidate a line, its meaning behind a tab. */
import { complete } from "./complete.js";

/** Text of `flowtap complete -- PROGRAM WORD...`. */
export async function completionText(line: readonly string[]): Promise<string> {
  const { kind, ending, candidates } = await complete(line);
  const lines = candidates.map(({ word, meaning = "" }) =>
    // A line break in a name would be another candidate.
    /[\n\t]/.test(word) ? "" : `${word}\t${meaning.replaceAll(/\s+/g, " ")}\n`,
  );
  return `${kind} ${ending}\n${lines.join("")}`;
}
