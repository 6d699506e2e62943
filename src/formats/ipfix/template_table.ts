/** The templates of a stream: template sets in, templates out by observation domain and identifier. */
import { IpfixError } from "./error.js";
import { sameTemplate, type Template } from "./template.js";
import { readTemplateSet } from "./template_sets.js";

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
    readTemplateSet(view, domain, set, start, end, {
      define: (template) => this.#learn(domain, template),
      withdraw: (id) => this.#templates.delete(`${domain}/${id}`),
      withdrawAll: (kind) => this.#withdrawAll(domain, kind),
    });
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

  #withdrawAll(domain: number, kind: "data" | "options"): void {
    for (const [key, template] of this.#templates) {
      const options = template.scopeCount > 0;
      if (key.startsWith(`${domain}/`) && options === (kind === "options")) this.#templates.delete(key);
    }
  }
}
