/** rwset: every address of the flows, once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import ipaddr from "ipaddr.js";
import { setCommand } from "../../src/commands/set.js";
import { setcatCommand } from "../../src/commands/setcat.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { addressOf, randomRows, runInProcess, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const path = (name: string) => join(scratch.path, name);

/** The addresses of a set file as numbers, IPv4 ones within ::ffff:0:0/96. */
async function addressesIn(set: string): Promise<bigint[]> {
  await runInProcess(setcatCommand, ["--cidr-blocks=0", `--output-path=${path("set.txt")}`, set]);
  const lines = readFileSync(path("set.txt"), "utf8").split("\n").slice(0, -1);
  return lines.map((line) => {
    const parsed = ipaddr.parse(line.trim());
    const octets = (parsed.kind() === "ipv4" ? (parsed as ipaddr.IPv4).toIPv4MappedAddress() : parsed).toByteArray();
    return octets.reduce((number, octet) => (number << 8n) | BigInt(octet), 0n);
  });
}

const COLUMNS = { sip: ["sip"], dip: ["dip"], nhip: ["nhip"], any: ["sip", "dip"] } as const;

function expected(rows: readonly PlainRow[], name: keyof typeof COLUMNS): bigint[] {
  const all = new Set(rows.flatMap((row) => COLUMNS[name].map((column) => addressOf(row, column))));
  return [...all].sort((a, b) => (a < b ? -1 : 1));
}

for (const [versions, text] of [
  [[4], "IPv4"],
  [[6], "IPv6"],
  [[4, 6], "mixed"],
] as const)
  test.serial(`writes four sets of ${text} flows at once`, async (t) => {
    const rows = randomRows(2000, 31, versions);
    const flows = writeRows(scratch, `${text}.ipfix`, rows);
    const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
    await runInProcess(setCommand, [...names.map((name) => `--${name}-file=${path(name)}`), flows]);
    for (const name of names) t.deepEqual(await addressesIn(path(name)), expected(rows, name), name);
  });

test.serial("IPv6 flows are left out or alone as --ipv6-policy says", async (t) => {
  const rows = randomRows(1000, 32, [4, 6]);
  const flows = writeRows(scratch, "policy.ipfix", rows);
  const isIpv4 = (row: PlainRow) => addressOf(row, "sip") >> 32n === 0xffffn;
  for (const [policy, kept] of [
    ["ignore", isIpv4],
    ["only", (row: PlainRow) => !isIpv4(row)],
    ["mix", () => true],
  ] as const) {
    await runInProcess(setCommand, [`--sip-file=${path("policy")}`, `--ipv6-policy=${policy}`, flows]);
    t.deepEqual(await addressesIn(path("policy")), expected(rows.filter(kept), "sip"), policy);
  }
});

test.serial("an input without flows makes an empty set", async (t) => {
  await runInProcess(setCommand, [`--sip-file=${path("none")}`, writeRows(scratch, "empty.ipfix", [])]);
  t.deepEqual(await addressesIn(path("none")), []);
});
