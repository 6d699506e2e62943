import test from "ava";
import { SessionCounters } from "../../src/collect/counters.js";
import { SteadyLosses } from "../../src/collector/steady_losses.js";

/** What is shown of counters at a look. */
function look(losses: SteadyLosses, key: string, decoded: number, lostMessages: number, lostRecords = 0): number[] {
  const counters = new SessionCounters();
  counters.messages.decoded = decoded;
  counters.sequence.lostMessages = lostMessages;
  counters.sequence.lostRecords = lostRecords;
  losses.raise(key, counters);
  return [counters.sequence.lostMessages, counters.sequence.lostRecords];
}

test("losses that are taken back do not go down, and later ones count from there", (t) => {
  const losses = new SteadyLosses();
  t.deepEqual(look(losses, "a", 10, 5, 7), [5, 7]);
  t.deepEqual(look(losses, "a", 11, 4, 0), [5, 7]);
  t.deepEqual(look(losses, "a", 12, 4, 9), [5, 9]);
  t.deepEqual(look(losses, "a", 12, 6, 9), [6, 9]);
});

test("each exporter has its own, and one that began anew begins with nothing", (t) => {
  const losses = new SteadyLosses();
  t.deepEqual(look(losses, "a", 10, 5), [5, 0]);
  t.deepEqual(look(losses, "b", 10, 1), [1, 0]);
  t.deepEqual(look(losses, "a", 3, 2), [2, 0]);
  t.deepEqual(look(losses, "b", 11, 0), [1, 0]);
});
