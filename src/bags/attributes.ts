/** SiLK's attributes of flows as keys of bags: its own bits, which are not those of our rows. */
import { ROW_ATTRIBUTE } from "../record/columns.js";

/** Letters in the order in which they are printed, our bits, and SiLK's. */
export const KEY_ATTRIBUTES = [
  { letter: "T", row: ROW_ATTRIBUTE.activeTimeout, key: 0x20 },
  { letter: "C", row: ROW_ATTRIBUTE.continuation, key: 0x40 },
  { letter: "F", row: ROW_ATTRIBUTE.packetsAfterFin, key: 0x08 },
  { letter: "S", row: ROW_ATTRIBUTE.uniformSize, key: 0x10 },
] as const;

/** The key of a row's attributes. */
export function attributeKey(attributes: number): number {
  return KEY_ATTRIBUTES.reduce((sum, { row, key }) => ((attributes & row) === 0 ? sum : sum | key), 0);
}

/** The attributes of a row that a key stands for. */
export function rowAttributes(bits: number): number {
  return KEY_ATTRIBUTES.reduce((sum, { row, key }) => ((bits & key) === 0 ? sum : sum | row), 0);
}

/** Letters of a key; when padded, each in its place. */
export function attributeText(bits: number, padding: "padded" | "unpadded"): string {
  const blank = padding === "padded" ? " " : "";
  const text = KEY_ATTRIBUTES.map(({ letter, key }) => ((bits & key) !== 0 ? letter : blank)).join("");
  return padding === "padded" ? text.padEnd(8) : text;
}
