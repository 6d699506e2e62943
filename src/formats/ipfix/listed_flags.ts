/**
 * TCP flags out of a subTemplateMultiList (RFC 6313 section 4.5.3): YAF can have them there instead of in the record.
 *
 *    semantic 1, then per template: template id 2, octets with this header 2, data records
 */
import { VARIABLE_LENGTH } from "./message.js";
import { cert, type Place, RowElements } from "./row_elements.js";
import type { Template } from "./template.js";

/** Finds a template of the stream. */
export type FindTemplate = (id: number) => Template | undefined;

const SEMANTIC = 1;
const HEADER = 4;

/** Offsets of the four flags within a record: -1 for those that are not there. */
type Offsets = readonly [number, number, number, number];

const known = new WeakMap<Template, Offsets | "none">();

/**
 * Flags of the first packet and of the others in the forward direction, then in the reverse one, an octet each from the
 * lowest on; -1 when the list has none.
 */
export function listedFlags(view: DataView, start: number, end: number, find: FindTemplate): number {
  for (let p = start + SEMANTIC; end - p >= HEADER; ) {
    const template = find(view.getUint16(p));
    const octets = view.getUint16(p + 2);
    if (octets < HEADER || octets > end - p) return -1;
    const offsets = template === undefined ? "none" : offsetsOf(template);
    if (offsets !== "none" && HEADER + Math.max(...offsets) < octets) {
      return (
        offsets.reduce((flags, at, k) => (at < 0 ? flags : flags | (view.getUint8(p + HEADER + at) << (8 * k))), 0) >>>
        0
      );
    }
    p += octets;
  }
  return -1;
}

function offsetsOf(template: Template): Offsets | "none" {
  let found = known.get(template);
  if (found === undefined) {
    found = flagOffsets(template);
    known.set(template, found);
  }
  return found;
}

function flagOffsets({ specifiers }: Template): Offsets | "none" {
  // Behind an element of variable length places are not the same in each record.
  const first = specifiers.findIndex(({ length }) => length === VARIABLE_LENGTH);
  const elements = new RowElements(first < 0 ? specifiers : specifiers.slice(0, first));
  const offset = (place: Place | undefined) => (place?.length === 1 ? place.offset : -1);
  const initial = offset(elements.place(cert(14)));
  const session = offset(elements.place(cert(15)));
  if (initial < 0 || session < 0) return "none";
  return [initial, session, offset(elements.place(cert(14), "reverse")), offset(elements.place(cert(15), "reverse"))];
}
