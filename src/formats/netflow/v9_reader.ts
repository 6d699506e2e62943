/**
 * NetFlow version 9, RFC 3954: header and templates. Records are read as those of IPFIX, whose element numbers are the
 * same.
 */
import { IpfixError } from "../ipfix/error.js";
import { minimumSize } from "../ipfix/reader.js";
import type { Specifier } from "../ipfix/template.js";
import { MAXIMUM_FIELDS, type TemplateSink } from "../ipfix/template_sets.js";

export const NETFLOW9_HEADER = 20;

/** FlowSet identifiers (RFC 3954 section 5); data FlowSets carry that of their template. */
export const FLOWSET = { template: 0, optionsTemplate: 1, firstData: 256 } as const;

/** Stands for the enterprise number of scope fields, whose types are none of the elements (RFC 3954 section 6.1). */
export const SCOPE_PEN = -1;

export interface NetFlow9Header {
  /** Milliseconds since the exporter's start, modulo 2^32. */
  readonly uptime: number;
  /** Microseconds since 1970, of whole seconds. */
  readonly exported: number;
  /** Messages sent before, modulo 2^32. */
  readonly sequence: number;
  readonly sourceId: number;
}

/** Reads the header, whose octets must be there. Its count is not needed, and some exporters count FlowSets. */
export function readNetFlow9Header(view: DataView): NetFlow9Header {
  return {
    uptime: view.getUint32(4),
    exported: view.getUint32(8) * 1e6,
    sequence: view.getUint32(12),
    sourceId: view.getUint32(16),
  };
}

/**
 * Hands on the templates of a template FlowSet.
 *
 *    template id 2, field count 2, then type 2 and length 2 of each field
 *
 * @throws IpfixError when a template contradicts itself; those before it are handed on
 */
export function readTemplateFlowSet(
  view: DataView,
  source: number,
  start: number,
  end: number,
  sink: TemplateSink,
): void {
  // What remains below a template header's size is padding.
  for (let p = start; end - p >= 4; ) {
    const id = view.getUint16(p);
    const count = view.getUint16(p + 2);
    if (id === 0 && count === 0) return;
    const fail = (reason: string) => new IpfixError("BAD_TEMPLATE", source, id, p, reason);
    if (id < FLOWSET.firstData) throw fail("template identifier below 256");
    if (count === 0 || count > MAXIMUM_FIELDS) throw fail(`${count} fields`);
    p += 4;
    if (end - p < 4 * count) throw fail("template is cut off");
    const specifiers = fields(view, p, count, 0);
    if (minimumSize(specifiers) === 0) throw fail("records without octets");
    sink.define({ id, specifiers, scopeCount: 0 });
    p += 4 * count;
  }
}

/**
 * Hands on the templates of an options template FlowSet.
 *
 *    template id 2, octets of scope fields 2, octets of option fields 2, then type 2 and length 2 of each field
 *
 * @throws IpfixError when a template contradicts itself; those before it are handed on
 */
export function readOptionsTemplateFlowSet(
  view: DataView,
  source: number,
  start: number,
  end: number,
  sink: TemplateSink,
): void {
  for (let p = start; end - p >= 6; ) {
    const id = view.getUint16(p);
    const scopes = view.getUint16(p + 2) / 4;
    const options = view.getUint16(p + 4) / 4;
    if (id === 0) return;
    const fail = (reason: string) => new IpfixError("BAD_TEMPLATE", source, id, p, reason);
    if (id < FLOWSET.firstData) throw fail("template identifier below 256");
    if (!Number.isInteger(scopes) || !Number.isInteger(options)) throw fail("a part of a field");
    const count = scopes + options;
    if (count === 0 || count > MAXIMUM_FIELDS) throw fail(`${count} fields`);
    p += 6;
    if (end - p < 4 * count) throw fail("options template is cut off");
    const specifiers = [...fields(view, p, scopes, SCOPE_PEN), ...fields(view, p + 4 * scopes, options, 0)];
    if (minimumSize(specifiers) === 0) throw fail("records without octets");
    // Without any scope they are options all the same.
    sink.define({ id, specifiers, scopeCount: Math.max(1, scopes) });
    p += 4 * count;
  }
}

function fields(view: DataView, at: number, count: number, pen: number): Specifier[] {
  return Array.from({ length: count }, (_, k) => ({
    pen,
    id: view.getUint16(at + 4 * k),
    length: view.getUint16(at + 4 * k + 2),
  }));
}
