/** Lines of text that name addresses, as `rwsetbuild` reads them. */
import { InputError, UsageError } from "../errors.js";
import type { OctetSource } from "../files/octet_source.js";
import { parseAddress } from "../text/parse_address.js";
import type { AddressSetBuilder } from "./set_builder.js";
import { parseWildcard } from "./wildcard.js";

/** What a line may hold: a wildcard, or a pair of addresses with a delimiter between them, or either. */
export type LineSyntax =
  | { readonly kind: "wildcards" }
  | { readonly kind: "ranges"; readonly delimiter: string }
  | { readonly kind: "wildcards or ranges" };

/** Octets in a line at most; a wildcard of 32 listed octets takes some thousand. */
const LONGEST_LINE = 1 << 16;
/** Ranges that one wildcard may stand for: they take 128 MB as IPv4, and four times that as IPv6. */
const MOST_RANGES = 2 ** 24;

const LINE_FEED = 10;
const COMMENT = 35;

/**
 * Adds the addresses of all lines. `#` begins a comment, unless it is the delimiter; empty lines are skipped.
 *
 * @throws InputError naming the line
 */
export function addLines(source: OctetSource, syntax: LineSyntax, builder: AddressSetBuilder): void {
  const comments = syntax.kind !== "ranges" || syntax.delimiter !== "#";
  for (let line = 1; ; line++) {
    const length = lineLength(source, line);
    if (length === undefined) return;
    const { buffer, start } = source;
    const ended = buffer[start + length - 1] === LINE_FEED ? 1 : 0;
    let end = start + length - ended;
    const comment = comments ? buffer.subarray(start, end).indexOf(COMMENT) : -1;
    if (comment >= 0) end = start + comment;
    if (syntax.kind === "ranges" || !addDotted(buffer, start, end, builder)) {
      const text = Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start)
        .toString("latin1")
        .trim();
      if (text !== "") addLine(source.name, line, text, syntax, builder);
    }
    source.take(length);
  }
}

/** Octets of the next line with its end, or undefined at the end of the input. */
function lineLength(source: OctetSource, line: number): number | undefined {
  for (let searched = 0; ; ) {
    const found = source.buffer.subarray(source.start + searched, source.end).indexOf(LINE_FEED);
    if (found >= 0) return searched + found + 1;
    searched = source.available;
    if (searched > LONGEST_LINE) throw new InputError(`Error reading line ${line} of ${source.name}: Line is too long`);
    if (!source.need(searched + 1)) return searched === 0 ? undefined : searched;
  }
}

/** Adds a line that is a plain dotted address, as nearly all are; false when it is anything else. */
function addDotted(buffer: Uint8Array, start: number, end: number, builder: AddressSetBuilder): boolean {
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const digit = buffer[at]! - 48;
    if (digit >= 0 && digit <= 9) {
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return false;
    } else if (digit === -2 && octet >= 0 && dots < 3) {
      address = address * 256 + octet;
      octet = -1;
      dots += 1;
    } else {
      return false;
    }
  }
  if (dots !== 3 || octet < 0) return false;
  builder.addIpv4(address * 256 + octet);
  return true;
}

function addLine(name: string, line: number, text: string, syntax: LineSyntax, builder: AddressSetBuilder): void {
  try {
    const pair = syntax.kind === "wildcards" ? undefined : splitRange(text, syntax);
    if (pair !== undefined) addPair(pair, builder);
    else addWildcard(text, builder);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InputError(`Invalid IP on line ${line} of ${name}: ${error.message}`);
  }
}

function splitRange(
  text: string,
  syntax: Exclude<LineSyntax, { kind: "wildcards" }>,
): readonly [string, string] | undefined {
  if (syntax.kind === "wildcards or ranges") {
    const found = /^([^-]*[.:][^-]*)-([^-]*[.:][^-]*)$/.exec(text);
    // `1-2.3.4.5-6` is a wildcard: only whole addresses on both sides make a range.
    return found !== null && isAddress(found[1]!) && isAddress(found[2]!) ? [found[1]!, found[2]!] : undefined;
  }
  const blank = syntax.delimiter === " " || syntax.delimiter === "\t";
  const parts = blank ? text.split(/[ \t]+/) : text.split(syntax.delimiter).map((part) => part.trim());
  if (parts.length > 2) throw new UsageError(`More than two addresses in '${text}'`);
  return [parts[0]!, parts.at(-1)!];
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function addPair([low, high]: readonly [string, string], builder: AddressSetBuilder): void {
  const range = Uint32Array.of(...parseAddress(low), ...parseAddress(high));
  for (let k = 0; k < 4; k++) {
    if (range[k] === range[4 + k]) continue;
    if (range[k]! > range[4 + k]!) throw new UsageError(`Range is invalid: ${low} is greater than ${high}`);
    break;
  }
  builder.addRange(range);
}

function addWildcard(text: string, builder: AddressSetBuilder): void {
  const wildcard = parseWildcard(text);
  if (wildcard.rangeCount > MOST_RANGES) throw new UsageError(`'${text}' stands for too many ranges of addresses`);
  wildcard.forEachRange((range) => {
    if (range[3] === range[7] && range[2] === range[6] && range[1] === range[5] && range[0] === range[4])
      builder.add(range);
    else builder.addRange(range);
  });
}
