/** Where the elements of a template lie in its records, and source text that reads them. */
import { PEN } from "../../record/field.js";
import { read } from "./expressions.js";
import { VARIABLE_LENGTH } from "./message.js";
import { minimumSize } from "./reader.js";
import type { Specifier } from "./template.js";

/** An element in a record: `at` is source text of its position. */
export interface Place {
  readonly at: string;
  /** Octets behind the start of the record, or behind the last element of variable length before. */
  readonly offset: number;
  readonly length: number;
}

/** A list within a record: source text of its first octet and of the position behind it. */
export interface ListPlace {
  readonly start: string;
  readonly end: string;
}

/** Structured data that holds records of other templates (RFC 6313 section 4.5.3). */
const SUB_TEMPLATE_MULTI_LIST = 293;

/** Direction whose values are asked for; those of the reverse have numbers of their own (RFC 5103 section 6.1). */
export type Half = "forward" | "reverse";

/** An information element: IANA's by its number, CERT's as `cert(number)`. */
export type ElementKey = number | { readonly cert: number };

export function cert(id: number): ElementKey {
  return { cert: id };
}

export class RowElements {
  /** Statements that declare the positions behind elements of variable length, leaving the loop when one is cut off. */
  readonly prelude: string;
  /** Source text of the position behind the record. */
  readonly next: string;
  /** Octets of the shortest record. */
  readonly least: number;
  readonly #specifiers: readonly Specifier[];
  readonly #places = new Map<string, Place>();
  readonly #list: ListPlace | undefined;
  readonly #asked = new Set<string>();

  constructor(specifiers: readonly Specifier[]) {
    this.#specifiers = specifiers;
    this.least = minimumSize(specifiers);
    let base = "p";
    let offset = 0;
    let rest = this.least;
    let prelude = "";
    let list: ListPlace | undefined;
    specifiers.forEach(({ pen, id, length }, k) => {
      if (length === VARIABLE_LENGTH) {
        rest -= 1;
        const at = `${base}+${offset}`;
        prelude +=
          `let b${k}=${at}+1,n${k}=view.getUint8(${at});` +
          `if(n${k}===255){if(end-b${k}<2)break;n${k}=view.getUint16(b${k});b${k}+=2;}` +
          `b${k}+=n${k};if(end-b${k}<${rest})break;`;
        base = `b${k}`;
        offset = 0;
        if (pen === PEN.iana && id === SUB_TEMPLATE_MULTI_LIST) list = { start: `(b${k}-n${k})`, end: base };
        return;
      }
      // Outer headers come first (RFC 7011 section 8): the last of several is that of the flow itself.
      if (length > 0) this.#places.set(`${pen}/${id}`, { at: `${base}+${offset}`, offset, length });
      offset += length;
      rest -= length;
    });
    this.prelude = prelude;
    this.#list = list;
    this.next = `${base}+${offset}`;
  }

  /** The element of that direction, or undefined when the template lacks it. */
  place(key: ElementKey, half: Half = "forward"): Place | undefined {
    const reverse = half === "reverse";
    const name =
      typeof key === "number"
        ? `${reverse ? PEN.reverse : PEN.iana}/${key}`
        : `${PEN.cert}/${reverse ? key.cert | 0x4000 : key.cert}`;
    this.#asked.add(name);
    return this.#places.get(name);
  }

  /** The record's last subTemplateMultiList. */
  get list(): ListPlace | undefined {
    this.#asked.add(`${PEN.iana}/${SUB_TEMPLATE_MULTI_LIST}`);
    return this.#list;
  }

  /** Elements that nobody has asked for. */
  get unread(): Specifier[] {
    return this.#specifiers.filter(({ pen, id }) => !this.#asked.has(`${pen}/${id}`));
  }

  /** The element where it can be a number, of at most 8 octets: templates may give it any length. */
  number(key: ElementKey, half: Half = "forward"): Place | undefined {
    const found = this.place(key, half);
    return found === undefined || found.length > 8 ? undefined : found;
  }

  /** The first of several elements that the template has. */
  first(keys: readonly ElementKey[], half: Half = "forward"): Place | undefined {
    for (const key of keys) {
      const found = this.place(key, half);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The number at a place, cut to its lowest `bits`; undefined without a place or when it is no number. */
export function bitsOf(place: Place | undefined, bits: 8 | 16 | 32): string | undefined {
  if (place === undefined || place.length > 8) return undefined;
  const { low } = read(place.length, place.at);
  if (bits === 32 || place.length * 8 <= bits) return low;
  return `(${low}&${2 ** bits - 1})`;
}

/** The number at a place of at most 8 octets as one JavaScript number, not exact above 2^53. */
export function wholeOf(place: Place): string {
  const { low, high } = read(place.length, place.at);
  return high === "0" ? low : `(${high}*4294967296+${low})`;
}
