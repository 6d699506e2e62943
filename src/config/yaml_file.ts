/** A YAML 1.2 file as plain values that know their places. */
import { closeSync, openSync, readSync } from "node:fs";
import { Composer, type CST, type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, Parser } from "yaml";
import { ConfigurationError, systemReason } from "../errors.js";
import { inOrder, type Place } from "./setting.js";

/** Octets: far beyond any configuration, and little enough for whatever a parser does with it. */
const LARGEST_FILE = 64 * 1024;
/** Levels of lists and maps. The composer of the yaml package recurses: 10,000 levels take the process down. */
const DEEPEST = 16;
const MOST_ALIASES = 100;

/** Names of keys and numbers of list items from the root on. */
export type Path = readonly PropertyKey[];

export class YamlFile {
  readonly path: string;
  /** Maps are objects; undefined where the file is empty. */
  readonly value: unknown;
  readonly #keys = new Map<string, Place>();
  readonly #values = new Map<string, Place>();
  readonly #sources = new Map<string, string>();
  readonly #lines = new LineCounter();
  readonly #problems: string[] = [];
  #aliases = 0;

  /** @throws ConfigurationError when it cannot be read, or with all that is no YAML in it */
  constructor(path: string) {
    this.path = path;
    const document = this.#compose(readBounded(path));
    for (const error of [...document.errors, ...document.warnings])
      this.#refuse(error.pos[0], error.message.split("\n", 1)[0]!);
    if (this.#problems.length === 0) this.value = this.#plain(document, document.contents, []);
    if (this.#problems.length > 0) throw new ConfigurationError(inOrder(this.#problems));
  }

  /** Where the key of an entry stands; the beginning for the root. */
  keyPlace(path: Path): Place {
    return this.#keys.get(JSON.stringify(path)) ?? this.valuePlace(path);
  }

  /** Where a value begins. */
  valuePlace(path: Path): Place {
    return this.#values.get(JSON.stringify(path)) ?? { line: 1, column: 1 };
  }

  /** A scalar as it was written, without quotes. */
  source(path: Path): string | undefined {
    return this.#sources.get(JSON.stringify(path));
  }

  #compose(text: string): Document.Parsed {
    const tokens = [...new Parser(this.#lines.addNewLine).parse(text)];
    for (const token of tokens) {
      const deep = tooDeep(token);
      if (deep !== undefined) {
        this.#refuse(deep, `nested deeper than ${DEEPEST} levels`);
        throw new ConfigurationError(this.#problems);
      }
    }
    // The schema is named, so that no directive makes it YAML 1.1, where `on` is true and 010 is 8.
    const composer = new Composer({ prettyErrors: false, schema: "core", merge: false, strict: true });
    const [document, second] = [...composer.compose(tokens, true, text.length)];
    if (second !== undefined) this.#refuse(second.range[0], "a second document begins: there must be one only");
    return document as Document.Parsed;
  }

  #plain(document: Document.Parsed, node: unknown, path: Path): unknown {
    const key = JSON.stringify(path);
    const at = (node as { range?: readonly number[] } | null)?.range?.[0];
    if (at !== undefined && !this.#values.has(key)) this.#values.set(key, this.#place(at));
    if (isAlias(node)) {
      const meant = ++this.#aliases > MOST_ALIASES ? undefined : node.resolve(document);
      if (isScalar(meant)) return this.#plain(document, meant, path);
      this.#refuse(at ?? 0, this.#aliases > MOST_ALIASES ? "too many aliases" : `*${node.source} is no value's anchor`);
      return undefined;
    }
    if (isScalar(node)) {
      this.#sources.set(key, node.source ?? String(node.value));
      return node.value;
    }
    if (isSeq(node)) return node.items.map((item, index) => this.#plain(document, item, [...path, index]));
    if (!isMap(node)) return undefined;
    const entries: [string, unknown][] = [];
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) {
        this.#refuse(at ?? 0, "a key must be a plain name");
        continue;
      }
      const name = pair.key.source ?? String(pair.key.value);
      const inner = [...path, name];
      this.#keys.set(JSON.stringify(inner), this.#place((pair.key.range ?? [0])[0]));
      entries.push([name, this.#plain(document, pair.value, inner)]);
    }
    return Object.fromEntries(entries);
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #refuse(offset: number, what: string): void {
    const { line, column } = this.#place(offset);
    this.#problems.push(`${this.path}:${line}:${column}: ${what}`);
  }
}

/** Offset of the first token that lies too deep. */
function tooDeep(root: CST.Token): number | undefined {
  const waiting: [CST.Token, number][] = [[root, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [token, depth] = next;
    if (depth > DEEPEST) return "offset" in token ? token.offset : 0;
    if (token.type === "document" && token.value !== undefined) waiting.push([token.value, depth]);
    if ("items" in token)
      for (const { key, value } of token.items)
        for (const inner of [key, value]) if (inner) waiting.push([inner, depth + 1]);
  }
  return undefined;
}

function readBounded(path: string): string {
  const octets = Buffer.alloc(LARGEST_FILE + 1);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      for (let read = -1; read !== 0 && length < octets.length; length += read)
        read = readSync(file, octets, length, octets.length - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new ConfigurationError([`${path}: cannot be read: ${systemReason(error)}`]);
  }
  if (length > LARGEST_FILE) throw new ConfigurationError([`${path}: longer than ${LARGEST_FILE} octets`]);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(octets.subarray(0, length));
  } catch {
    throw new ConfigurationError([`${path}: not UTF-8`]);
  }
}
