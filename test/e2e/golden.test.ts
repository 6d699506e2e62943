/** Outputs of real SiLK 3.19.1, byte for byte. */

import { existsSync } from "node:fs";
import test from "ava";
import { testWithFixtures } from "../support/fixtures.js";
import { linesOf } from "../support/program.js";
import { recordedCommands, recordedOutput, SILK_FIXTURES, SilkCommands } from "../support/silk_commands.js";

const golden = testWithFixtures(test);
const commands = new SilkCommands();
test.after.always(() => commands.remove());

/** Which of the bins with equal values are listed, and their order, comes from SiLK's hash table and heap. */
const TIES: Readonly<Record<string, string>> = {
  "16": "six bins have two packets, and five are listed",
  "23": "most sources have one record, and five are listed",
};

/** The first lines of a table that SiLK lists in the order of its hash table, flowtap in that of the addresses. */
const UNORDERED = "41";

/** Lines in order with the key columns of a ranking left out. */
const withoutKeys = (text: string, keys: number) =>
  linesOf(text).map((line) => (line.includes("|") ? line.split("|").slice(keys).join("|") : line));

for (const { number, line } of existsSync(SILK_FIXTURES) ? recordedCommands() : []) {
  golden(`${number} ${line}`, async (t) => {
    const { stdout, status } = await commands.shell(`exec 2>&1; ${line}`);
    t.is(status, 0);
    if (number === UNORDERED) {
      const all = new Set(linesOf((await commands.shell(line.replace(/ \| head.*$/, ""))).stdout));
      t.is(linesOf(stdout)[0], linesOf(recordedOutput(number))[0]);
      for (const row of linesOf(recordedOutput(number))) t.true(all.has(row), row);
      return;
    }
    if (TIES[number] === undefined) return t.is(stdout, recordedOutput(number));
    const keys = number === "16" ? 2 : 1;
    t.deepEqual(withoutKeys(stdout, keys), withoutKeys(recordedOutput(number), keys), TIES[number]);
    // The bins themselves are bins of the input, whichever of the equal ones: SiLK's are among all of ours.
    const all = new Set(
      linesOf((await commands.shell(line.replace(/--count=\d+/, "--count=5000 --no-percents"))).stdout),
    );
    for (const bin of linesOf(recordedOutput(number)).slice(3))
      t.true(all.has(`${bin.split("|").slice(0, -3).join("|")}|`), bin);
  });
}
