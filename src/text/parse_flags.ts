/** Letters of TCP flags and flow attributes as SiLK's users type them. */
import { UsageError } from "../errors.js";
import { ROW_ATTRIBUTE } from "../record/columns.js";

const TCP_BIT: ReadonlyMap<string, number> = new Map([..."FSRPAUEC"].map((letter, bit) => [letter, 1 << bit]));

const ATTRIBUTE_BIT: ReadonlyMap<string, number> = new Map([
  ["S", ROW_ATTRIBUTE.uniformSize],
  ["F", ROW_ATTRIBUTE.packetsAfterFin],
  ["T", ROW_ATTRIBUTE.activeTimeout],
  ["C", ROW_ATTRIBUTE.continuation],
]);

/**
 * The TCP flags of letters `FSRPAUEC`, in any order and case; blanks are skipped, so that rwcut's columns can be read.
 *
 * @throws UsageError whose message is the reason alone
 */
export function parseTcpFlags(text: string): number {
  return bitsOf(text, TCP_BIT, "TCP flag");
}

/**
 * The bits of ROW_ATTRIBUTE of SiLK's letters `SFTC`.
 *
 * @throws UsageError whose message is the reason alone
 */
export function parseAttributes(text: string): number {
  return bitsOf(text, ATTRIBUTE_BIT, "attribute");
}

/** Bits that must be set, and those that are looked at. */
export interface HighMask {
  readonly high: number;
  readonly mask: number;
}

/**
 * Reads `HIGH/MASK`; without a slash both are the same.
 *
 * @param parse parseTcpFlags or parseAttributes
 * @throws UsageError whose message is the reason alone, also when HIGH is not within MASK
 */
export function parseHighMask(text: string, parse: (letters: string) => number): HighMask {
  const slash = text.indexOf("/");
  const high = parse(slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? high : parse(text.slice(slash + 1));
  if ((high & ~mask) !== 0) throw new UsageError(`high bits of '${text}' are not within its mask`);
  return { high, mask };
}

function bitsOf(text: string, bits: ReadonlyMap<string, number>, what: string): number {
  let value = 0;
  for (const letter of text) {
    if (letter === " ") continue;
    const bit = bits.get(letter.toUpperCase());
    if (bit === undefined) throw new UsageError(`Unknown ${what} '${letter}'`);
    value |= bit;
  }
  return value;
}
