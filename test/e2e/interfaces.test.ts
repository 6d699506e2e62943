import { networkInterfaces } from "node:os";
import test from "ava";
import { linesOf, run } from "../support/program.js";

test("flowtap interfaces lists loopback and any, without privilege", async (t) => {
  const { status, stdout, stderr } = await run(["interfaces"]);
  t.is(status, 0, stderr);
  const names = linesOf(stdout).map((line) => line.split("|", 1)[0]?.trim());
  t.is(names[0], "name");
  t.true(names.includes("lo"));
  t.is(names.at(-1), "any");
});

test("flowtap interfaces gives every address of this host in JSON", async (t) => {
  const { status, stdout } = await run(["interfaces", "--output-format=json"]);
  t.is(status, 0);
  const found = new Map(linesOf(stdout).map((line) => [JSON.parse(line).name, JSON.parse(line)]));
  for (const [name, addresses = []] of Object.entries(networkInterfaces()))
    t.deepEqual(
      found.get(name)?.addresses,
      addresses.map(({ cidr }) => cidr),
      name,
    );
});

test("flowtap interfaces refuses formats and arguments that it does not know", async (t) => {
  for (const [args, message] of [
    [["--output-format=xml"], /--output-format=xml: .*Expected one of text, parquet, json, csv/],
    [["eth0"], /unexpected argument 'eth0'/],
  ] as const) {
    const { status, stdout, stderr } = await run(["interfaces", ...args]);
    t.is(status, 2);
    t.is(stdout, "");
    t.regex(stderr, message);
  }
});
