/** The templates of a stream: template sets in, templates out by observation domain and identifier. */
import { IpfixError } from "./error.js";
import { SET } from "./message.js";
import { minimumSize } from "./reader.js";
import type { Specifier, Template } from "./template.js";

/** Fields a template may have; larger ones are refused. */
export const MAXIMUM_FIELDS = 512;

/** Templates kept over all observation domains. */
export const MAXIMUM_TEMPLATES = 4096;

/** A template with what a reader compiled from it. */
export type KnownTemplate<Reader> = Template & { reader?: Reader };

export class TemplateTable<Reader> {
  readonly #templates = new Map<string, KnownTemplate<Reader>>();

  find(domain: number, id: number): KnownTemplate<Reader> | undefined {
    return this.#templates.get(`${domain}/${id}`);
  }

  /**
   * Learns from and withdraws by the set of templates or options templates from `start` to `end`.
   *
   * @throws IpfixError when a template contradicts itself, or there are too many
   */
  takeSet(view: DataView, domain: number, set: number, start: number, end: number): void {
    // What remains below a template header's size is padding (RFC 7011 section 3.3.1).
    for (let p = start; end - p >= 4; ) {
      const id = view.getUint16(p);
      const count = view.getUint16(p + 2);
      if (id === 0 && count === 0) return;
      if (count === 0) {
        this.#withdraw(domain, set, id);
        p += 4;
        continue;
      }
      const fail = (reason: string) => new IpfixError("BAD_TEMPLATE", domain, id, p, reason);
      if (id < SET.firstData) throw fail("template identifier below 256");
      if (count > MAXIMUM_FIELDS) throw fail(`${count} fields`);
      let scopeCount = 0;
      let q = p + 4;
      if (set === SET.optionsTemplate) {
        if (end - q < 2) throw fail("options template is cut off");
        scopeCount = view.getUint16(q);
        if (scopeCount === 0 || scopeCount > count) throw fail(`scope of ${scopeCount} fields`);
        q += 2;
      }
      const specifiers: Specifier[] = [];
      for (let k = 0; k < count; k++) {
        if (end - q < 4) throw fail("template is cut off");
        const element = view.getUint16(q);
        const length = view.getUint16(q + 2);
        q += 4;
        let pen = 0;
        if ((element & 0x8000) !== 0) {
          if (end - q < 4) throw fail("template is cut off");
          pen = view.getUint32(q);
          q += 4;
        }
        specifiers.push({ pen, id: element & 0x7fff, length });
      }
      if (minimumSize(specifiers) === 0) throw fail("records without octets");
      this.#learn(domain, { id, specifiers, scopeCount });
      p = q;
    }
  }

  #learn(domain: number, template: KnownTemplate<Reader>): void {
    const key = `${domain}/${template.id}`;
    const known = this.#templates.get(key);
    if (known !== undefined && sameTemplate(known, template)) return;
    if (known === undefined && this.#templates.size >= MAXIMUM_TEMPLATES) {
      throw new IpfixError("TOO_MANY_TEMPLATES", domain, template.id, 0, `more than ${MAXIMUM_TEMPLATES} templates`);
    }
    this.#templates.set(key, template);
  }

  /** Template withdrawal (RFC 7011 section 8.1); the set's own identifier withdraws all of its kind. */
  #withdraw(domain: number, set: number, id: number): void {
    if (id !== set) {
      this.#templates.delete(`${domain}/${id}`);
      return;
    }
    for (const [key, template] of this.#templates) {
      const options = template.scopeCount > 0;
      if (key.startsWith(`${domain}/`) && options === (set === SET.optionsTemplate)) this.#templates.delete(key);
    }
  }
}

function sameTemplate(a: Template, b: Template): boolean {
  return (
    a.scopeCount === b.scopeCount &&
    a.specifiers.length === b.specifiers.length &&
    a.specifiers.every((each, k) => {
      const other = b.specifiers[k]!;
      return each.pen === other.pen && each.id === other.id && each.length === other.length;
    })
  );
}
