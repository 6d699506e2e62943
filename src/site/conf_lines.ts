/** Lines of silk.conf and sensors.conf: words, comments, quoted strings and included files. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError, systemReason } from "../errors.js";

/** The words of one line. */
export interface ConfLine {
  readonly path: string;
  /** Number of the line, from 1. */
  readonly line: number;
  /** At least one. */
  readonly words: readonly string[];
}

/** What parts words: blanks alone in silk.conf, commas too in sensors.conf. */
export type WordSeparator = "blank" | "blank or comma";

/** Files within files, beyond which a loop is at work. */
const DEEPEST_INCLUDE = 16;

/** Octets of a configuration file beyond which it is something else. */
const LARGEST_FILE = 16 * 1024 * 1024;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", a: "\x07" };

/** An error at a line: `FILE:LINE: text`. */
export function confError({ path, line }: Pick<ConfLine, "path" | "line">, text: string): InputError {
  return new InputError(`${path}:${line}: ${text}`);
}

/**
 * Every line with words of a file and of those it includes, in order.
 *
 * @throws InputError naming file and line: unreadable file, open string, files that include each other
 */
export function* confLines(path: string, separator: WordSeparator, depth = 0): Generator<ConfLine> {
  let number = 0;
  for (const text of readConf(path).split(/\r\n|\n|\r/)) {
    number += 1;
    const place = { path, line: number };
    const words = wordsOf(text, separator, place);
    if (words.length === 0) continue;
    if (words[0] !== "include") {
      yield { ...place, words };
      continue;
    }
    if (words.length !== 2) throw confError(place, 'include takes one file: include "FILE"');
    if (depth === DEEPEST_INCLUDE) throw confError(place, `files include each other ${DEEPEST_INCLUDE} deep`);
    yield* confLines(resolve(dirname(path), words[1]!), separator, depth + 1);
  }
}

function readConf(path: string): string {
  let octets: Buffer;
  try {
    octets = readFileSync(path);
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${systemReason(error)}`);
  }
  if (octets.length > LARGEST_FILE) throw new InputError(`${path}: too large for a configuration file`);
  if (octets.includes(0)) throw new InputError(`${path}: not a text file`);
  return octets.toString("utf8");
}

function wordsOf(text: string, separator: WordSeparator, place: Pick<ConfLine, "path" | "line">): string[] {
  const words: string[] = [];
  const apart = separator === "blank" ? /\s/ : /[\s,]/;
  for (let at = 0; at < text.length; ) {
    const character = text[at]!;
    if (character === "#") break;
    if (apart.test(character)) {
      at += 1;
    } else if (character === '"') {
      const { value, end } = quoted(text, at + 1, place);
      words.push(value);
      at = end;
    } else {
      const start = at;
      while (at < text.length && text[at] !== "#" && text[at] !== '"' && !apart.test(text[at]!)) at += 1;
      words.push(text.slice(start, at));
    }
  }
  return words;
}

/** The C-escaped string that starts behind its quotation mark at `start`. */
function quoted(text: string, start: number, place: Pick<ConfLine, "path" | "line">): { value: string; end: number } {
  let value = "";
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return { value, end: at + 1 };
    if (character !== "\\") {
      value += character;
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
    const next = text[at + 1] ?? "";
    value += octal === undefined ? (ESCAPES[next] ?? next) : String.fromCharCode(Number.parseInt(octal, 8) & 255);
    at += octal?.length ?? 1;
  }
  throw confError(place, "string without closing quotation mark");
}
