/** What a field of flow records is to the analysis commands, and how it prints. */
import type { Site } from "../site/site.js";
import type { AddressVersions, IpFormat } from "../text/ip_format.js";
import type { TimeFormat } from "../text/silk_time.js";
import type { Countries } from "./countries.js";
import type { ResultArray, ResultType } from "./engine.js";
import type { FieldLookups } from "./field_lookups.js";
import type { ValueKind } from "./table/value_kind.js";

/** How fields print, as the switches say. */
export interface PrintStyle {
  readonly site: Site;
  readonly countries: Countries;
  readonly lookups: FieldLookups;
  readonly time: TimeFormat;
  readonly ip: IpFormat;
  readonly addresses: AddressVersions;
  readonly sensors: "names" | "numbers";
  readonly flags: "letters" | "numbers";
  /** Letters of flags stand in fixed places. */
  readonly padded: boolean;
}

/** What a field is needed for: single records show milliseconds, bins whole seconds. */
export type FieldUse = "record" | "bin";

/** One SQL expression that a field is made from. */
export interface Part {
  readonly sql: string;
  readonly type: ResultType;
}

/** A field as a value of tables in other formats than text: exact where text is rounded. */
export interface Exported {
  readonly kind: ValueKind;
  readonly parts: readonly Part[];
  /** Of labels: what their numbers stand for. */
  readonly texts?: readonly string[];
}

/** Text of row `i`; the field's parts are `arrays[at]` and those behind. */
export type Cell = (arrays: readonly ResultArray[], at: number, i: number) => string;

export interface FlowField {
  /** As in titles: `sIP`. */
  readonly name: string;
  /** Number in `--fields`; iType and iCode have none. */
  readonly number?: number;
  readonly aliases?: readonly string[];
  /** Not among `--all-fields`. */
  readonly onRequest?: true;
  /** SiLK has it in a plug-in: abbreviations mean other fields first. */
  readonly plugin?: true;
  /** Of a single flow: `exportedOf` reads it. */
  readonly exported: Exported | ((style: PrintStyle) => Exported);
  /** Of labels: their texts as they print. */
  readonly printed?: readonly string[];
  parts(use: FieldUse, style: PrintStyle): readonly Part[];
  width(use: FieldUse, style: PrintStyle): number;
  cell(use: FieldUse, style: PrintStyle): Cell;
}

/** A field as a value of tables in other formats than text. */
export function exportedOf({ exported }: FlowField, style: PrintStyle): Exported {
  return typeof exported === "function" ? exported(style) : exported;
}
