/** Which elements exporters send that no column takes, and in how many records. */
import type { Specifier } from "../formats/ipfix/template.js";

/** Elements counted apart; records with others count together. */
const MOST = 1024;

/** An element, and the records that had it. */
export interface UnreadElement {
  readonly pen: number;
  readonly id: number;
  records: number;
}

/** paddingOctets: it means nothing. */
const PADDING = 210;

export class UnreadElements {
  /** Records that had elements beyond those counted apart. */
  readonly others: UnreadElement = { pen: -1, id: -1, records: 0 };
  readonly #elements = new Map<string, UnreadElement>();

  /** The counters of the elements given. */
  of(specifiers: readonly Specifier[]): UnreadElement[] {
    const found = new Set<UnreadElement>();
    for (const { pen, id } of specifiers) if (pen !== 0 || id !== PADDING) found.add(this.#of(pen, id));
    return [...found];
  }

  /** Those that records had, by enterprise and element number. */
  get elements(): UnreadElement[] {
    return [...this.#elements.values()]
      .filter(({ records }) => records > 0)
      .sort((a, b) => a.pen - b.pen || a.id - b.id);
  }

  #of(pen: number, id: number): UnreadElement {
    const key = `${pen}/${id}`;
    let found = this.#elements.get(key);
    if (found === undefined) {
      if (this.#elements.size >= MOST) return this.others;
      found = { pen, id, records: 0 };
      this.#elements.set(key, found);
    }
    return found;
  }
}
