import test from "ava";
import { RepeatLimit } from "../../src/log/repeat_limit.js";

test("the first three of a message are said, the rest of half a minute is counted, then told", (t) => {
  const limit = new RepeatLimit();
  t.deepEqual(
    [0, 1, 29_000, 29_500, 29_999, 30_000, 30_001].map((now) => limit.admit("full", now)),
    [0, 0, 0, "suppress", "suppress", 2, 0],
  );
});

test("different messages do not count for each other", (t) => {
  const limit = new RepeatLimit();
  for (let time = 0; time < 3; time++) t.is(limit.admit("a", 0), 0);
  t.is(limit.admit("a", 0), "suppress");
  t.is(limit.admit("b", 0), 0);
});

test("a flood of different messages forgets the oldest, and takes no more memory", (t) => {
  const limit = new RepeatLimit();
  for (let time = 0; time < 4; time++) limit.admit("old", 0);
  for (let number = 0; number < 999; number++) limit.admit(`new ${number}`, 1);
  t.is(limit.admit("old", 2), "suppress");
  limit.admit("one more", 2);
  t.is(limit.admit("old", 3), 0);
});

test("a message that comes again later is among the newest", (t) => {
  const limit = new RepeatLimit();
  limit.admit("again", 0);
  for (let number = 0; number < 500; number++) limit.admit(`first ${number}`, 1);
  limit.admit("again", 30_000);
  for (let number = 0; number < 600; number++) limit.admit(`then ${number}`, 30_001);
  t.deepEqual(
    [30_002, 30_003, 30_004].map((now) => limit.admit("again", now)),
    [0, 0, "suppress"],
  );
});
