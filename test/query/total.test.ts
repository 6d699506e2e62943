/** rwtotal against sums made row by row. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { totalCommand } from "../../src/commands/total.js";
import { linesOf } from "../support/program.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { addressOf, isIpv4Row, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const rows = randomRows(4000, 31);
const flows = writeRows(scratch, "flows.ipfix", rows);
const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "total.txt");

const HIGHEST = 16777215;
const octets = (address: bigint) => [24n, 16n, 8n, 0n].map((by) => Number((address >> by) & 0xffn));
const three = (octet: number) => String(octet).padStart(3);
const part = (column: "sip" | "dip", from: number, to: number) => (row: PlainRow) =>
  isIpv4Row(row) ? octets(addressOf(row, column)).slice(from, to).map(three).join(".") : undefined;

/** Text of each key, undefined where a flow has none. */
const KEYS: Readonly<Record<string, (row: PlainRow) => string | undefined>> = {
  "sip-first-8": part("sip", 0, 1),
  "sip-first-16": part("sip", 0, 2),
  "sip-first-24": part("sip", 0, 3),
  "sip-last-8": part("sip", 3, 4),
  "sip-last-16": part("sip", 2, 4),
  "dip-first-8": part("dip", 0, 1),
  "dip-first-16": part("dip", 0, 2),
  "dip-first-24": part("dip", 0, 3),
  "dip-last-8": part("dip", 3, 4),
  "dip-last-16": part("dip", 2, 4),
  sport: (row) => String(row.sport),
  dport: (row) => String(row.dport),
  proto: (row) => String(row.proto),
  "icmp-code": (row) => String(row.dport),
  packets: (row) => String(Math.min(HIGHEST, Number(row.packets))),
  bytes: (row) => String(Math.min(HIGHEST, Number(row.bytes))),
  duration: (row) => {
    const whole = (time: number | bigint) => Math.floor(Number(time) / 1000);
    return String(Math.min(HIGHEST, Math.floor((whole(row.etime) - whole(row.stime)) / 1000)));
  },
};

for (const [key, text] of Object.entries(KEYS))
  test.serial(`--${key} sums up the flows that have each key`, async (t) => {
    const sums = new Map<string, [number, bigint, bigint]>();
    for (const row of rows) {
      const name = text(row);
      if (name === undefined) continue;
      const [records, bytes, packets] = sums.get(name) ?? [0, 0n, 0n];
      sums.set(name, [records + 1, bytes + BigInt(row.bytes), packets + BigInt(row.packets)]);
    }
    const wanted = [...sums].map(([name, values]) => [name, ...values].join("|"));
    await runInProcess(totalCommand, [
      `--${key}`,
      "--skip-zeroes",
      "--delimited",
      "--no-titles",
      `--output-path=${output}`,
      `--site-config-file=${site}`,
      flows,
    ]);
    const printed = linesOf(readFileSync(output, "utf8"));
    t.deepEqual([...printed].sort(), wanted.sort());
    // Keys ascend; the parts of an address all have three characters.
    const keys = printed.map((line) => Number(line.split("|")[0]!.replaceAll(" ", "0").replaceAll(".", "")));
    t.deepEqual(
      keys,
      [...keys].sort((a, b) => a - b),
    );
  });
