import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { openOutputs } from "../../src/export/open.js";
import { type OutputOptions, outputOptions } from "../../src/export/options.js";
import { argumentsOf } from "../support/arguments.js";
import { freePort } from "../support/ports.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

function options(output: string, more: Partial<OutputOptions>): OutputOptions {
  return { ...outputOptions(argumentsOf({ output }), 0), ...more };
}

test("an interval that NetFlow v5 cannot tell is refused at the start", async (t) => {
  const output = `netflow5+udp://127.0.0.1:${await freePort()}`;
  const sampled = (interval: number) => options(output, { sampling: { mode: "random", interval } });
  await t.throwsAsync(
    openOutputs(sampled(16384), () => ""),
    {
      code: "USAGE",
      message: `${output}: NetFlow v5 tells sampling intervals of up to 16383, not 1/16384: use netflow9 or ipfix`,
    },
  );
  const [exporter] = await openOutputs(sampled(16383), () => "");
  t.is(exporter?.name, output);
  exporter?.abort();
});

test("outputs opened before one that fails are given up", async (t) => {
  const file = join(scratch.path, "flows.csv");
  const both = options(`csv:${file}`, {});
  const unknown = options("ipfix+udp://there-is-none.invalid:1", {}).destinations;
  await t.throwsAsync(
    openOutputs({ ...both, destinations: [...both.destinations, ...unknown] }, () => ""),
    { code: "OUTPUT" },
  );
  t.false(existsSync(file));
});

test("a live sensor starts although no collector's name can be looked up", async (t) => {
  for (const transport of ["udp", "tcp"]) {
    const live = options(`ipfix+${transport}://there-is-none.invalid:1`, { unresolved: "retry", congested: "drop" });
    const [exporter] = await openOutputs(live, () => "");
    t.false(exporter?.connected);
    exporter?.abort();
  }
});
