/** rwdedupe against a map of rows by the text of their fields. */
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { dedupeCommand } from "../../src/commands/dedupe.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { Dice, flowNumbers, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const milliseconds = (time: number | bigint) => Number(time) / 1000;
const start = (row: PlainRow) => Math.floor(milliseconds(row.stime));
const length = (row: PlainRow) => Math.floor(milliseconds(row.etime)) - start(row);

/** SiLK's fields that flows differ by, as text. S, F, T and C are the attributes 0x04, 0x08, 0x10 and 0x20. */
const FIELDS: Readonly<Record<string, (row: PlainRow) => string>> = {
  sip: (row) => `${row.sip_hi}:${row.sip_lo}`,
  dip: (row) => `${row.dip_hi}:${row.dip_lo}`,
  sport: (row) => String(row.sport),
  dport: (row) => String(row.dport),
  protocol: (row) => String(row.proto),
  packets: (row) => String(row.packets),
  bytes: (row) => String(row.bytes),
  flags: (row) => String(row.flags),
  stime: (row) => String(start(row)),
  duration: (row) => String(length(row)),
  sensor: (row) => String(row.sensor),
  in: (row) => String(row.input),
  out: (row) => String(row.output),
  nhip: (row) => `${row.nhip_hi}:${row.nhip_lo}`,
  type: (row) => String(row.flowtype),
  initialFlags: (row) => String(row.initial_flags),
  sessionFlags: (row) => String(row.session_flags),
  attributes: (row) => String(Number(row.attributes) & 0x3c),
  application: (row) => String(row.application),
};

/** Rows of which many are equal but for one column. */
function nearlyEqualRows(): PlainRow[] {
  const dice = new Dice(5);
  const few = randomRows(40, 9);
  return Array.from({ length: 3000 }, (_, k) => {
    const row = { ...dice.one(few), flow_id: BigInt(k + 1), vlan: k % 100 };
    const other = dice.one(few);
    const columns = ["sport", "bytes", "sensor", "application", "input", "stime", "flags", "nhip_lo"] as const;
    const column = dice.one(columns);
    return dice.below(2) === 0 ? row : { ...row, [column]: other[column] };
  }).map((row) => (row.etime < row.stime ? { ...row, etime: row.stime } : row));
}

const rows = nearlyEqualRows();
const flows = writeRows(scratch, "flows.ipfix", rows);
const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "once.ipfix");

async function deduped(...argv: readonly string[]): Promise<number[]> {
  await runInProcess(dedupeCommand, [...argv, `--site-config-file=${site}`, `--output-path=${output}`, flows]);
  return flowNumbers(output);
}

test.serial("keeps the first of flows that are equal in the fields that count", async (t) => {
  const ignored = fc.uniqueArray(fc.constantFrom(...Object.keys(FIELDS)), { minLength: 0, maxLength: 12 });
  const holds = fc.asyncProperty(ignored, async (fields) => {
    const counting = Object.entries(FIELDS).filter(([name]) => !fields.includes(name));
    const first = new Map<string, number>();
    for (const row of rows) {
      const key = counting.map(([, text]) => text(row)).join(" ");
      if (!first.has(key)) first.set(key, Number(row.flow_id));
    }
    // The class follows from the type, of which the site has one.
    const list = [...fields, ...(fields.includes("type") ? ["class"] : [])].join(",");
    const actual = await deduped(...(list === "" ? [] : [`--ignore-fields=${list}`]));
    t.deepEqual(
      [...actual].sort((a, b) => a - b),
      [...first.values()],
    );
  });
  await fc.assert(holds, { numRuns: 15, seed: 1 });
  t.pass();
});

test.serial("a delta is the most by which neighbours differ that become one", async (t) => {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = `${FIELDS.sip!(row)} ${FIELDS.sport!(row)}`;
    groups.set(key, [...(groups.get(key) ?? []), Number(row.bytes)]);
  }
  // The smallest of a group is kept, then the smallest that is more than the delta above it, and so on.
  let kept = 0;
  for (const sizes of groups.values()) {
    let last = Number.NEGATIVE_INFINITY;
    for (const size of sizes.sort((a, b) => a - b)) {
      if (size - last <= 1000) continue;
      kept += 1;
      last = size;
    }
  }
  const others = Object.keys(FIELDS).filter((name) => !["sip", "sport", "bytes"].includes(name));
  const actual = await deduped("--bytes-delta=1000", `--ignore-fields=${others.join(",")},class`);
  t.is(actual.length, kept);
  t.true(kept > groups.size);
});
