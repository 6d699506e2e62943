/**
 * Country codes: two letters, or one of SiLK's marks (`--` unknown, `a1` anonymous proxy, `a2` satellite provider, `o1`
 * other). As numbers they are the two characters, the first one in the upper octet: their order is that of the text.
 */

/** `--`: no country is known. */
export const UNKNOWN_COUNTRY = 0x2d2d;

const MARKS: ReadonlySet<string> = new Set(["--", "a1", "a2", "o1"]);

/** The number of a code in any case, or undefined when it is none. */
export function countryNumber(text: string): number | undefined {
  const code = text.toLowerCase();
  if (!/^[a-z]{2}$/.test(code) && !MARKS.has(code)) return undefined;
  return (code.charCodeAt(0) << 8) | code.charCodeAt(1);
}

/** The code of a number that `countryNumber` gave, in lower case. */
export function countryText(code: number): string {
  return String.fromCharCode(code >> 8, code & 255);
}
