import test from "ava";
import { newCounters } from "../../src/export/exporter.js";
import { MessageQueue } from "../../src/export/message_queue.js";

test("a queue gives messages back in order, as they were when they came", (t) => {
  const counters = newCounters();
  const queue = new MessageQueue(counters, 100);
  const reused = new Uint8Array([1, 2]);
  queue.push(reused, 3);
  reused[0] = 9;
  queue.push(reused, 4);
  t.like(counters, { queuedRecords: 7, queuedOctets: 4 });
  t.deepEqual(queue.take(), { bytes: new Uint8Array([1, 2]), records: 3 });
  t.deepEqual(queue.take(), { bytes: new Uint8Array([9, 2]), records: 4 });
  t.is(queue.take(), undefined);
  t.like(counters, { queuedRecords: 0, queuedOctets: 0 });
});

test("a full queue refuses the newest message and counts its records", (t) => {
  const counters = newCounters();
  const queue = new MessageQueue(counters, 10);
  queue.push(new Uint8Array(8), 1);
  queue.push(new Uint8Array(8), 5);
  t.true(queue.congested);
  t.is(queue.length, 1);
  t.is(counters.lost.queueFull, 5);
});

test("what is left in a discarded queue counts as lost", (t) => {
  const counters = newCounters();
  const queue = new MessageQueue(counters, 100);
  queue.push(new Uint8Array(8), 2);
  queue.push(new Uint8Array(8), 2);
  queue.take();
  queue.discard();
  t.is(counters.lost.closed, 2);
  t.is(queue.length, 0);
  t.is(counters.queuedOctets, 0);
});

test("a queue stays in order over many messages", (t) => {
  const queue = new MessageQueue(newCounters(), 1e9);
  let next = 0;
  for (let at = 0; at < 20_000; at++) {
    queue.push(new Uint8Array(1), at);
    if (at % 3 > 0) t.is(queue.take()?.records, next++);
  }
  for (let message = queue.take(); message !== undefined; message = queue.take()) t.is(message.records, next++);
  t.is(next, 20_000);
});
