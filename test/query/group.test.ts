/** rwgroup against a model that looks at whole lists of rows. */
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { groupCommand } from "../../src/commands/group.js";
import { OctetSource } from "../../src/files/octet_source.js";
import { openIpfixRows } from "../../src/formats/ipfix/rows.js";
import { allRows, type PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { addressOf, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "groups.ipfix");

const rows = randomRows(4000, 21).map((row) => (row.etime < row.stime ? { ...row, etime: row.stime } : row));
/** Rows with few sources, by source and start: what rwsort makes. */
const sorted = [...rows].sort(
  (a, b) => Number(addressOf(a, "sip") - addressOf(b, "sip")) || Number(BigInt(a.stime) - BigInt(b.stime)),
);
const flows = writeRows(scratch, "flows.ipfix", sorted);
const unsorted = writeRows(scratch, "unsorted.ipfix", rows);

async function grouped(path: string, ...argv: readonly string[]): Promise<PlainRow[]> {
  await runInProcess(groupCommand, [...argv, `--site-config-file=${site}`, `--output-path=${output}`, path]);
  const source = openIpfixRows(new OctetSource(output));
  source.readNames();
  try {
    return allRows(source, 2048);
  } finally {
    source.close();
  }
}

const milliseconds = (time: number | bigint) => Math.floor(Number(time) / 1000);
/** The number of a row's group: the low half of ::ffff:0.0.0.N. */
const groupOf = (row: PlainRow) => Number(addressOf(row, "nhip") & 0xffffffffn);

/** Lists of neighbours that belong together. */
function groupsOf(list: readonly PlainRow[], together: (group: readonly PlainRow[], row: PlainRow) => boolean) {
  const groups: PlainRow[][] = [];
  for (const row of list) {
    const last = groups.at(-1);
    if (last !== undefined && together(last, row)) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

const IDS: Readonly<Record<string, (row: PlainRow) => unknown>> = {
  sip: (row) => addressOf(row, "sip"),
  proto: (row) => row.proto,
  bytes: (row) => BigInt(row.bytes),
  stime: (row) => milliseconds(row.stime),
  itype: (row) => (row.proto === 1 || row.proto === 58 ? Number(row.dport) >> 8 : 0),
  class: () => "all",
};

test.serial(
  "neighbours that are equal have a number of their own, and every flow is there once, in order",
  async (t) => {
    const ids = fc.uniqueArray(fc.constantFrom(...Object.keys(IDS)), { minLength: 1, maxLength: 3 });
    const holds = fc.asyncProperty(ids, fc.constantFrom("sorted", "unsorted"), async (fields, which) => {
      const list = which === "sorted" ? sorted : rows;
      const key = (row: PlainRow) => fields.map((field) => String(IDS[field]!(row))).join(" ");
      const groups = groupsOf(list, (group, row) => key(group[0]!) === key(row));
      const expected = groups.flatMap((group, number) => group.map((row) => [Number(row.flow_id), number]));
      const actual = await grouped(which === "sorted" ? flows : unsorted, `--id-fields=${fields.join(",")}`);
      t.deepEqual(
        actual.map((row) => [Number(row.flow_id), groupOf(row)]),
        expected,
      );
    });
    await fc.assert(holds, { numRuns: 12, seed: 3 });
    t.pass();
  },
);

test.serial("a delta is to the flow before, with --objective to the first of the group", async (t) => {
  const deltas = fc.integer({ min: 0, max: 300 });
  const holds = fc.asyncProperty(deltas, fc.constantFrom("before", "first"), async (seconds, from) => {
    const groups = groupsOf(sorted, (group, row) => {
      const other = from === "first" ? group[0]! : group.at(-1)!;
      const apart = Math.abs(milliseconds(row.stime) - milliseconds(other.stime));
      return addressOf(other, "sip") === addressOf(row, "sip") && apart <= seconds * 1000;
    });
    const actual = await grouped(
      flows,
      "--id-fields=sip",
      "--delta-field=stime",
      `--delta-value=${seconds}`,
      ...(from === "first" ? ["--objective"] : []),
    );
    t.deepEqual(
      actual.map(groupOf),
      groups.flatMap((group, number) => group.map(() => number)),
    );
  });
  await fc.assert(holds, { numRuns: 10, seed: 4 });
  t.pass();
});

test.serial("groups below the threshold are left out and keep their numbers", async (t) => {
  const bySource = groupsOf(sorted, (group, row) => addressOf(group[0]!, "sip") === addressOf(row, "sip"));
  const sizes = bySource.map(({ length }) => length).sort((a, b) => a - b);
  const quartiles = [0.25, 0.5, 0.75, 0.9].map((share) => sizes[Math.floor(share * sizes.length)]! + 1);
  const cases = [
    ...quartiles.map((threshold) => ({ field: "sip", groups: bySource, threshold })),
    // One group of many runs of rows.
    ...[3000, sorted.length, sorted.length + 1].map((threshold) => ({ field: "class", groups: [sorted], threshold })),
  ];
  const written: number[] = [];
  for (const { field, groups, threshold } of cases) {
    const expected = groups.flatMap((group, number) =>
      group.length >= threshold ? group.map((row) => [Number(row.flow_id), number]) : [],
    );
    const actual = await grouped(flows, `--id-fields=${field}`, `--rec-threshold=${threshold}`);
    t.deepEqual(
      actual.map((row) => [Number(row.flow_id), groupOf(row)]),
      expected,
    );
    written.push(expected.length);
  }
  t.deepEqual(written.slice(quartiles.length), [sorted.length, sorted.length, 0]);
  t.true(new Set(written.slice(0, quartiles.length)).size > 1);
});

test.serial("a summary has the sums, the first start, the last end and the flags of its group", async (t) => {
  const groups = groupsOf(sorted, (group, row) => addressOf(group[0]!, "sip") === addressOf(row, "sip"));
  const sum = (group: readonly PlainRow[], name: "packets" | "bytes") =>
    group.reduce((total, row) => total + BigInt(row[name]), 0n);
  const or = (group: readonly PlainRow[], name: "flags" | "session_flags") =>
    group.reduce((bits, row) => bits | Number(row[name]), 0);
  const times = (group: readonly PlainRow[], name: "stime" | "etime") =>
    group.map((row) => BigInt(row[name])).sort((a, b) => (a < b ? -1 : 1));
  const expected = groups.flatMap((group, number) =>
    group.length < 20
      ? []
      : [
          [
            number,
            sum(group, "packets"),
            sum(group, "bytes"),
            times(group, "stime")[0],
            times(group, "etime").at(-1),
            or(group, "flags"),
            Number(group[0]!.flow_id),
          ],
        ],
  );
  const actual = await grouped(flows, "--id-fields=sip", "--summarize", "--rec-threshold=20");
  t.deepEqual(
    actual.map((row) => [
      groupOf(row),
      BigInt(row.packets),
      BigInt(row.bytes),
      BigInt(row.stime),
      BigInt(row.etime),
      Number(row.flags),
      Number(row.flow_id),
    ]),
    expected,
  );
});
