/** rwstats against a model that groups, ranks and sums rows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { statsCommand } from "../../src/commands/stats.js";
import { Scratch } from "../support/scratch.js";
import { binsOf, distinctValue, MODEL_FIELDS, MODEL_VALUES, type ModelBin } from "../support/silk_bins.js";
import { randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const rows = randomRows(3000, 815);
const flows = writeRows(scratch, "flows.ipfix", rows);
const empty = writeRows(scratch, "empty.ipfix", []);
const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "out.txt");

async function stats(input: string, ...argv: readonly string[]): Promise<string> {
  const style = ["--delimited", "--integer-ips", "--timestamp-format=epoch"];
  await runInProcess(statsCommand, [...argv, ...style, `--site-config-file=${site}`, `--output-path=${output}`, input]);
  return readFileSync(output, "utf8");
}

const RANKING = { records: "Records", packets: "Packets", bytes: "Bytes", "sip-distinct": "sIP-Distinct" } as const;

interface Question {
  readonly fields: readonly string[];
  readonly values: readonly string[];
  readonly end: "top" | "bottom";
  readonly limit: { readonly kind: "count" | "threshold" | "percentage"; readonly number: number };
  readonly percents: "print" | "leave";
}

const line = (cells: readonly (string | number)[]) => `${cells.join("|")}\n`;
const plural = (count: number, name: string) => `${count} ${name}${count === 1 ? "" : "s"}`;

/** What rwstats prints. */
function expected({ fields, values, end, limit, percents }: Question): string {
  const keys = fields.map((name) => MODEL_FIELDS[name]!);
  const computed = values.map((name) => MODEL_VALUES[name]!);
  const bins = binsOf(rows, keys, computed);
  const [primary] = computed;
  const total = primary!.of(rows);
  const sign = end === "top" ? -1 : 1;
  // Equal bins stay in the order of their keys.
  const ranked = [...bins].sort((a, b) => sign * (a.values[0]! - b.values[0]!));
  const bound = limit.kind === "percentage" ? Math.floor((total * limit.number) / 100) : limit.number;
  const beyond = ({ values: [value] }: ModelBin) => (end === "top" ? value! >= bound : value! <= bound);
  const listed = limit.kind === "count" ? ranked.slice(0, limit.number || undefined) : ranked.filter(beyond);
  const { title } = primary!;
  const input = `INPUT: ${plural(rows.length, "Record")} for ${plural(bins.length, "Bin")} and ${total} Total ${title}\n`;
  const side = end === "top" ? "Top" : "Bottom";
  const share = `${limit.number.toFixed(4)}%`;
  const heads = {
    count: `OUTPUT: ${side} ${limit.number || listed.length} Bins by ${title}\n`,
    threshold: `OUTPUT: ${side} ${listed.length} bins by ${title} (threshold ${bound})\n`,
    percentage: `OUTPUT: ${side} ${listed.length} bins by ${title} (${share} == ${bound})\n`,
  };
  const none = `OUTPUT: No bins ${end === "top" ? "above" : "below"} threshold of `;
  const nothing = limit.kind === "threshold" ? `${bound} ${title}\n` : `${share} (${bound} ${title})\n`;
  const output = limit.kind !== "count" && listed.length === 0 ? none + nothing : heads[limit.kind];
  let cumulated = 0;
  const digits = values[0] === "sip-distinct" ? 4 : 6;
  const lines = listed.map((bin) => {
    cumulated += bin.values[0]!;
    const parts = [((100 * bin.values[0]!) / total).toFixed(6), ((100 * cumulated) / total).toFixed(digits)];
    return line([...bin.keys, ...bin.values, ...(percents === "print" ? parts : [])]);
  });
  const titles = [...keys, ...computed].map((each) => each.title);
  return [input, output, line([...titles, ...(percents === "print" ? [`%${title}`, "cumul_%"] : [])]), ...lines].join(
    "",
  );
}

function argvOf({ fields, values, end, limit, percents }: Question): string[] {
  return [
    `--fields=${fields.join(",")}`,
    `--values=${values.join(",")}`,
    `--${limit.kind}=${limit.number}`,
    ...(end === "bottom" ? ["--bottom"] : []),
    ...(percents === "leave" ? ["--no-percents"] : []),
  ];
}

const question: fc.Arbitrary<Question> = fc
  .record({
    fields: fc.uniqueArray(fc.constantFrom("sip", "dip", "sport", "dport", "proto", "sensor", "type", "application"), {
      minLength: 1,
      maxLength: 3,
    }),
    first: fc.constantFrom(...Object.keys(RANKING)),
    others: fc.uniqueArray(fc.constantFrom("records", "bytes", "dip-distinct"), { maxLength: 2 }),
    end: fc.constantFrom("top" as const, "bottom" as const),
    kind: fc.constantFrom("count" as const, "threshold" as const, "percentage" as const),
    size: fc.nat(40),
    percents: fc.constantFrom("print" as const, "leave" as const),
  })
  .map(({ fields, first, others, end, kind, size, percents }) => {
    const scale = first === "bytes" ? 1e9 : first === "packets" ? 1e6 : 3;
    const numbers = { count: size, threshold: size * scale, percentage: size / 4 };
    const values = [first, ...others.filter((each) => each !== first)];
    return { fields, values, end, limit: { kind, number: numbers[kind] }, percents };
  });

test.serial("ranks bins by count, threshold and percentage, from the top and from the bottom", async (t) => {
  const holds = fc.asyncProperty(question, async (each) => {
    const text = await stats(flows, ...argvOf(each));
    if (text !== expected(each)) throw new Error(`${argvOf(each).join(" ")}\n${text}\ninstead of\n${expected(each)}`);
  });
  await t.notThrowsAsync(fc.assert(holds, { numRuns: 40, seed: 3 }));
});

test.serial("a distinct value of all bins is counted once for the total", async (t) => {
  const text = await stats(flows, "--fields=proto", "--values=distinct:sport", "--count=20");
  const total = distinctValue("sport").of(rows);
  t.regex(text, new RegExp(`^INPUT: 3000 Records for \\d+ Bins and ${total} Total sPort-Distinct\n`));
});

test.serial("an input without flows has banners and titles", async (t) => {
  t.is(
    await stats(empty, "--fields=sip", "--count=3"),
    "INPUT: 0 Records for 0 Bins\nOUTPUT: Top 3 Bins by Records\nsIP|Records|%Records|cumul_%\n",
  );
  t.is(
    await stats(empty, "--fields=sip", "--values=bytes", "--threshold=5"),
    "INPUT: 0 Records for 0 Bins\nOUTPUT: No bins above threshold of 5 Bytes\nsIP|Bytes|%Bytes|cumul_%\n",
  );
});

test.serial("the switches of older releases name keys and values", async (t) => {
  const same: readonly (readonly [readonly string[], readonly string[]])[] = [
    [["--sip"], ["--fields=sip"]],
    [
      ["--dip", "--bytes"],
      ["--fields=dip", "--values=bytes"],
    ],
    [
      ["--sport", "--packets"],
      ["--fields=sport", "--values=packets"],
    ],
    [["--dport", "--flows"], ["--fields=dport"]],
    [["--protocol"], ["--fields=proto"]],
    [["--icmp"], ["--fields=itype,icode"]],
    [["--sip", "--dip"], ["--fields=sip,dip"]],
  ];
  for (const [old, current] of same)
    t.is(await stats(flows, ...old, "--count=7"), await stats(flows, ...current, "--count=7"), old.join(" "));
});

test.serial("an address of an older release's switch is cut to its prefix", async (t) => {
  const ipv4 = randomRows(500, 99, [4]);
  const path = writeRows(scratch, "ipv4.ipfix", ipv4);
  const masked = new Map<number, number>();
  for (const row of ipv4) {
    const network = Number((row.sip_lo as bigint) & 0xffff0000n);
    masked.set(network, (masked.get(network) ?? 0) + 1);
  }
  const lines = [...masked].sort(([a, x], [b, y]) => y - x || a - b).map(([key, count]) => line([key, count]));
  const text = await stats(path, "--sip=16", "--count=0", "--no-percents");
  t.is(text.split("\n").slice(3).join("\n"), lines.join(""));
});

test.serial("a port or protocol with an argument chooses flows, as in rwfilter", async (t) => {
  const wanted = rows.filter((row) => row.dport === 53).length;
  const text = await stats(flows, "--dport=53", "--fields=sip", "--count=1");
  t.regex(text, new RegExp(`^INPUT: ${wanted} Records`));
});
