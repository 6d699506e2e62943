/** Lines of text that name keys and counters, as rwbagbuild reads them. */
import { InputError, UsageError } from "../errors.js";
import type { OctetSource } from "../files/octet_source.js";
import { linesIn } from "../formats/silk/text/lines.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { increment } from "../sets/edges.js";
import { type Bag, type BagType, HIGHEST_COUNTER } from "./bag.js";
import { BagBuilder } from "./bag_builder.js";
import { ipv6Type } from "./field_type.js";
import type { KeyParser } from "./key_text.js";

export interface LineSyntax {
  /** One character between key and counter. */
  readonly delimiter: string;
  /** Whether a key of digits goes on behind the first delimiter: it is a protocol, and its port is next. */
  readonly keys: "one part" | "protocol and port";
  readonly key: KeyParser;
  /** The counter of every key, whatever its line says; undefined to read counters, 1 where there is none. */
  readonly counter: bigint | undefined;
}

/** Collects keys of one word, and addresses that need four apart from them. */
export class KeyedCounters {
  readonly #narrow = new BagBuilder(1);
  readonly #wide = new BagBuilder(4);

  addNumber(key: number, counter: bigint): void {
    this.#narrow.addNumber(key, Number(counter & 0xffff_ffffn), Number(counter >> 32n));
  }

  /** Adds every address from the one at word 0 of `range` to the one at word 4. */
  addRange(range: Uint32Array, counter: bigint): void {
    const low = Number(counter & 0xffff_ffffn);
    const high = Number(counter >> 32n);
    const words = range.slice(0, 4);
    for (;;) {
      if (words[2] === MAPPED_IPV4 && words[1] === 0 && words[0] === 0) this.#narrow.addNumber(words[3]!, low, high);
      else this.#wide.add(words, 0, low, high);
      if (words.every((word, k) => word === range[4 + k])) return;
      increment(words, 0, 4);
    }
  }

  /** The bag; its keys are of four words when an address or the type asks for them. */
  build(type: BagType): Bag {
    const narrow = this.#narrow.build(type);
    const wideType = { ...type, key: ipv6Type(type.key) };
    if (this.#wide.count === 0) return type.key.name.endsWith("IPv6") ? narrow.widened() : narrow;
    const { keys, counters, count } = narrow.widened();
    for (let i = 0; i < count; i++) this.#wide.add(keys, 4 * i, counters[2 * i]!, counters[2 * i + 1]!);
    return this.#wide.build(wideType);
  }
}

/**
 * Adds the keys of all lines. `#` begins a comment; empty lines are skipped, and what follows a second delimiter.
 *
 * @throws InputError naming the line
 */
export function addLines(source: OctetSource, syntax: LineSyntax, to: KeyedCounters): void {
  let line = 0;
  for (const text of linesIn(source)) {
    line += 1;
    const comment = text.indexOf("#");
    const content = (comment < 0 ? text : text.slice(0, comment)).trim();
    if (content === "") continue;
    try {
      addLine(content, syntax, to);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new InputError(`Error parsing line ${line} of ${source.name}: ${error.message}`);
    }
  }
}

function addLine(content: string, { delimiter, keys, key, counter }: LineSyntax, to: KeyedCounters): void {
  const first = content.indexOf(delimiter);
  const goesOn = keys === "protocol and port" && first >= 0 && /^\d+\s*$/.test(content.slice(0, first));
  const end = goesOn ? content.indexOf(delimiter, first + 1) : first;
  const parsed = key(end < 0 ? content : content.slice(0, end).trimEnd());
  const value = counter ?? (end < 0 ? 1n : counterOf(content.slice(end + 1).trimStart(), delimiter));
  if (parsed.kind === "number") to.addNumber(parsed.value, value);
  else parsed.visit((range) => to.addRange(range, value));
}

function counterOf(rest: string, delimiter: string): bigint {
  const end = rest.indexOf(delimiter);
  const text = (end < 0 ? rest : rest.slice(0, end)).trim();
  if (text === "") return 1n;
  if (!/^\d{1,40}$/.test(text)) throw new UsageError(`Invalid counter '${text}': Unexpected character`);
  const value = BigInt(text);
  if (value > HIGHEST_COUNTER)
    throw new UsageError(`Invalid counter '${text}': Value is above maximum of ${HIGHEST_COUNTER}`);
  return value;
}
