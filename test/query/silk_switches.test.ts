/** Every switch of SiLK's analysis tools is taken as SiLK takes it, or refused by name. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.js";

const TABLE = resolve("..", "shared", "reference", "silk-switches.csv");

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

for (const tool of ["rwfilter", "rwcut", "rwsort", "rwuniq", "rwstats", "rwcount", "rwset"]) {
  const own = switches.filter((each) => each.tool === tool && !EVERYWHERE.has(each.name));
  (own.length === 0 ? test.skip : test)(`${tool} takes every switch of SiLK's`, async (t) => {
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
