/** Reads sets of templates and options templates (RFC 7011 section 3.4). */
import { IpfixError } from "./error.js";
import { SET } from "./message.js";
import { minimumSize } from "./reader.js";
import type { Specifier, Template } from "./template.js";

/** Fields a template may have; larger ones are refused. */
export const MAXIMUM_FIELDS = 512;

/** Takes what sets of templates say. */
export interface TemplateSink {
  define(template: Template): void;
  /** Template withdrawal (RFC 7011 section 8.1). */
  withdraw(id: number): void;
  withdrawAll(kind: "data" | "options"): void;
}

/**
 * Hands on the templates and withdrawals of the set from `start` to `end`.
 *
 * @param set SET.template or SET.optionsTemplate
 * @throws IpfixError when a template contradicts itself; those before it are handed on
 */
export function readTemplateSet(
  view: DataView,
  domain: number,
  set: number,
  start: number,
  end: number,
  sink: TemplateSink,
): void {
  // What remains below a template header's size is padding (RFC 7011 section 3.3.1).
  for (let p = start; end - p >= 4; ) {
    const id = view.getUint16(p);
    const count = view.getUint16(p + 2);
    if (id === 0 && count === 0) return;
    if (count === 0) {
      if (id !== set) sink.withdraw(id);
      else sink.withdrawAll(set === SET.optionsTemplate ? "options" : "data");
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
    sink.define({ id, specifiers, scopeCount });
    p = q;
  }
}
