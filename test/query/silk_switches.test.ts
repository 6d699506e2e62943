/** Every switch of SiLK's analysis tools is taken as SiLK takes it, or refused by name. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.js";
import { parseArguments, SILK_WORDING } from "../../src/cli/parse.js";
import type { Switch } from "../../src/cli/switches.js";
import { UsageError } from "../../src/errors.js";
import { testWithFixtures } from "../support/fixtures.js";

const TABLE = resolve("..", "shared", "reference", "silk-switches.csv");

const real = testWithFixtures(test);

const TOOLS =
  "rwfilter rwcut rwsort rwuniq rwstats rwcount rwcat rwtuc rwfileinfo rwfglob rwsiteinfo rwset rwsetbuild rwsetcat rwsetmember rwsettool rwbag rwbagbuild rwbagcat rwbagtool rwaggbag rwaggbagbuild rwaggbagcat rwaggbagtool rwpmapbuild rwpmapcat rwpmaplookup rwtotal rwaddrcount rwappend rwsplit rwdedupe rwnetmask rwrandomizeip " +
  "rwswapbytes rwcompare rwcombine rwgroup rwmatch rwscan num2dot rwsilk2ipfix rwipfix2silk rwresolve rwptoflow";

/** Taken by every command. */
const EVERYWHERE = new Set(["help", "version"]);

interface SilkSwitch {
  readonly tool: string;
  readonly name: string;
  readonly argument: string;
}

const switches: readonly SilkSwitch[] = existsSync(TABLE)
  ? readFileSync(TABLE, "utf8")
      .split("\n")
      .slice(1)
      .filter((line) => line !== "")
      .map((line) => {
        const [tool = "", name = "", argument = ""] = line.split(",");
        return { tool, name, argument };
      })
  : [];

for (const tool of TOOLS.split(" ")) {
  const own = switches.filter((each) => each.tool === tool && !EVERYWHERE.has(each.name));
  real(`${tool} takes every switch of SiLK's`, async (t) => {
    t.true(own.length > 0, `${TABLE} lists the tool`);
    const command = await COMMANDS.find(({ silk }) => silk === tool)!.load();
    const taken = own.map(({ name, argument }) => {
      // The first row of a name is the one that counts.
      const row = command.switches.find((each) => each.name === name);
      if (row === undefined) return { name, argument: "missing", wanted: argument };
      const takes = row.argument === undefined ? "none" : row.optional ? "optional" : "required";
      return { name, argument: takes, wanted: argument };
    });
    t.deepEqual(
      taken.filter(({ argument, wanted }) => argument !== wanted),
      [],
    );
  });
}

/** Names of a command's own switches that scripts may shorten: SiLK's, without those of older releases. */
async function ownNames(
  tool: string,
): Promise<{ readonly table: readonly Switch[]; readonly names: readonly string[] }> {
  const { switches: table } = await COMMANDS.find(({ silk }) => silk === tool)!.load();
  const own = table.filter((each) => each.shared === undefined && each.legacy === undefined);
  return { table, names: [...new Set(own.map(({ name }) => name))] };
}

for (const tool of TOOLS.split(" ")) {
  test(`${tool} takes the shortest unique beginning of each of its own switches`, async (t) => {
    const { table, names } = await ownNames(tool);
    for (const name of names) {
      const lengths = Array.from({ length: name.length }, (_, k) => k + 1);
      const unique = lengths.find(
        (length) => names.filter((each) => each.startsWith(name.slice(0, length))).length === 1,
      );
      if (unique === undefined) continue; // the whole of another one's beginning
      const short = name.slice(0, unique);
      const row = table.find((each) => each.name === name)!;
      const args = parseArguments(table, [row.argument === undefined ? `--${short}` : `--${short}=1`], SILK_WORDING);
      t.true(args.flag(name) || table.some((each) => each.name === short), `--${short} for --${name}`);
    }
  });

  test(`${tool} names its own switches where a beginning is not unique`, async (t) => {
    const { table, names } = await ownNames(tool);
    const candidates = names.filter((name) => name.startsWith("p"));
    if (candidates.length < 2) return t.pass("only one of its switches begins so");
    const { message } = t.throws(() => parseArguments(table, ["--p"], SILK_WORDING), { instanceOf: UsageError });
    for (const name of candidates) t.true(message.includes(` '--${name}'`), message);
  });
}
