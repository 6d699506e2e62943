/** rwuniq against a model that groups rows in maps. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { uniqCommand } from "../../src/commands/uniq.js";
import { Scratch } from "../support/scratch.js";
import {
  binnedTime,
  binsOf,
  distinctValue,
  MODEL_FIELDS,
  MODEL_VALUES,
  type ModelValue,
} from "../support/silk_bins.js";
import { randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const rows = randomRows(3000, 4711);
const flows = writeRows(scratch, "flows.ipfix", rows);
const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "out.txt");

async function uniq(...argv: readonly string[]): Promise<string> {
  const style = ["--sort-output", "--delimited", "--integer-ips", "--timestamp-format=epoch"];
  await runInProcess(uniqCommand, [...argv, ...style, `--site-config-file=${site}`, `--output-path=${output}`, flows]);
  return readFileSync(output, "utf8");
}

const line = (cells: readonly (string | number)[]) => `${cells.join("|")}\n`;

/** What rwuniq prints of these fields and values, of the bins for which `shown` holds. */
function expected(
  fields: readonly (typeof MODEL_FIELDS)[string][],
  values: readonly ModelValue[],
  shown: (values: readonly number[]) => boolean = () => true,
): string {
  const bins = binsOf(rows, fields, values).filter((bin) => shown(bin.values));
  const titles = [...fields.map(({ title }) => title), ...values.map(({ title }) => title)];
  return [line(titles), ...bins.map((bin) => line([...bin.keys, ...bin.values]))].join("");
}

const names = Object.keys(MODEL_FIELDS);
const chosenValues = fc.uniqueArray(fc.constantFrom(...Object.keys(MODEL_VALUES)), { minLength: 1, maxLength: 7 });

for (const name of names)
  test.serial(`groups by ${name}`, async (t) => {
    t.is(await uniq(`--fields=${name}`), expected([MODEL_FIELDS[name]!], [MODEL_VALUES.records!]));
  });

test.serial("groups by several fields with all values, in the order that was asked for", async (t) => {
  const fields = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
  const holds = fc.asyncProperty(fields, chosenValues, async (keys, values) => {
    const text = await uniq(`--fields=${keys.join(",")}`, `--values=${values.join(",")}`);
    return (
      text ===
      expected(
        keys.map((each) => MODEL_FIELDS[each]!),
        values.map((each) => MODEL_VALUES[each]!),
      )
    );
  });
  await t.notThrowsAsync(fc.assert(holds, { numRuns: 25, seed: 1 }));
});

test.serial("counts distinct values of every field", async (t) => {
  const values = names.filter((name) => name !== "proto");
  const text = await uniq("--fields=proto", `--values=${values.map((name) => `distinct:${name}`).join(",")}`);
  t.is(text, expected([MODEL_FIELDS.proto!], values.map(distinctValue)));
});

test.serial("puts times into bins", async (t) => {
  for (const seconds of [1, 7, 60, 3600, 86400]) {
    const text = await uniq("--fields=stime,etime", `--bin-time=${seconds}`, "--values=records,bytes");
    const fields = [binnedTime("stime", seconds), binnedTime("etime", seconds)];
    t.is(text, expected(fields, [MODEL_VALUES.records!, MODEL_VALUES.bytes!]), `${seconds} s`);
  }
  t.is(await uniq("--fields=stime", "--bin-time"), expected([binnedTime("stime", 60)], [MODEL_VALUES.records!]));
});

test.serial("takes the difference of two binned times as their duration", async (t) => {
  const [stime, etime] = [binnedTime("stime", 60), binnedTime("etime", 60)];
  const duration = {
    title: "duration",
    order: () => 0,
    text: (row: (typeof rows)[number]) => String(Number(etime.order(row)) - Number(stime.order(row))),
  };
  const text = await uniq("--fields=stime,duration,etime", "--bin-time=60");
  t.is(text, expected([stime, duration, etime], [MODEL_VALUES.records!]));
});

test.serial("prints only bins within all thresholds, both ends included", async (t) => {
  const bound = fc.tuple(
    fc.constantFrom("records", "packets", "bytes", "sip-distinct", "dip-distinct"),
    fc.nat(20),
    fc.nat(20),
    fc.constantFrom("switch", "old"),
  );
  const thresholds = fc.uniqueArray(bound, { minLength: 1, maxLength: 2, selector: ([name]) => name });
  const holds = fc.asyncProperty(thresholds, async (chosen) => {
    const bins = binsOf(rows, [MODEL_FIELDS.sip!], Object.values(MODEL_VALUES));
    const at = (name: string) => Object.keys(MODEL_VALUES).indexOf(name);
    const ranges = chosen.map(([name, a, b, as]) => {
      // Ends that some bins have exactly.
      const [x, y] = [bins[(a * 7) % bins.length]!.values[at(name)]!, bins[(b * 5) % bins.length]!.values[at(name)]!];
      return { name, low: Math.min(x, y), high: Math.max(x, y), open: a % 3 === 0, as };
    });
    const all = Object.keys(MODEL_VALUES);
    const text = await uniq(
      "--fields=sip",
      `--values=${all.join(",")}`,
      ...ranges.map(({ name, low, high, open, as }) =>
        as === "old"
          ? `--${name === "records" ? "flows" : name}=${low}-${open ? "" : high}`
          : `--threshold=${name}=${low}${open ? "" : `-${high}`}`,
      ),
    );
    const shown = (values: readonly number[]) =>
      ranges.every(({ name, low, high, open }) => values[at(name)]! >= low && (open || values[at(name)]! <= high));
    return text === expected([MODEL_FIELDS.sip!], Object.values(MODEL_VALUES), shown);
  });
  await t.notThrowsAsync(fc.assert(holds, { numRuns: 20, seed: 2 }));
});

test.serial("takes one of the values of older releases, and all of them, in a fixed order", async (t) => {
  const of = (...chosen: string[]) => chosen.map((name) => MODEL_VALUES[name]!);
  const keys = [MODEL_FIELDS.sport!];
  t.is(await uniq("--fields=sport", "--dip-distinct", "--flows"), expected(keys, of("records", "dip-distinct")));
  t.is(
    await uniq("--fields=sport", "--all-counts"),
    expected(keys, of("bytes", "packets", "records", "stime-earliest", "etime-latest")),
  );
  t.is(await uniq("--fields=sport", "--values=packets", "--bytes"), expected(keys, of("packets", "bytes")));
});
