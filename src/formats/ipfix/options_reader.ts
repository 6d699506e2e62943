/** Reads records of options templates (RFC 7011 section 4.2.2). */
import { IpfixError } from "./error.js";
import { VARIABLE_LENGTH } from "./message.js";
import { minimumSize } from "./reader.js";
import type { Template } from "./template.js";

const text = new TextDecoder();

/** Elements of type float64, which may be sent as float32 (RFC 7011 section 6.2): samplingProbability. */
const FLOATS: ReadonlySet<string> = new Set(["0/311"]);

/** Values of an options record by `PEN/id`; text and other octets of variable length as a string. */
export type OptionsValues = ReadonlyMap<string, number | string>;

/**
 * Hands on each record of a data set whose template is an options template.
 *
 * @throws IpfixError when a record reaches past its set
 */
export function readOptionsSet(
  view: DataView,
  domain: number,
  template: Template,
  start: number,
  end: number,
  take: (values: OptionsValues) => void,
): void {
  const least = minimumSize(template.specifiers);
  for (let p = start; end - p >= least; ) {
    const values = new Map<string, number | string>();
    for (const { pen, id, length } of template.specifiers) {
      let octets = length;
      const cut = () => new IpfixError("BAD_RECORD", domain, template.id, p, "options record reaches past its set");
      if (length === VARIABLE_LENGTH) {
        if (end - p < 1) throw cut();
        octets = view.getUint8(p);
        p += 1;
        if (octets === 255) {
          if (end - p < 2) throw cut();
          octets = view.getUint16(p);
          p += 2;
        }
      }
      if (end - p < octets) throw cut();
      const name = `${pen}/${id}`;
      values.set(name, FLOATS.has(name) ? floatValue(view, p, octets) : optionValue(view, p, octets, length));
      p += octets;
    }
    take(values);
  }
}

/** 0 for lengths that no float has. */
function floatValue(view: DataView, at: number, octets: number): number {
  return octets === 8 ? view.getFloat64(at) : octets === 4 ? view.getFloat32(at) : 0;
}

function optionValue(view: DataView, at: number, octets: number, length: number): number | string {
  if (length === VARIABLE_LENGTH || octets > 8)
    return text.decode(new Uint8Array(view.buffer, view.byteOffset + at, octets));
  let value = 0;
  for (let k = 0; k < octets; k++) value = value * 256 + view.getUint8(at + k);
  return value;
}
