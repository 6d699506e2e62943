/** Conditions on either address: Parquet files are asked for source and destination apart, other inputs at once. */
import test from "ava";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwtuc", "rwfilter", "rwcut", "rwuniq");
test.after.always(() => tools.remove());

/** Pairs of addresses of which one, the other, both or neither are in 10.0.0.0/28; and the same in IPv6. */
const ADDRESSES = ["10.0.0.1", "10.0.0.15", "10.0.0.16", "192.0.2.1", "2001:db8::1", "2001:db8::10", "::ffff:0:1"];

test.before(async () => {
  const rows = ADDRESSES.flatMap((from, k) => ADDRESSES.map((to, at) => `${from}|${to}|${k * 10 + at}|6`));
  await tools.flows("flows.rw", ["sIP|dIP|sPort|protocol", ...rows]);
  await tools.run("rwfilter", ["--protocol=0-", "--output-format=parquet", "--pass=flows.parquet", "flows.rw"]);
});

const SWITCHES = [
  ["--any-cidr=10.0.0.0/28"],
  ["--any-cidr=10.0.0.1,2001:db8::/124"],
  ["--any-address=10.0.0.x"],
  ["--any-address=2001:db8::x"],
  ["--any-address=192.0.2.1", "--any-cidr=10.0.0.0/28"],
  ["--any-cidr=10.0.0.0/28", "--sport=0-20"],
  ["--not-any-cidr=10.0.0.0/28"],
  ["--any-cidr=0.0.0.0/0"],
];

for (const switches of SWITCHES) {
  test(`${switches.join(" ")} passes the same flows of Parquet as of SiLK files, each once`, async (t) => {
    const cut = async (path: string) => {
      const { stdout, stderr } = await tools.run("rwcut", ["--fields=sip,dip,sport", "--no-titles", ...switches, path]);
      t.is(stderr, "");
      return linesOf(stdout).sort();
    };
    const expected = await cut("flows.rw");
    t.true(expected.length > 0 && expected.length < ADDRESSES.length ** 2);
    t.deepEqual(await cut("flows.parquet"), expected);
    const { stdout } = await tools.run("rwfilter", [...switches, "--print-statistics=stdout", "flows.parquet"]);
    t.regex(stdout, new RegExp(`Pass +${expected.length}\\. Fail +${ADDRESSES.length ** 2 - expected.length}\\.`));
  });
}

test("--sql shows the two questions of a narrow condition", async (t) => {
  const statement = async (cidr: string) =>
    (await tools.run("rwuniq", ["--fields=sip", `--any-cidr=${cidr}`, "--sql", "flows.parquet"])).stdout;
  t.regex(await statement("10.0.0.0/16"), /UNION ALL/);
  t.notRegex(await statement("10.0.0.0/15"), /UNION ALL/);
});
