/** Rows of aggregate bags formatted natively: it takes a tenth of JavaScript's time. */
import { attributeText } from "../bags/attributes.js";
import type { StoredField } from "../formats/silk/aggbag_layout.js";
import { cellForm } from "../query/table/value_column.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { PADDED_TCP_FLAGS, TCP_FLAGS } from "../text/flags.js";
import type { CellKind } from "../text/row_formatter.js";
import { type LineCell, RowLines, type TimeForm } from "../text/row_lines.js";
import { LAST_SECOND } from "../text/silk_time.js";
import type { TableStyle } from "../text/table.js";
import { type AggField, aggField, wordOffsets } from "./agg_field.js";
import { classText } from "./class_number.js";
import { type AggPrintStyle, fieldPrinter } from "./field_printer.js";

/** Rows that are formatted at once. */
const RUN = 2048;

/** The sign in the upper word of a number with one. */
const SIGN = 0x8000_0000;

/** Styles of times whose numbers stand between fixed characters. */
const TIME_FORMS: Readonly<Partial<Record<AggPrintStyle["time"]["style"], Pick<TimeForm, "date" | "join">>>> = {
  default: { date: "/", join: "T" },
  iso: { date: "-", join: " " },
};

interface NativeForm {
  readonly kind: CellKind;
  readonly texts?: readonly string[];
}

/** How a field is formatted; undefined when only JavaScript can. */
function nativeForm({ kind, octets }: AggField, style: AggPrintStyle): NativeForm | undefined {
  const { ip, time, site } = style;
  const octet = (text: (value: number) => string) => Array.from({ length: 256 }, (_, value) => text(value));
  switch (kind) {
    case "address": {
      const usual = ip.notation === "canonical" && ip.padding === "none" && ip.ipv4 === "as-ipv4";
      return usual && (octets === 4 || style.mappedIpv4 === "as-ipv4") ? { kind } : undefined;
    }
    case "time":
      return time.zone === "utc" && TIME_FORMS[time.style] !== undefined ? { kind: "silk-time" } : undefined;
    case "tcp-flags":
      if (style.flags === "numbers") return { kind: "integer" };
      return { kind: "text", texts: style.padding === "padded" ? PADDED_TCP_FLAGS : TCP_FLAGS };
    case "attributes":
      return { kind: "text", texts: octet((bits) => attributeText(bits, style.padding)) };
    case "class":
      return { kind: "text", texts: octet((number) => classText(site, number)) };
    case "sensor":
      return style.sensors === "numbers" ? { kind: "integer" } : cellForm({ kind }, site);
    case "type":
    case "country":
      return cellForm({ kind }, site);
    default:
      return { kind: "integer" };
  }
}

/** Values of a field, low half first as the formatter takes them. */
interface NativeColumn {
  readonly arrays: readonly Uint32Array[];
  readonly at: number;
  /** @returns whether the formatter can print the value */
  set(row: number, words: Uint32Array, at: number): boolean;
}

function nativeColumn({ kind, octets }: AggField, at: number): NativeColumn {
  const low = new Uint32Array(2 * RUN);
  if (kind === "address") {
    const high = new Uint32Array(2 * RUN);
    return {
      arrays: [high, low],
      at,
      set(row, words, from) {
        const narrow = octets === 4;
        low[2 * row] = narrow ? words[from]! : words[from + 3]!;
        low[2 * row + 1] = narrow ? MAPPED_IPV4 : words[from + 2]!;
        high[2 * row] = narrow ? 0 : words[from + 1]!;
        high[2 * row + 1] = narrow ? 0 : words[from]!;
        return true;
      },
    };
  }
  const set: NativeColumn["set"] =
    kind === "time"
      ? (row, words, from) => {
          const second = words[from]! * 2 ** 32 + words[from + 1]!;
          low[2 * row] = (second * 1000) % 2 ** 32;
          low[2 * row + 1] = Math.floor((second * 1000) / 2 ** 32);
          return second <= LAST_SECOND;
        }
      : (row, words, from) => {
          low[2 * row] = words[octets === 8 ? from + 1 : from]!;
          low[2 * row + 1] = octets === 8 ? words[from]! : 0;
          return octets < 8 || words[from]! < SIGN;
        };
  return { arrays: [low], at, set };
}

/** Gathers rows and formats them many at a time. */
export class NativeRows {
  readonly #columns: readonly NativeColumn[];
  readonly #arrays: readonly Uint32Array[];
  readonly #lines: RowLines;
  readonly #take: (octets: Uint8Array) => void;
  #rows = 0;

  private constructor(columns: readonly NativeColumn[], lines: RowLines, take: (octets: Uint8Array) => void) {
    this.#columns = columns;
    this.#arrays = columns.flatMap(({ arrays }) => arrays);
    this.#lines = lines;
    this.#take = take;
  }

  /**
   * What formats rows of these fields; undefined when a field or the style needs JavaScript.
   *
   * @param take gets the lines; the octets are valid only during the call
   */
  static of(
    stored: readonly StoredField[],
    style: AggPrintStyle,
    { padded, separator, finalSeparator }: TableStyle,
    take: (octets: Uint8Array) => void,
  ): NativeRows | undefined {
    const fields = stored.map(aggField);
    const cells: LineCell[] = [];
    for (const field of fields) {
      const form = nativeForm(field, style);
      if (form === undefined) return undefined;
      const width = padded ? fieldPrinter(field, style).width : 0;
      cells.push({ ...form, type: "int64", before: cells.length === 0 ? "" : separator, width });
    }
    const time = { ...(TIME_FORMS[style.time.style] ?? { date: "-", join: "T" }), fraction: 0 } as const;
    const end = `${finalSeparator ? separator : ""}\n`;
    const offsets = wordOffsets(fields);
    const columns = fields.map((each) => nativeColumn(each, offsets.get(each.name)!));
    return new NativeRows(columns, new RowLines(cells, { end, missing: "", wide: "plain", time }), take);
  }

  /** Adds a row; returns false, without adding it, when only JavaScript can print it. */
  add(words: Uint32Array): boolean {
    for (const { at, set } of this.#columns) if (!set(this.#rows, words, at)) return false;
    this.#rows += 1;
    if (this.#rows === RUN) this.flush();
    return true;
  }

  /** Hands on the lines of the rows that are held. */
  flush(): void {
    if (this.#rows > 0) this.#lines.write(this.#arrays, this.#rows, this.#take);
    this.#rows = 0;
  }
}
