import test from "ava";
import { Patience } from "../../src/export/patience.js";

test("whoever waits goes on when the collector has taken something", async (t) => {
  const patience = new Patience(60_000);
  const wait = patience.wait();
  t.truthy(wait);
  patience.release();
  await wait;
  t.true(patience.left > 0);
});

test("nobody waits for a collector that made no progress within the limit", async (t) => {
  const patience = new Patience(20);
  await patience.wait();
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.is(patience.wait(), undefined);
  t.true(patience.left <= 0);
});

test("progress gives the collector its time again", async (t) => {
  const patience = new Patience(60_000);
  while (patience.left > 59_980) await new Promise((resolve) => setTimeout(resolve, 5));
  const { left } = patience;
  patience.progress();
  t.true(patience.left > left);
});

test("a limit of zero never waits", (t) => {
  t.is(new Patience(0).wait(), undefined);
});
