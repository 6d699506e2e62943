/** rwcombine undoes what an active timeout did: flows are cut into parts at random, and become whole again. */
import { join } from "node:path";
import test from "ava";
import { combineCommand } from "../../src/commands/combine.js";
import { OctetSource } from "../../src/files/octet_source.js";
import { openIpfixRows } from "../../src/formats/ipfix/rows.js";
import { allRows, type PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { Dice, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

/** SiLK's T and C. */
const [CUT, CONTINUED] = [0x10, 0x20];
const MARKS = CUT | CONTINUED;

/** A flow's parts: packets and octets are shared out, times follow each other. */
function cut(row: PlainRow, count: number): PlainRow[] {
  const share = (value: number | bigint, k: number) =>
    k === 0 ? BigInt(value) - (BigInt(value) / BigInt(count)) * BigInt(count - 1) : BigInt(value) / BigInt(count);
  const length = (Number(row.etime) - Number(row.stime)) / count;
  const time = (k: number) => (k === count ? row.etime : BigInt(Math.floor(Number(row.stime) + k * length)));
  return Array.from({ length: count }, (_, k) => ({
    ...row,
    packets: share(row.packets, k),
    bytes: share(row.bytes, k),
    stime: time(k),
    etime: time(k + 1),
    attributes: Number(row.attributes) | (k < count - 1 ? CUT : 0) | (k > 0 ? CONTINUED : 0),
    initial_flags: k === 0 ? row.initial_flags : 0,
    session_flags: k === count - 1 ? row.session_flags : 0,
  }));
}

/** Values that rows and files may hold as numbers or as bigints. */
const plain = (rows: readonly PlainRow[]) =>
  [...rows]
    .sort((a, b) => Number(a.flow_id) - Number(b.flow_id))
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(" "),
    );

test("parts in any order become the flows that they were cut from", async (t) => {
  const dice = new Dice(8);
  const whole = randomRows(400, 12).map((row, k) => ({
    ...row,
    // No two flows have the same ends.
    sport: k,
    flow_id: BigInt(k + 1),
    attributes: Number(row.attributes) & ~MARKS,
  }));
  const parts = whole.flatMap((row) => cut(row, 1 + dice.below(5)));
  t.true(parts.length > 2 * whole.length);
  for (let last = parts.length - 1; last > 0; last--) {
    const other = dice.below(last + 1);
    [parts[last], parts[other]] = [parts[other]!, parts[last]!];
  }
  const output = join(scratch.path, "whole.ipfix");
  await runInProcess(combineCommand, [
    `--output-path=${output}`,
    `--site-config-file=${scratch.write("silk.conf", SITE_TEXT)}`,
    writeRows(scratch, "parts.ipfix", parts),
  ]);
  const combined = plain(allRows(openIpfixRows(new OctetSource(output))));
  const wanted = new Set(plain(whole));
  t.is(combined.length, wanted.size);
  t.is(
    combined.find((row) => !wanted.has(row)),
    undefined,
  );
});
