import test from "ava";
import { OutputError } from "../../src/errors.js";
import { SealQueue } from "../../src/store/seal_queue.js";
import { until } from "../support/program.js";

test("a seal that fails keeps the journal and those behind it, and is tried again", async (t) => {
  const tried: string[] = [];
  let full = true;
  const queue = new SealQueue(
    async (id, attempt) => {
      tried.push(`${id} ${attempt}`);
      if (full) throw new OutputError("no space left on device");
      return { files: 2, octets: 100 };
    },
    "retry",
    20,
  );
  queue.add("a");
  queue.add("b");
  await queue.settled();
  t.deepEqual(tried.slice(0, 1), ["a first"]);
  t.is(queue.length, 2);
  t.true(queue.counters.sealFailures >= 1);
  t.regex(String(queue.failure), /no space left/);
  await until(() => tried.includes("a again"), "another attempt");
  full = false;
  await until(() => queue.length === 0, "both sealed");
  t.is(tried.at(-1), "b first");
  t.like(queue.counters, { seals: 2, sealedFiles: 4, sealedOctets: 200 });
  t.true(queue.counters.lastSeal > 0);
  t.is(queue.failure, undefined);
  queue.end();
});

test("where a failure is to end the run nothing is tried again", async (t) => {
  let tries = 0;
  const queue = new SealQueue(
    async () => {
      tries++;
      throw new OutputError("no space left on device");
    },
    "stop",
    1,
  );
  queue.add("a");
  queue.add("b");
  await queue.settled();
  await queue.settled();
  t.is(tries, 1);
  t.is(queue.length, 2);
});
