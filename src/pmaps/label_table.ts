/** Labels of a prefix map that is being built, by value. */
import { UsageError } from "../errors.js";

/** Values that labels may be given: each lower one takes an octet in the file. */
const HIGHEST_LABEL = 0xff_ffff;

export class LabelTable {
  readonly #labels: string[] = [];
  /** Values by text in lower case: labels differ in more than case. */
  readonly #values = new Map<string, number>();

  /** Gives a label a value. @throws UsageError whose message is the reason alone */
  define(value: number, text: string): void {
    if (value > HIGHEST_LABEL) throw new UsageError(`Label value ${value} is above maximum of ${HIGHEST_LABEL}`);
    const known = this.#values.get(text.toLowerCase());
    const there = this.#labels[value] ?? "";
    if (known === value && there === text) return;
    if (there !== "") throw new UsageError(`Label value ${value} is already in use for '${there}'`);
    if (known !== undefined) throw new UsageError(`Label '${text}' already has the value ${known}`);
    this.#set(value, text);
  }

  /** The value of a label, or of a number that has one; a new label gets the next value. */
  valueOf(text: string): number {
    if (/^\d{1,8}$/.test(text) && (this.#labels[Number(text)] ?? "") !== "") return Number(text);
    const known = this.#values.get(text.toLowerCase());
    if (known !== undefined) return known;
    const value = this.#labels.length;
    this.#set(value, text);
    return value;
  }

  #set(value: number, text: string): void {
    while (this.#labels.length < value) this.#labels.push("");
    this.#labels[value] = text;
    this.#values.set(text.toLowerCase(), value);
  }

  get labels(): readonly string[] {
    return this.#labels;
  }
}
