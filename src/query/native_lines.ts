/** Lines of flows formatted natively, where the addon knows the format: it takes a tenth of JavaScript's time. */
import type { TextOutput } from "../text/output.js";
import { type LineCell, RowLines, type TimeForm } from "../text/row_lines.js";
import type { TimeFormat } from "../text/silk_time.js";
import type { TableStyle } from "../text/table.js";
import type { OctetTaker } from "./engine.js";
import { exportedOf, type FlowField, type PrintStyle } from "./field.js";
import { attributeText, flagLetters } from "./field_kinds.js";
import { type CellForm, cellForm, valueType } from "./table/value_column.js";

/** Styles of times whose numbers stand between fixed characters. */
const FORMS: Readonly<Partial<Record<TimeFormat["style"], Pick<TimeForm, "date" | "join">>>> = {
  default: { date: "/", join: "T" },
  iso: { date: "-", join: " " },
};

/** How a field of single flows is formatted; undefined when only JavaScript can. */
function silkForm(field: FlowField, style: PrintStyle): CellForm | undefined {
  const exported = exportedOf(field, style);
  const { kind } = exported;
  const { time, ip } = style;
  switch (kind) {
    case "address":
      return ip.notation === "canonical" && ip.padding === "none" && ip.ipv4 === "as-ipv4" ? { kind } : undefined;
    case "time":
      if (hasOwnFraction(field, time)) return undefined;
      if (time.style === "epoch") return { kind: "seconds" };
      return time.zone === "utc" && FORMS[time.style] !== undefined ? { kind: "silk-time" } : undefined;
    case "duration":
      return hasOwnFraction(field, time) ? undefined : { kind: "seconds" };
    case "flags":
      return style.flags === "numbers" ? { kind: "integer" } : { kind: "text", texts: flagLetters(style) };
    case "attributes":
      return { kind: "text", texts: Array.from({ length: 256 }, (_, each) => attributeText(each, style.padded)) };
    case "sensor":
      return style.sensors === "numbers" ? { kind: "integer" } : cellForm(exported, style.site);
    case "label":
      return { kind: "text", texts: field.printed ?? [] };
    case "decimal":
      return undefined;
    default:
      return cellForm(exported, style.site);
  }
}

/** The deprecated fields print milliseconds though the format has none. */
function hasOwnFraction({ name }: FlowField, { fraction }: TimeFormat): boolean {
  return fraction === 0 && name.endsWith("+msec");
}

/** What prints runs of rows with the parts of `fields`, or undefined when a field or the style needs JavaScript. */
export function nativeLines(
  fields: readonly FlowField[],
  style: PrintStyle,
  table: TableStyle,
  output: TextOutput,
): OctetTaker | undefined {
  const cells: LineCell[] = [];
  for (const field of fields) {
    const form = silkForm(field, style);
    if (form === undefined) return undefined;
    const type = valueType(field.parts("record", style));
    const before = cells.length === 0 ? "" : table.separator;
    cells.push({ ...form, type, before, width: table.padded ? field.width("record", style) : 0 });
  }
  const end = `${table.finalSeparator ? table.separator : ""}\n`;
  const time = { ...(FORMS[style.time.style] ?? { date: "-", join: "T" }), fraction: style.time.fraction } as const;
  const lines = new RowLines(cells, { end, missing: "", wide: "plain", time });
  return { takeOctets: (arrays, count) => lines.write(arrays, count, (octets) => output.addOctets(octets)) };
}
