import test from "ava";
import fc from "fast-check";
import { wordOffsets } from "../../src/aggbags/agg_field.js";
import { type AggPrintStyle, fieldPrinter } from "../../src/aggbags/field_printer.js";
import { NativeRows } from "../../src/aggbags/native_rows.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { CANONICAL } from "../../src/text/ip_format.js";
import { type TableStyle, tableLine } from "../../src/text/table.js";
import { rowsOf, rowWordsOf, someFields } from "../support/agg_bags.js";

const site = new Site({ ...TWO_WAY_SITE, sensors: [{ id: 3, name: "S3", description: "", classes: ["all"] }] });

const printStyle: fc.Arbitrary<AggPrintStyle> = fc.record({
  site: fc.constant(site),
  time: fc.record({
    style: fc.constantFrom("default" as const, "iso" as const),
    zone: fc.constant("utc" as const),
    fraction: fc.constant(0 as const),
  }),
  ip: fc.constant(CANONICAL),
  mappedIpv4: fc.constant("as-ipv4" as const),
  sensors: fc.constantFrom("names" as const, "numbers" as const),
  flags: fc.constantFrom("letters" as const, "numbers" as const),
  padding: fc.constantFrom("padded" as const, "unpadded" as const),
});

test("rows are formatted natively as JavaScript prints them, but for those left to it", (t) => {
  // A country of files may be any number, of which the native part knows only letters.
  const withoutCountries = someFields.filter((fields) => fields.every(({ kind }) => kind !== "country"));
  fc.assert(
    fc.property(
      withoutCountries.chain((fields) => fc.tuple(fc.constant(fields), rowsOf(fields))),
      printStyle,
      fc.boolean(),
      ([fields, rows], style, finalSeparator) => {
        const padded = style.padding === "padded";
        const table: TableStyle = { titles: false, padded, separator: "|", finalSeparator };
        let text = "";
        const native = NativeRows.of(fields, style, table, (octets) => {
          text += Buffer.from(octets).toString();
        })!;
        const printers = fields.map((each) => fieldPrinter(each, style));
        const offsets = [...wordOffsets(fields).values()];
        let expected = "";
        for (const row of rows) {
          const words = rowWordsOf(fields, row);
          const cells = printers.map((each, k) => each.text(words, offsets[k]!));
          const line = tableLine(printers, cells, table);
          expected += line;
          if (native.add(words)) continue;
          native.flush();
          text += line;
        }
        native.flush();
        t.is(text, expected);
      },
    ),
    { numRuns: 200 },
  );
});
