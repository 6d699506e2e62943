/** rwcount against a model that spreads one flow at a time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { countCommand } from "../../src/commands/count.js";
import { LOAD_SCHEMES, type LoadScheme } from "../../src/query/load_schemes.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { DAY, randomRows, runInProcess, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const rows = randomRows(1000, 1234);
const flows = writeRows(scratch, "flows.ipfix", rows);
const output = join(scratch.path, "out.txt");

async function count(input: string, ...argv: readonly string[]): Promise<string[]> {
  await runInProcess(countCommand, [...argv, "--delimited", `--output-path=${output}`, input]);
  return readFileSync(output, "utf8").split("\n").slice(0, -1);
}

const start = (row: PlainRow) => Number(row.stime) / 1000;
const end = (row: PlainRow) => Number(row.etime) / 1000;

/** Share of a flow that the bin from `from` to before `to` gets. */
function share(scheme: LoadScheme, row: PlainRow, from: number, to: number, bins: number): number {
  const [s, e] = [start(row), end(row)];
  const holds = (time: number) => (time >= from && time < to ? 1 : 0);
  if (bins === 1) return 1;
  if (scheme === "bin-uniform") return 1 / bins;
  if (scheme === "start-spike") return holds(s);
  if (scheme === "end-spike") return holds(e);
  if (scheme === "middle-spike") return holds(s + Math.floor((e - s) / 2));
  if (scheme === "maximum-volume") return 1;
  if (scheme === "minimum-volume") return 0;
  return (Math.min(e + 1, to) - Math.max(s, from)) / (e - s + 1);
}

/** Records, octets and packets of each bin, by its number from `origin`. */
function model(scheme: LoadScheme, size: number, origin: number): Map<number, number[]> {
  const bins = new Map<number, number[]>();
  for (const row of rows) {
    const first = Math.floor((start(row) - origin) / size);
    const last = Math.floor((end(row) - origin) / size);
    for (let bin = first; bin <= last; bin++) {
      const from = origin + bin * size;
      const part = share(scheme, row, from, from + size, last - first + 1);
      const sums = bins.get(bin) ?? [0, 0, 0];
      [1, Number(row.bytes), Number(row.packets)].forEach((value, k) => {
        sums[k]! += part * value;
      });
      bins.set(bin, sums);
    }
  }
  return bins;
}

const isEmpty = (sums: readonly number[] | undefined) => sums === undefined || sums.every((each) => each === 0);

/** Numbers with two digits behind the point, but for what sums of fractions in another order change. */
function near(actual: number, wanted: number): boolean {
  return Math.abs(actual - wanted) <= 0.00501 + Math.abs(wanted) * 1e-12;
}

/** @throws Error naming the first line that is not the model's */
function compare(lines: readonly string[], scheme: LoadScheme, size: number, zeroes: "print" | "skip"): void {
  const bins = model(scheme, size, 0);
  const full = [...bins].filter(([, sums]) => !isEmpty(sums)).map(([bin]) => bin);
  const [low, high] = [Math.min(...full), Math.max(...full)];
  const wanted = Array.from({ length: high - low + 1 }, (_, k) => low + k).filter(
    (bin) => zeroes === "print" || !isEmpty(bins.get(bin)),
  );
  if (lines.length !== wanted.length) throw new Error(`${lines.length} bins instead of ${wanted.length}`);
  wanted.forEach((bin, k) => {
    const [time, ...numbers] = lines[k]!.split("|").map(Number);
    const sums = bins.get(bin) ?? [0, 0, 0];
    if (time !== (bin * size) / 1000 || !numbers.every((each, at) => near(each, sums[at]!)))
      throw new Error(`line ${k}: ${lines[k]} instead of ${(bin * size) / 1000}: ${sums.join(" ")}`);
  });
}

for (const [number, scheme] of LOAD_SCHEMES.entries())
  test.serial(`load scheme ${scheme} spreads flows over bins as its model`, async (t) => {
    const size = fc.constantFrom(1000, 7000, 30_000, 60_000, 3_600_000, 86_400_000);
    const zeroes = fc.constantFrom("print" as const, "skip" as const);
    const name = fc.constantFrom(String(number), scheme, scheme.slice(0, 3));
    const holds = fc.asyncProperty(size, zeroes, name, async (milliseconds, empty, given) => {
      const argv = [`--load-scheme=${given}`, `--bin-size=${milliseconds / 1000}`, "--timestamp-format=epoch"];
      const [title, ...lines] = await count(flows, ...argv, ...(empty === "skip" ? ["--skip-zeroes"] : []));
      if (title !== "Date|Records|Bytes|Packets") throw new Error(`${title}`);
      if (scheme === "minimum-volume" && lines.length === 0) return;
      compare(lines, scheme, milliseconds, empty);
    });
    await t.notThrowsAsync(fc.assert(holds, { numRuns: 6, seed: 5 }));
  });

test.serial("schemes that share a flow out lose and add nothing", async (t) => {
  const octets = rows.reduce((sum, row) => sum + Number(row.bytes), 0);
  for (const scheme of LOAD_SCHEMES.slice(0, 5)) {
    const [, ...lines] = await count(flows, `--load-scheme=${scheme}`, "--bin-size=17");
    const total = (column: number) => lines.reduce((sum, line) => sum + Number(line.split("|")[column]), 0);
    t.true(Math.abs(total(1) - rows.length) < 0.005 * lines.length, `${scheme}: ${total(1)} records`);
    t.true(Math.abs(total(2) - octets) < 0.005 * lines.length + octets * 1e-9, `${scheme}: ${total(2)} octets`);
  }
});

test.serial("bins of a fraction of a second have milliseconds", async (t) => {
  const one = writeRows(scratch, "one.ipfix", [
    { ...rows[0]!, stime: BigInt(DAY + 250) * 1000n, etime: BigInt(DAY + 1249) * 1000n, bytes: 1000n, packets: 10n },
  ]);
  t.deepEqual(await count(one, "--bin-size=0.5"), [
    "Date|Records|Bytes|Packets",
    "2026/11/21T00:00:00.000|0.25|250.00|2.50",
    "2026/11/21T00:00:00.500|0.50|500.00|5.00",
    "2026/11/21T00:00:01.000|0.25|250.00|2.50",
  ]);
});

test.serial("start and end time bound the bins, and empty ones between them are printed", async (t) => {
  const at = (second: number) => BigInt(DAY + second * 1000) * 1000n;
  const flow = (from: number, to: number): PlainRow => ({
    ...rows[0]!,
    stime: at(from),
    etime: at(to),
    bytes: 300n,
    packets: 3n,
  });
  const few = writeRows(scratch, "few.ipfix", [flow(0, 0), flow(130, 130), flow(400, 400)]);
  const day = "2026/11/21T00:";
  const bounded = await count(few, "--bin-size=60", "--start-time=2026/11/21:00:01", "--end-time=2026/11/21:00:04:30");
  t.deepEqual(bounded.slice(1), [
    `${day}01:00|0.00|0.00|0.00`,
    `${day}02:00|1.00|300.00|3.00`,
    `${day}03:00|0.00|0.00|0.00`,
    `${day}04:00|0.00|0.00|0.00`,
  ]);
  const shifted = await count(few, "--bin-size=60", "--start-time=2026/11/21:00:00:10", "--skip-zeroes");
  t.deepEqual(shifted.slice(1), [`${day}02:10|1.00|300.00|3.00`, `${day}06:10|1.00|300.00|3.00`]);
  t.deepEqual((await count(few, "--bin-size=60", "--start-epoch=1795219320", "--bin-slots")).slice(1, 3), [
    "0|1.00|300.00|3.00",
    "1|0.00|0.00|0.00",
  ]);
  t.deepEqual((await count(few, "--bin-size=60", "--epoch-slots", "--skip-zeroes")).slice(1), [
    `${DAY / 1000}|1.00|300.00|3.00`,
    `${DAY / 1000 + 120}|1.00|300.00|3.00`,
    `${DAY / 1000 + 360}|1.00|300.00|3.00`,
  ]);
});

test.serial("an input without flows has titles only", async (t) => {
  t.deepEqual(await count(writeRows(scratch, "empty.ipfix", [])), ["Date|Records|Bytes|Packets"]);
});
