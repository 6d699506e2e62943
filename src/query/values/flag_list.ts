/** TCP flags and attributes as letters, and lists of `HIGH/MASK`. */
import { ArgumentError } from "../../errors.js";
import { ROW_ATTRIBUTE } from "../../record/columns.js";

export interface FlagPair {
  readonly high: number;
  readonly mask: number;
}

/** Value of each letter. */
export type Letters = Readonly<Record<string, number>>;

export const TCP_LETTERS: Letters = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };

export const ATTRIBUTE_LETTERS: Letters = {
  S: ROW_ATTRIBUTE.uniformSize,
  T: ROW_ATTRIBUTE.activeTimeout,
  C: ROW_ATTRIBUTE.continuation,
  F: ROW_ATTRIBUTE.packetsAfterFin,
};

/**
 * The bits of some letters, in either case.
 *
 * @throws ArgumentError naming a letter that means nothing
 */
export function flagLetters(text: string, letters: Letters, option: string, what: string): number {
  let bits = 0;
  for (const letter of text.trim().toUpperCase()) {
    const bit = letters[letter];
    if (bit === undefined) throw new ArgumentError(what, `Unrecognized flag character '${letter}'`, option, text);
    bits |= bit;
  }
  return bits;
}

/** `HIGH/MASK[,HIGH/MASK…]`, HIGH within MASK. */
export function flagPairs(text: string, letters: Letters, option: string, what: string): readonly FlagPair[] {
  return text.split(",").map((part) => {
    const [high, mask, more] = part.split("/");
    if (mask === undefined || more !== undefined || mask.trim() === "")
      throw new ArgumentError(what, "Expected HIGH/MASK", option, text);
    const pair = { high: flagLetters(high!, letters, option, what), mask: flagLetters(mask, letters, option, what) };
    if ((pair.high & ~pair.mask) !== 0)
      throw new ArgumentError(what, "High flags are not a subset of the mask", option, text);
    return pair;
  });
}
