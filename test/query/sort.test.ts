/** rwsort against a stable sort of rows. */
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { sortCommand } from "../../src/commands/sort.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { byFields, MODEL_FIELDS, type ModelField } from "../support/silk_bins.js";
import { flowNumbers, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const rows = randomRows(5000, 77);
const flows = writeRows(scratch, "flows.ipfix", rows);
const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "sorted.ipfix");

const exact = (title: string, order: ModelField["order"]): ModelField => ({ title, order, text: () => "" });

/** Records sort by whole times, where bins have seconds; class and type by their number. */
const FIELDS: Readonly<Record<string, ModelField>> = {
  ...MODEL_FIELDS,
  stime: exact("sTime", (row) => row.stime),
  etime: exact("eTime", (row) => row.etime),
  duration: exact("duration", (row) => Number(row.etime) - Number(row.stime)),
  class: exact("class", (row) => Number(row.flowtype)),
};

async function sorted(fields: readonly string[], ...argv: readonly string[]): Promise<number[]> {
  await runInProcess(sortCommand, [
    `--fields=${fields.join(",")}`,
    ...argv,
    `--site-config-file=${site}`,
    `--output-path=${output}`,
    flows,
  ]);
  return flowNumbers(output);
}

/** Flows that are equal stay in the order of the input, also from the highest to the lowest. */
function expected(fields: readonly string[], direction: "up" | "down"): number[] {
  const order = byFields(fields.map((name) => FIELDS[name]!));
  const sign = direction === "up" ? 1 : -1;
  return [...rows].sort((a: PlainRow, b: PlainRow) => sign * order(a, b)).map(({ flow_id }) => Number(flow_id));
}

for (const name of Object.keys(FIELDS))
  test.serial(`sorts by ${name}, both ways, and leaves equal flows in their order`, async (t) => {
    t.deepEqual(await sorted([name]), expected([name], "up"));
    t.deepEqual(await sorted([name], "--reverse"), expected([name], "down"));
  });

test.serial("sorts by several fields, the first one first", async (t) => {
  const several = fc.uniqueArray(fc.constantFrom(...Object.keys(FIELDS)), { minLength: 2, maxLength: 4 });
  const direction = fc.constantFrom("up" as const, "down" as const);
  const holds = fc.asyncProperty(several, direction, async (fields, way) => {
    const actual = await sorted(fields, ...(way === "down" ? ["--reverse"] : []));
    const wanted = expected(fields, way);
    return actual.length === wanted.length && wanted.every((each, at) => each === actual[at]);
  });
  await t.notThrowsAsync(fc.assert(holds, { numRuns: 20, seed: 6 }));
});
