/** Source text of expressions that read numbers in network order, for code that is generated once per template. */
import type { Words } from "../../record/expression.js";

/** The number of `length` octets, 1 to 8, at the position `at` of `view`. */
export function read(length: number, at: string): Words {
  switch (length) {
    case 1:
      return { low: `view.getUint8(${at})`, high: "0" };
    case 2:
      return { low: `view.getUint16(${at})`, high: "0" };
    case 3:
      return { low: `(view.getUint16(${at})*256+view.getUint8(${at}+2))`, high: "0" };
    case 4:
      return { low: `view.getUint32(${at})`, high: "0" };
    default:
      return { low: `view.getUint32(${at}+${length - 4})`, high: read(length - 4, at).low };
  }
}

/** Microseconds since 1970 of NTP time; seconds below the epoch's are of the era from 2036 on (RFC 7011 section 6.1.9). */
export function ntp(high: string, low: string, resolution: "micro" | "nano"): string {
  const fraction = resolution === "micro" ? `(${low}>>>11)*1e6/2097152` : `${low}*1e6/4294967296`;
  return `(${high}>=2208988800?${high}-2208988800:${high}+2085978496)*1e6+Math.floor(${fraction})`;
}
