import test from "ava";
import fc from "fast-check";
import { Countries } from "../../src/query/countries.js";
import type { ResultArray } from "../../src/query/engine.js";
import type { FlowField, Part, PrintStyle } from "../../src/query/field.js";
import { FLOW_FIELDS } from "../../src/query/fields.js";
import { nativeLines } from "../../src/query/native_lines.js";
import { RowTable } from "../../src/query/row_table.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { CANONICAL, type IpFormat } from "../../src/text/ip_format.js";
import { TextOutput } from "../../src/text/output.js";
import type { TimeFormat } from "../../src/text/silk_time.js";
import type { TableStyle } from "../../src/text/table.js";
import { NO_LOOKUPS } from "../support/lookups.js";
import { MemorySink } from "../support/rows.js";

const SENSORS = ["S0", "Gate", "a-long-name-of-a-sensor"].map((name, id) => ({
  id,
  name,
  description: "",
  classes: ["all"],
}));
const SITE = new Site({ ...TWO_WAY_SITE, sensors: SENSORS });
const FIELDS = FLOW_FIELDS.filter(({ onRequest }) => onRequest === undefined);
const ROWS = 20;

const style: fc.Arbitrary<PrintStyle> = fc.record({
  site: fc.constant(SITE),
  time: fc.record<TimeFormat>({
    style: fc.constantFrom("default", "iso", "m/d/y", "epoch"),
    zone: fc.constant("utc"),
    fraction: fc.constantFrom(0, 3),
  }),
  ip: fc.constantFrom<IpFormat>(CANONICAL, { ...CANONICAL, notation: "decimal" }),
  addresses: fc.constantFrom("ipv4", "ipv4-and-ipv6"),
  sensors: fc.constantFrom("names", "numbers"),
  flags: fc.constantFrom("letters", "numbers"),
  padded: fc.boolean(),
  countries: fc.constant(new Countries(undefined, () => "")),
  lookups: fc.constant(NO_LOOKUPS),
});

const table: fc.Arbitrary<Omit<TableStyle, "padded">> = fc.record({
  titles: fc.boolean(),
  separator: fc.constantFrom("|", ",", "\t"),
  finalSeparator: fc.boolean(),
});

/** Values as the engine gives them: octets (-1 for a missing ICMP type), names' numbers in and beyond their lists. */
function arrayOf({ sql, type }: Part, random: () => number): ResultArray {
  const least = sql.includes("ELSE -1") ? -1 : 0;
  if (type === "SMALLINT")
    return Int16Array.from({ length: ROWS }, () => Math.max(least, Math.floor(random() * 290) - 35));
  if (type === "INTEGER") return Int32Array.from({ length: ROWS }, () => Math.floor(random() * 5));
  // Upper halves small or zero: times until 2100 in milliseconds, mapped addresses, counters.
  return Uint32Array.from({ length: 2 * ROWS }, (_, at) =>
    at % 2 === 0 ? Math.floor(random() * 2 ** 32) : Math.floor(random() ** 4 * 900),
  );
}

function print(fields: readonly FlowField[], how: PrintStyle, lines: TableStyle, arrays: ResultArray[]) {
  const columns = fields.map((field) => ({
    title: field.name,
    width: field.width("record", how),
    cell: field.cell("record", how),
    parts: field.parts("record", how).length,
  }));
  const [expected, actual] = [new MemorySink(), new MemorySink()];
  const written = new TextOutput(expected);
  const rows = new RowTable(columns, lines);
  rows.titles();
  rows.printer(written)(arrays, ROWS);
  const formatted = new TextOutput(actual);
  const native = nativeLines(fields, how, lines, formatted);
  const octets = arrays.map(({ buffer, byteLength }) => new Uint8Array(buffer, 0, byteLength));
  native?.takeOctets(octets, ROWS);
  return { expected: written, sinks: [expected, actual] as const, formatted, native };
}

test("what the addon prints of flows is what JavaScript prints, in every style that it takes", async (t) => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      style,
      table,
      fc.subarray(FIELDS, { minLength: 1 }),
      fc.integer(),
      async (how, of, fields, seed) => {
        let state = seed | 1;
        const random = () => {
          state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
          return (state >>> 0) / 2 ** 32;
        };
        const arrays = fields.flatMap((field) => field.parts("record", how)).map((part) => arrayOf(part, random));
        const { expected, formatted, sinks, native } = print(fields, how, { ...of, padded: how.padded }, arrays);
        await expected.end();
        await formatted.end();
        if (native === undefined) return;
        taken += 1;
        t.is(sinks[1].octets.toString(), sinks[0].octets.toString());
      },
    ),
    { numRuns: 300 },
  );
  t.true(taken > 50);
});

test("what the addon cannot print is left to JavaScript", (t) => {
  const [how] = fc.sample(style, 1) as [PrintStyle];
  const lines: TableStyle = { titles: true, padded: true, separator: "|", finalSeparator: true };
  const native = (change: Partial<PrintStyle>, name: string) =>
    nativeLines(
      FLOW_FIELDS.filter((field) => field.name === name),
      { ...how, ip: CANONICAL, time: { style: "default", zone: "utc", fraction: 3 }, ...change },
      lines,
      new TextOutput(new MemorySink()),
    );
  t.not(native({}, "sIP"), undefined);
  t.is(native({ ip: { ...CANONICAL, notation: "decimal" } }, "sIP"), undefined);
  t.not(native({}, "sTime"), undefined);
  t.is(native({ time: { style: "m/d/y", zone: "utc", fraction: 3 } }, "sTime"), undefined);
  t.is(native({ time: { style: "default", zone: "local", fraction: 3 } }, "sTime"), undefined);
  t.is(native({ time: { style: "default", zone: "utc", fraction: 0 } }, "sTime+msec"), undefined);
});
