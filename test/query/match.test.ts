/** What holds for rwmatch whatever the flows are. */
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { matchCommand } from "../../src/commands/match.js";
import { OctetSource } from "../../src/files/octet_source.js";
import { openIpfixRows } from "../../src/formats/ipfix/rows.js";
import { allRows, type PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { addressOf, Dice, randomRows, runInProcess, SITE_TEXT, writeRows } from "../support/silk_rows.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
process.env.SILK_CLOBBER = "1";

const site = scratch.write("silk.conf", SITE_TEXT);
const output = join(scratch.path, "matched.ipfix");

const start = (row: PlainRow) => Math.floor(Number(row.stime) / 1000);
const end = (row: PlainRow) => Math.floor(Number(row.etime) / 1000);

type Side = "query" | "response";

/** The related fields of `--relate=sip,dip --relate=dip,sip --relate=proto,proto`. */
function keyOf(row: PlainRow, side: Side): readonly bigint[] {
  const [sip, dip] = [addressOf(row, "sip"), addressOf(row, "dip")];
  return [...(side === "query" ? [sip, dip] : [dip, sip]), BigInt(row.proto)];
}

const text = (row: PlainRow, side: Side) => keyOf(row, side).join(" ");

function sorted(rows: readonly PlainRow[], side: Side): PlainRow[] {
  return [...rows].sort((a, b) => {
    const [first, second] = [keyOf(a, side), keyOf(b, side)];
    const differs = first.findIndex((each, k) => each !== second[k]);
    if (differs >= 0) return first[differs]! < second[differs]! ? -1 : 1;
    return start(a) - start(b);
  });
}

/** Few hosts, who ask and answer within some minutes. */
function conversations(): { readonly queries: PlainRow[]; readonly responses: PlainRow[] } {
  const dice = new Dice(77);
  const hosts = randomRows(6, 2);
  const rows = randomRows(3000, 31).map((row, k) => {
    const [from, to] = [dice.one(hosts), dice.one(hosts)];
    const stime = 1_770_000_000_000 + dice.below(3_600_000);
    return {
      ...row,
      ...{ sip_hi: from.sip_hi, sip_lo: from.sip_lo, dip_hi: to.sip_hi, dip_lo: to.sip_lo },
      proto: dice.one([6, 17]),
      stime: BigInt(stime) * 1000n,
      etime: BigInt(stime + dice.below(20_000)) * 1000n,
      flow_id: BigInt(k + 1),
    };
  });
  const isQuery = (row: PlainRow) => Number(row.flow_id) % 2 === 0;
  return {
    queries: sorted(rows.filter(isQuery), "query"),
    responses: sorted(
      rows.filter((row) => !isQuery(row)),
      "response",
    ),
  };
}

const { queries, responses } = conversations();
const queryFile = writeRows(scratch, "queries.ipfix", queries);
const responseFile = writeRows(scratch, "responses.ipfix", responses);
const RELATE = ["--relate=sip,dip", "--relate=dip,sip", "--relate=proto,proto"];

async function matched(...argv: readonly string[]): Promise<PlainRow[]> {
  const all = [...RELATE, ...argv, `--site-config-file=${site}`, queryFile, responseFile, output];
  await runInProcess(matchCommand, all);
  const source = openIpfixRows(new OctetSource(output));
  source.readNames();
  try {
    return allRows(source, 2048);
  } finally {
    source.close();
  }
}

const hop = (row: PlainRow) => Number(addressOf(row, "nhip") & 0xffffffffn);
const sideOf = (row: PlainRow): Side => (hop(row) >= 255 * 2 ** 24 ? "response" : "query");
const matchOf = (row: PlainRow) => hop(row) % 2 ** 24;

test.serial("every flow is there once; matches are of both sides, equal, and within their time", async (t) => {
  const modes = fc.constantFrom("absolute", "relative", "infinite");
  const holds = fc.asyncProperty(
    modes,
    fc.boolean(),
    fc.integer({ min: 0, max: 30_000 }),
    async (mode, both, delta) => {
      const seconds = `--time-delta=${delta / 1000}`;
      const symmetric = both ? ["--symmetric-delta"] : [];
      const rows = await matched(`--${mode}-delta`, seconds, ...symmetric, "--unmatched=b");
      const numbers = (list: readonly PlainRow[]) => list.map((row) => Number(row.flow_id)).sort((a, b) => a - b);
      t.deepEqual(numbers(rows), numbers([...queries, ...responses]));
      t.true(rows.every((row) => sideOf(row) === (Number(row.flow_id) % 2 === 0 ? "query" : "response")));

      const matches = new Map<number, PlainRow[]>();
      const alone: PlainRow[] = [];
      for (const row of rows) {
        const match = matchOf(row);
        if (match === 0) alone.push(row);
        else matches.set(match, [...(matches.get(match) ?? []), row]);
      }
      t.deepEqual(
        [...matches.keys()],
        Array.from({ length: matches.size }, (_, k) => k + 1),
      );
      t.true(matches.size > 10);
      for (const members of matches.values()) {
        t.is(new Set(members.map((row) => text(row, sideOf(row)))).size, 1);
        t.is(new Set(members.map(sideOf)).size, 2);
        const first = members[0]!;
        if (!both) t.true(sideOf(first) === "query");
        let latest = end(first);
        members.slice(1).forEach((row, k) => {
          t.true(start(row) >= start(members[k]!));
          // The second of the pair decides with the first; later ones by the mode.
          if (mode === "absolute" && start(first) !== start(members[1]!)) t.true(start(row) <= end(first) + delta);
          if (mode === "relative") t.true(start(row) <= latest + delta);
          latest = Math.max(latest, end(row));
        });
      }
      // Nothing is left that could have made a pair.
      const lonely = new Map<string, PlainRow[]>();
      for (const row of alone.filter((each) => sideOf(each) === "response")) {
        const key = text(row, "response");
        lonely.set(key, [...(lonely.get(key) ?? []), row]);
      }
      for (const query of alone.filter((each) => sideOf(each) === "query"))
        for (const response of lonely.get(text(query, "query")) ?? [])
          t.false(start(response) >= start(query) && start(response) <= end(query) + delta);
    },
  );
  await fc.assert(holds, { numRuns: 20, seed: 5 });
});

test.serial("only the sides that are asked for are written without a match", async (t) => {
  const all = await matched("--unmatched=b");
  const pairs = all.filter((row) => matchOf(row) !== 0);
  const alone = (side: Side) => all.filter((row) => matchOf(row) === 0 && sideOf(row) === side).length;
  t.true(alone("query") > 0 && alone("response") > 0 && pairs.length > 0);
  t.is((await matched()).length, pairs.length);
  t.is((await matched("--unmatched=q")).length, pairs.length + alone("query"));
  t.is((await matched("--unmatched=R")).length, pairs.length + alone("response"));
});
