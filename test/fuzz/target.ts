import type { Mutator } from "./mutation.js";

/** What is fuzzed. */
export interface FuzzTarget {
  readonly name: string;
  /** Makes an input of those that are known, and tries it. Returns what it reached; throws what must not happen. */
  run(mutator: Mutator): ReadonlySet<string>;
  /** Takes the last input among those that are known. */
  keep(): void;
  /** The last input, for a report. */
  readonly last: string;
  close?(): void;
}
