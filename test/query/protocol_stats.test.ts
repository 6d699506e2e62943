/** rwstats --overall-stats and --detail-proto-stats against a count of single rows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { statsCommand } from "../../src/commands/stats.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { randomRows, runInProcess, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const rows = randomRows(3000, 65);
const flows = writeRows(scratch, "flows.ipfix", rows);

const QUANTITIES: Readonly<Record<string, (row: PlainRow) => number>> = {
  BYTES: (row) => Number(row.bytes),
  PACKETS: (row) => Number(row.packets),
  "BYTES/PACKET": (row) => Number((row.bytes as bigint) / (row.packets as bigint)),
};

interface Distribution {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  /** Upper end and flows of each interval. */
  readonly intervals: readonly (readonly [end: number, count: number])[];
}

/** The distributions of a report, in its order. */
function distributions(report: string): Distribution[] {
  return report
    .split(/^\*/m)
    .slice(1)
    .map((text) => {
      const [, title = "", least, most] = /^(\S+) min (\d+); max (\d+)/.exec(text) ?? [];
      const lines = text.split("\n").filter((line) => /^\d+\|/.test(line));
      const intervals = lines.map((line) => {
        const [end = 0, count = 0] = line.split("|").map(Number);
        return [end, count] as const;
      });
      return { title, least: Number(least), most: Number(most), intervals };
    });
}

function check(
  t: { deepEqual: (a: unknown, b: unknown, m?: string) => void },
  part: readonly PlainRow[],
  of: Distribution,
) {
  const values = part.map((row) => QUANTITIES[of.title]!(row));
  t.deepEqual([of.least, of.most], [Math.min(...values), Math.max(...values)], of.title);
  const ends = of.intervals.map(([end]) => end);
  const counts = ends.map(
    (end, k) =>
      // Whatever exceeds the last end is in the last interval, too.
      values.filter((value) => value > (ends[k - 1] ?? -1) && (value <= end || k === ends.length - 1)).length,
  );
  t.deepEqual(
    of.intervals.map(([, count]) => count),
    counts,
    of.title,
  );
}

test("intervals hold the flows of all protocols and of each one asked for", async (t) => {
  const output = join(scratch.path, "report.txt");
  await runInProcess(statsCommand, ["--detail-proto-stats=6,17", "--delimited", `--output-path=${output}`, flows]);
  const report = readFileSync(output, "utf8");
  const of = distributions(report);
  t.is(of.length, 9);
  const parts = [rows, rows.filter(({ proto }) => proto === 6), rows.filter(({ proto }) => proto === 17)];
  of.forEach((each, k) => {
    check(t, parts[Math.floor(k / 3)]!, each);
  });
  t.regex(report, new RegExp(`^FLOW STATISTICS--ALL PROTOCOLS: {2}${rows.length} records\n`));
  t.true(report.includes(`\nFLOW STATISTICS--PROTOCOL 17:  ${parts[2]!.length}/${rows.length} records\n`));
});
