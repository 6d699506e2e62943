/** The kinds of fields that are looked up: types, labels and countries of addresses. */
import { countryText } from "../country/country_code.js";
import type { FlowField, Part, PrintStyle } from "./field.js";
import { numberCell } from "./field_kinds.js";

/** Type of an address, a number of SiLK's map of address types. */
export function addressType(name: string, number: number, column: string): FlowField {
  const parts = ({ lookups }: PrintStyle): readonly Part[] => [
    { sql: lookups.addressTypes.of(column, `The field ${name}`), type: "INTEGER" },
  ];
  return {
    name,
    number,
    onRequest: true,
    exported: (style) => ({ kind: "integer", parts: parts(style) }),
    parts: (_use, style) => parts(style),
    width: () => 3,
    cell: () => numberCell("INTEGER"),
  };
}

/**
 * Label of a prefix map.
 *
 * @param names the first one is the title
 * @param sql of the label's place in `texts`
 * @param width characters of a label that are printed
 */
export function label(names: readonly string[], sql: () => string, texts: readonly string[], width: number): FlowField {
  const parts = (): readonly Part[] => [{ sql: sql(), type: "INTEGER" }];
  const printed = texts.map((text) => text.slice(0, width));
  return {
    name: names[0]!,
    aliases: names.slice(1),
    onRequest: true,
    exported: () => ({ kind: "label", parts: parts(), texts }),
    printed,
    parts,
    width: () => width,
    cell: () => (arrays, at, i) => printed[arrays[at]![i]!] ?? "",
  };
}

/** Country of an address: two letters. */
export function country(name: string, number: number, column: string): FlowField {
  const parts = ({ countries }: PrintStyle): readonly Part[] => [
    { sql: countries.of(column, `The field ${name}`), type: "INTEGER" },
  ];
  return {
    name,
    number,
    onRequest: true,
    exported: (style) => ({ kind: "country", parts: parts(style) }),
    parts: (_use, style) => parts(style),
    width: () => 3,
    cell: () => (arrays, at, i) => countryText(arrays[at]![i]!),
  };
}
