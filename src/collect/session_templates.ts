/** The templates of one session, within what all sessions may have. */
import type { Template } from "../formats/ipfix/template.js";
import { sameTemplate, templateSize } from "../formats/ipfix/template.js";
import type { TemplateSink } from "../formats/ipfix/template_sets.js";
import type { SessionCounters } from "./counters.js";
import type { DataTemplate } from "./row_decoder.js";

/** A template and when it was last sent. */
export interface LearnedTemplate extends DataTemplate {
  /** Microseconds since 1970. */
  heard: number;
}

/** What sessions share: the octets of all templates, and whom to tell. */
export interface TemplateKeeper {
  /** Accounts for so many octets; false when there is no room. Negative amounts are given back. */
  reserve(octets: number): boolean;
  /** A template has been learned: what waits for it can be read. */
  learned(template: LearnedTemplate): void;
}

export interface SessionTemplateLimits {
  readonly templates: number;
  /** Microseconds that a template holds without being sent again; Infinity for ever. */
  readonly lifeTime: number;
}

export class SessionTemplates implements TemplateSink {
  readonly #counters: SessionCounters;
  readonly #limits: SessionTemplateLimits;
  readonly #keeper: TemplateKeeper;
  readonly #templates = new Map<number, LearnedTemplate>();
  /** Time of the message that is being read. */
  #now = 0;

  constructor(counters: SessionCounters, limits: SessionTemplateLimits, keeper: TemplateKeeper) {
    this.#counters = counters;
    this.#limits = limits;
    this.#keeper = keeper;
  }

  /** Says when the message came whose sets are next. */
  at(received: number): void {
    this.#now = received;
  }

  find(id: number): LearnedTemplate | undefined {
    const found = this.#templates.get(id);
    if (found === undefined || this.#now - found.heard <= this.#limits.lifeTime) return found;
    this.#remove(found);
    this.#counters.templates.expired += 1;
    return undefined;
  }

  define(template: Template): void {
    const known = this.find(template.id);
    if (known !== undefined && sameTemplate(known, template)) {
      known.heard = this.#now;
      return;
    }
    if (known !== undefined) this.#remove(known);
    const full = this.#templates.size >= this.#limits.templates;
    if (full || !this.#keeper.reserve(templateSize(template))) {
      this.#counters.templates.refused += 1;
      return;
    }
    this.#counters.templates[known === undefined ? "learned" : "changed"] += 1;
    const learned: LearnedTemplate = { ...template, heard: this.#now };
    this.#templates.set(template.id, learned);
    this.#keeper.learned(learned);
  }

  withdraw(id: number): void {
    const known = this.#templates.get(id);
    if (known === undefined) return;
    this.#remove(known);
    this.#counters.templates.withdrawn += 1;
  }

  withdrawAll(kind: "data" | "options"): void {
    for (const each of this.#templates.values())
      if (each.scopeCount > 0 === (kind === "options")) this.withdraw(each.id);
  }

  /** Forgets all of them, uncounted: the exporter has started anew, or is over. */
  clear(): void {
    for (const each of this.#templates.values()) this.#remove(each);
  }

  /** The templates that hold at that time, microseconds since 1970. */
  holdingAt(now: number): LearnedTemplate[] {
    return [...this.#templates.values()].filter(({ heard }) => now - heard <= this.#limits.lifeTime);
  }

  /** Puts back a template of an earlier run. */
  restore(template: LearnedTemplate): void {
    if (this.#templates.size >= this.#limits.templates || this.#templates.has(template.id)) return;
    if (this.#keeper.reserve(templateSize(template))) this.#templates.set(template.id, template);
  }

  #remove(template: LearnedTemplate): void {
    this.#templates.delete(template.id);
    this.#keeper.reserve(-templateSize(template));
  }
}
