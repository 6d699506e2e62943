/** Letters of TCP flags and flow attributes, as SiLK prints them. */
import { ATTRIBUTE } from "../record/layout.js";

const TCP_LETTERS = ["F", "S", "R", "P", "A", "U", "E", "C"] as const;

/** Text of all 256 values: `SA` for SYN and ACK. */
export const TCP_FLAGS: readonly string[] = Array.from({ length: 256 }, (_, flags) =>
  TCP_LETTERS.filter((_letter, bit) => (flags & (1 << bit)) !== 0).join(""),
);

/** The same with each letter in its place: ` S  A   `. */
export const PADDED_TCP_FLAGS: readonly string[] = TCP_FLAGS.map((text) =>
  TCP_LETTERS.map((letter) => (text.includes(letter) ? letter : " ")).join(""),
);

const ATTRIBUTE_LETTERS = [
  ["S", ATTRIBUTE.uniformSize],
  ["T", ATTRIBUTE.activeTimeout],
  ["C", ATTRIBUTE.continuation],
  ["F", ATTRIBUTE.packetsAfterFin],
] as const;

/** Text of all 256 values of `attributes`: SiLK's S, T, C and F. */
export const ATTRIBUTES: readonly string[] = Array.from({ length: 256 }, (_, attributes) =>
  ATTRIBUTE_LETTERS.filter(([, bit]) => (attributes & bit) !== 0)
    .map(([letter]) => letter)
    .join(""),
);
