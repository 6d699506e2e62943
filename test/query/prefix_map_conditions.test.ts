/** rwfilter's switches of prefix maps against a list of ranges of which the last that has a key decides. */
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { filterCommand } from "../../src/commands/filter.js";
import { pmapbuildCommand } from "../../src/commands/pmapbuild.js";
import { parseAddress } from "../../src/text/parse_address.js";
import type { PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { addressOf, flowNumbers, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const rows = randomRows(1500, 20261122);
const flows = writeRows(scratch, "flows.ipfix", rows);
const site = scratch.write("silk.conf", SITE_TEXT);
process.env.SILK_CLOBBER = "1";

const MAPPED = 0xffffn << 32n;
const isMapped = (address: bigint) => address >> 32n === 0xffffn;

interface Range {
  readonly low: bigint;
  readonly high: bigint;
  readonly label: string;
}

type Mode = "ipv4" | "ipv6" | "proto-port";

/** A key of a map from the end of a flow. */
function keyOf(row: PlainRow, end: "src" | "dst", mode: Mode): bigint {
  if (mode === "proto-port") return BigInt(row.proto) * 65536n + BigInt(end === "src" ? row.sport : row.dport);
  return addressOf(row, end === "src" ? "sip" : "dip");
}

function text(key: bigint, mode: Mode): string {
  if (mode === "proto-port") return `${key >> 16n}/${key & 0xffffn}`;
  if (mode === "ipv4") return String(key - MAPPED);
  return Array.from({ length: 8 }, (_, k) => ((key >> BigInt(112 - 16 * k)) & 0xffffn).toString(16)).join(":");
}

const LABELS = ["red", "Green", "deep blue", "rest"] as const;

/** Ranges around keys that flows have. */
function arbitraryRanges(mode: Mode): fc.Arbitrary<readonly Range[]> {
  const keys = rows
    .flatMap((row) => [keyOf(row, "src", mode), keyOf(row, "dst", mode)])
    .filter((key) => mode !== "ipv4" || isMapped(key));
  const most = mode === "proto-port" ? (1n << 24n) - 1n : mode === "ipv4" ? MAPPED + 0xffff_ffffn : (1n << 128n) - 1n;
  const least = mode === "ipv4" ? MAPPED : 0n;
  const bound = (key: bigint) => (key < least ? least : key > most ? most : key);
  const width = fc.constantFrom(0n, 0n, 1n, 255n, 65535n, 1n << 100n);
  const range = fc
    .tuple(fc.constantFrom(...keys), width, width, fc.constantFrom("red", "Green", "deep blue"))
    .map(([key, before, after, label]): Range => ({ low: bound(key - before), high: bound(key + after), label }));
  // More ranges than become comparisons, and fewer.
  return fc.oneof(fc.array(range, { maxLength: 6 }), fc.array(range, { minLength: 60, maxLength: 120 }));
}

for (const mode of ["ipv4", "ipv6", "proto-port"] as const)
  test.serial(`labels of ${mode} maps pick the flows of their model`, async (t) => {
    const chosen = fc.subarray([...LABELS], { minLength: 1 });
    const [map, pass, fail] = ["x.pmap", "pass.ipfix", "fail.ipfix"].map((name) => join(scratch.path, name));
    const property = fc.asyncProperty(
      arbitraryRanges(mode),
      chosen,
      fc.constantFrom("src", "dst", "any"),
      async (ranges, wanted, end) => {
        const lines = ranges.map(({ low, high, label }) => `${text(low, mode)} ${text(high, mode)} ${label}`);
        const input = scratch.write("x.txt", [`mode ${mode}`, "default rest", ...lines].join("\n"));
        await runInProcess(pmapbuildCommand, [`--input-path=${input}`, `--output-path=${map}`]);
        // Maps of IPv4 addresses say nothing of others.
        const labelOf = (key: bigint) =>
          mode === "ipv4" && !isMapped(key)
            ? "UNKNOWN"
            : (ranges.findLast(({ low, high }) => low <= key && key <= high)?.label ?? "rest");
        const known = wanted.filter((label) => label === "rest" || ranges.some((each) => each.label === label));
        if (known.length === 0) return;
        const ends = end === "any" ? (["src", "dst"] as const) : [end];
        const passes = (row: PlainRow) =>
          ends.some((each) => known.some((label) => label === labelOf(keyOf(row, each, mode))));
        await runInProcess(filterCommand, [
          `--pmap-file=m:${map}`,
          `--pmap-${end}-m=${known.join(",").toUpperCase()}`,
          `--site-config-file=${site}`,
          `--pass=${pass}`,
          `--fail=${fail}`,
          flows,
        ]);
        const numbers = (of: readonly PlainRow[]) => of.map(({ flow_id }) => Number(flow_id));
        t.deepEqual(flowNumbers(pass!), numbers(rows.filter(passes)));
        t.deepEqual(flowNumbers(fail!), numbers(rows.filter((row) => !passes(row))));
      },
    );
    await t.notThrowsAsync(fc.assert(property, { numRuns: 25, seed: 11 }));
  });

test("the model reads addresses as the program does", (t) => {
  const words = parseAddress(text(MAPPED + 0x0a000001n, "ipv4"));
  t.deepEqual(words, [0, 0, 0xffff, 0x0a000001]);
});
