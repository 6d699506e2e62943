/** Every partitioning switch against a model that looks at one row at a time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { filterCommand } from "../../src/commands/filter.js";
import { setbuildCommand } from "../../src/commands/setbuild.js";
import { PARTITION_SWITCHES } from "../../src/query/partition/switches.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { CONDITIONS, type Condition } from "../support/silk_conditions.js";
import { flowNumbers, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const rows = randomRows(3000, 20261121);
const flows = writeRows(scratch, "flows.ipfix", rows);
const site = scratch.write("silk.conf", SITE_TEXT);
process.env.SILK_CLOBBER = "1";

const path = (name: string) => join(scratch.path, name);

/** rwfilter's outputs for some switches: numbers of the flows that pass and fail, and the table of volumes. */
async function filtered(argv: readonly string[]) {
  const [pass, fail, all, volumes] = ["pass.ipfix", "fail.ipfix", "all.ipfix", "volumes.txt"].map(path) as [
    string,
    string,
    string,
    string,
  ];
  await runInProcess(filterCommand, [
    ...argv,
    `--site-config-file=${site}`,
    `--pass=${pass}`,
    `--fail=${fail}`,
    `--all-destination=${all}`,
    `--print-volume=${volumes}`,
    flows,
  ]);
  return {
    pass: flowNumbers(pass),
    fail: flowNumbers(fail),
    all: flowNumbers(all),
    volumes: readFileSync(volumes, "utf8"),
  };
}

const sum = (of: readonly PlainRow[], column: "packets" | "bytes") =>
  of.reduce((total, row) => total + (row[column] as bigint), 0n);

function volumeLine(title: string, of: readonly PlainRow[], files: string): string {
  const cells = [String(of.length).padStart(18), String(sum(of, "packets")).padStart(18)];
  return `${title.padStart(5)}|${cells.join("|")}|${String(sum(of, "bytes")).padStart(20)}|${files.padStart(10)}|`;
}

/** Sets that conditions name are written before the command reads them. */
async function prepared({ argv, set }: Condition): Promise<string[]> {
  if (set === undefined) return [...argv];
  const text = scratch.write("addresses.txt", `${set.join("\n")}\n`);
  const file = path("addresses.set");
  await runInProcess(setbuildCommand, [text, file]);
  return argv.map((each) => each.replace("SET", file));
}

/** The numbers of rows are those expected, in order; the error names one that is not. */
function same(what: string, actual: readonly number[], expected: readonly PlainRow[]): void {
  const wanted = expected.map(({ flow_id }) => Number(flow_id));
  const at = wanted.findIndex((each, k) => each !== actual[k]);
  if (at < 0 && actual.length === wanted.length) return;
  const of = `${actual.length} instead of ${wanted.length} flows`;
  throw new Error(`${what}: ${of}, at ${at} flow ${actual[at]} instead of ${wanted[at]}`);
}

/** @throws Error when outputs or counts are not those of the model */
async function check(conditions: readonly Condition[]): Promise<void> {
  const argv = (await Promise.all(conditions.map(prepared))).flat();
  const passes = (row: PlainRow) => conditions.every((each) => each.passes(row));
  const { pass, fail, all, volumes } = await filtered(argv);
  const expected = rows.filter(passes);
  const rest = rows.filter((row) => !passes(row));
  const shown = argv.join(" ");
  same(`${shown} --pass`, pass, expected);
  same(`${shown} --fail`, fail, rest);
  same(`${shown} --all`, all, rows);
  const lines = [volumeLine("Total", rows, "1"), volumeLine("Pass", expected, ""), volumeLine("Fail", rest, ""), ""];
  const [, ...printed] = volumes.split("\n");
  if (printed.join("\n") !== lines.join("\n")) throw new Error(`${shown}: ${volumes} instead of ${lines.join("\n")}`);
}

for (const [name, condition] of Object.entries(CONDITIONS)) {
  test.serial(`--${name} passes the flows of its model`, async (t) => {
    const holds = fc.asyncProperty(condition(rows), (each) => check([each]));
    await t.notThrowsAsync(fc.assert(holds, { numRuns: 12, seed: 7 }));
  });
}

test.serial("of several switches all must hold", async (t) => {
  const any = fc
    .constantFrom(...Object.entries(CONDITIONS))
    .chain(([name, each]) => each(rows).map((condition) => ({ name, condition })));
  const several = fc.uniqueArray(any, { minLength: 2, maxLength: 4, selector: ({ name }) => name });
  const hold = fc.asyncProperty(several, (chosen) => {
    const first = chosen.find(({ condition }) => condition.set !== undefined);
    // One file of addresses at a time.
    const kept = chosen.filter((each) => each.condition.set === undefined || each === first);
    return check(kept.map(({ condition }) => condition));
  });
  await t.notThrowsAsync(fc.assert(hold, { numRuns: 30, seed: 8 }));
});

test("every partitioning switch has a model", (t) => {
  // Tested elsewhere: country codes, address types and tuples have files of their own.
  const elsewhere = ["scc", "dcc", "any-cc", "stype", "dtype", "tuple-file"];
  const names = PARTITION_SWITCHES.map(({ name }) => name).filter((name) => !elsewhere.includes(name));
  t.deepEqual(
    names.filter((name) => CONDITIONS[name] === undefined),
    [],
  );
});
