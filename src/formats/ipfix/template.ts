/**
 * Template records, RFC 7011 section 3.4: what a set of data records consists of.
 *
 *    +-------------------------------+-------------------------------+
 *    |         Template ID           |         Field Count           |
 *    +-------------------------------+-------------------------------+
 *    |E|  Information Element id     |        Field Length           |
 *    +-------------------------------+-------------------------------+
 *    |             Enterprise Number (only with E set)               |
 *    +---------------------------------------------------------------+
 */

/** One field specifier. */
export interface Specifier {
  readonly pen: number;
  readonly id: number;
  /** Octets, or VARIABLE_LENGTH. */
  readonly length: number;
}

export interface Template {
  readonly id: number;
  readonly specifiers: readonly Specifier[];
  /** Leading specifiers that are scope: 0 for data templates. */
  readonly scopeCount: number;
}

/** Octets of the template record. */
export function templateSize(template: Template): number {
  const header = template.scopeCount === 0 ? 4 : 6;
  return template.specifiers.reduce((sum, specifier) => sum + (specifier.pen === 0 ? 4 : 8), header);
}

/** Writes the template record at `position`; returns the position behind it. */
export function writeTemplate(template: Template, out: DataView, position: number): number {
  let p = position;
  out.setUint16(p, template.id);
  out.setUint16(p + 2, template.specifiers.length);
  p += 4;
  if (template.scopeCount > 0) {
    out.setUint16(p, template.scopeCount);
    p += 2;
  }
  for (const { pen, id, length } of template.specifiers) {
    out.setUint16(p, pen === 0 ? id : id | 0x8000);
    out.setUint16(p + 2, length);
    p += 4;
    if (pen !== 0) {
      out.setUint32(p, pen);
      p += 4;
    }
  }
  return p;
}

/** Whether records of both templates are read alike. */
export function sameTemplate(a: Template, b: Template): boolean {
  return (
    a.scopeCount === b.scopeCount &&
    a.specifiers.length === b.specifiers.length &&
    a.specifiers.every((each, k) => {
      const other = b.specifiers[k]!;
      return each.pen === other.pen && each.id === other.id && each.length === other.length;
    })
  );
}
