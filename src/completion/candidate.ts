/** What a shell may put in the place of a word. */

export interface Candidate {
  readonly word: string;
  /** One line, for shells that show it. */
  readonly meaning?: string;
}

/** Words, or names of files: shells quote the latter and go on into folders. */
export interface Completion {
  readonly kind: "words" | "files";
  /** Whether a blank may follow: not behind `--fields=` and within lists. */
  readonly ending: "blank" | "none";
  readonly candidates: readonly Candidate[];
}

export const NOTHING: Completion = { kind: "words", ending: "blank", candidates: [] };

/** Words whose meaning goes without saying. */
export function plain(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word }));
}
