/** Reads aggregate bag files: rows of key fields and counters. */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import { AGGBAG_VERSION, type AggRole, RecordLayout, STORED_FIELDS, type StoredField } from "./aggbag_layout.js";
import { openBody } from "./body.js";
import { formatName, SILK_FORMAT } from "./format.js";
import { readSilkHeader, type SilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";

/** A file whose header has been read. */
export interface AggBagFile {
  readonly header: SilkHeader;
  /** Keys first. */
  readonly fields: readonly StoredField[];
  /**
   * Visits each row once, in the order of the file: the words of its fields, which are used again.
   *
   * @throws InputError naming the file, when it is cut off or damaged
   */
  forEachRow(visit: (words: Uint32Array) => void): void;
}

type Entry = Extract<HeaderEntry, { kind: "aggbag" }>;

/**
 * Opens an aggregate bag at its start; the source must stay open until its rows have been visited.
 *
 * @throws InputError naming the file: none, cut off, damaged, of a layout that is not known
 */
export function openAggBag(source: OctetSource): AggBagFile {
  const { name } = source;
  const header = readSilkHeader(source);
  if (header.format !== SILK_FORMAT.AGGREGATEBAG) {
    const format = formatName(header.format) ?? `0x${header.format.toString(16)}`;
    throw new InputError(`${name}: not an aggregate bag but a SiLK file of format ${format}`);
  }
  const entry = header.entries.find((each) => each.kind === "aggbag");
  if (entry === undefined) throw new InputError(`${name}: header of an aggregate bag without its fields`);
  const fields = fieldsOf(name, header, entry);
  const layout = new RecordLayout(fields);
  if (layout.length !== header.recordLength)
    throw new InputError(
      `${name}: aggregate bag with records of ${header.recordLength} octets, where its fields take ${layout.length}`,
    );
  return { header, fields, forEachRow: (visit) => readRows(source, header, layout, visit) };
}

function fieldsOf(name: string, { recordVersion }: SilkHeader, entry: Entry): readonly StoredField[] {
  if (entry.version !== AGGBAG_VERSION || recordVersion !== AGGBAG_VERSION)
    throw new InputError(
      `${name}: aggregate bag of version ${entry.version} with records of version ${recordVersion} is not supported`,
    );
  if (entry.keys.length === 0 || entry.counters.length === 0)
    throw new InputError(`${name}: aggregate bag without ${entry.keys.length === 0 ? "key" : "counter"} fields`);
  const fields = [
    ...entry.keys.map((id) => fieldOf(name, "key", id)),
    ...entry.counters.map((id) => fieldOf(name, "counter", id)),
  ];
  const twice = fields.find((each, k) => fields.indexOf(each) !== k);
  if (twice !== undefined) throw new InputError(`${name}: aggregate bag with the field ${twice.name} twice`);
  return fields;
}

function fieldOf(name: string, role: AggRole, id: number): StoredField {
  const found = STORED_FIELDS.find((each) => each.role === role && each.id === id);
  if (found === undefined) throw new InputError(`${name}: aggregate bag with a ${role} field of unknown type ${id}`);
  return found;
}

function readRows(
  source: OctetSource,
  { compression }: SilkHeader,
  layout: RecordLayout,
  visit: (words: Uint32Array) => void,
): void {
  const body = openBody(source, compression);
  const words = new Uint32Array(layout.words);
  const { length } = layout;
  while (body.need(length)) {
    const { view, start, end } = body;
    let at = start;
    for (; at + length <= end; at += length) {
      layout.unpack(view, at, words, 0);
      visit(words);
    }
    body.take(at - start);
  }
  if (body.available > 0) throw new InputError(`${body.name}: aggregate bag ends within a record`);
}
