import test from "ava";
import fc from "fast-check";
import { conversationHash } from "../../src/export/conversation_hash.js";
import { FailOver } from "../../src/export/fail_over.js";
import { Fanout } from "../../src/export/fanout.js";
import { LoadBalance } from "../../src/export/load_balance.js";
import { anyFlow, batchOf, type Flow, ipv4 } from "../support/batches.js";
import { NetworkRecorder } from "../support/network_recorder.js";

/** A clock that the test turns, in seconds. */
function handClock() {
  let now = 0;
  return { clock: () => now * 1000, wait: (seconds: number) => (now += seconds) };
}

const members = (count: number) => Array.from({ length: count }, (_, k) => new NetworkRecorder(`c${k}`));

/** Flows of different conversations, told by their source port. */
const many = batchOf(
  Array.from({ length: 6000 }, (_, at) => ({
    ipVersion: 4,
    protocolIdentifier: 17,
    sourceAddress: ipv4(10, 0, at & 15, 1),
    destinationAddress: ipv4(192, 0, 2, 7),
    sourceTransportPort: at,
    destinationTransportPort: 53,
    packets: 1,
  })),
  0,
  3,
);

function turned(flow: Flow): Flow {
  return {
    ...flow,
    sourceAddress: flow.destinationAddress!,
    destinationAddress: flow.sourceAddress!,
    sourceTransportPort: flow.destinationTransportPort!,
    destinationTransportPort: flow.sourceTransportPort!,
  };
}

test("both directions of a conversation have the same hash, with whatever else the records hold", (t) => {
  fc.assert(
    fc.property(anyFlow, anyFlow, (flow, other) => {
      const key = Object.fromEntries(
        ["sourceAddress", "destinationAddress", "sourceTransportPort", "destinationTransportPort"].map((name) => [
          name,
          flow[name]!,
        ]),
      );
      const again = { ...other, ...key, protocolIdentifier: flow.protocolIdentifier!, ipVersion: flow.ipVersion! };
      const batch = batchOf([flow, turned(flow), again]);
      const [first, ...others] = [0, 1, 2].map((index) => conversationHash(batch, index));
      return others.every((hash) => hash === first);
    }),
  );
  t.pass();
});

test("an ICMP request and its reply, whose types differ, have the same hash", (t) => {
  const request = {
    ipVersion: 4,
    protocolIdentifier: 1,
    sourceAddress: ipv4(1, 2, 3, 4),
    destinationTransportPort: 0x800,
  };
  const reply = {
    ipVersion: 4,
    protocolIdentifier: 1,
    destinationAddress: ipv4(1, 2, 3, 4),
    destinationTransportPort: 0,
  };
  const batch = batchOf([
    { ...request, destinationAddress: ipv4(5, 6, 7, 8) },
    { ...reply, sourceAddress: ipv4(5, 6, 7, 8) },
  ]);
  t.is(conversationHash(batch, 0), conversationHash(batch, 1));
});

test("collectors share the flows about evenly, each flow goes to one, and again to the same one", (t) => {
  const collectors = members(3);
  const group = new LoadBalance(collectors);
  group.write(many);
  const first = collectors.map(({ ports }) => [...ports].sort((a, b) => a - b));
  t.deepEqual(
    first.flat().sort((a, b) => a - b),
    Array.from({ length: 6000 }, (_, at) => at),
  );
  for (const { length } of first) t.true(length > 1800 && length < 2200, `${length}`);
  for (const each of collectors) each.ports = [];
  group.write(many);
  t.deepEqual(
    collectors.map(({ ports }) => [...ports].sort((a, b) => a - b)),
    first,
  );
  t.is(group.counters.exportedRecords, 12_000);
});

test("the share of a collector that is away goes to the others, theirs stays, and it comes back with it", (t) => {
  const { clock, wait } = handClock();
  const collectors = members(3);
  const group = new LoadBalance(collectors, clock);
  const shares = () => {
    for (const each of collectors) each.ports = [];
    group.write(many);
    return collectors.map(({ ports }) => new Set(ports));
  };
  const before = shares();
  collectors[1]!.connected = false;
  t.deepEqual(shares(), before, "a short break is bridged by the queue");
  wait(2);
  const without = shares();
  t.is(without[1]!.size, 0);
  t.is(without[0]!.size + without[2]!.size, 6000);
  for (const k of [0, 2]) t.true([...before[k]!].every((port) => without[k]!.has(port)));
  t.true(without[0]!.size > 2600 && without[2]!.size > 2600, "its share is spread evenly");
  collectors[1]!.connected = true;
  t.deepEqual(shares(), before);
  for (const each of collectors) each.connected = false;
  wait(2);
  t.deepEqual(shares(), before, "with all of them away each queue takes its own share");
  t.false(group.connected);
});

test("fail-over sends to the first collector that is there, and back when it has been there for a while", (t) => {
  const { clock, wait } = handClock();
  const [first, second, third] = members(3) as [NetworkRecorder, NetworkRecorder, NetworkRecorder];
  const group = new FailOver([first, second, third], clock);
  const one = batchOf([{ packets: 1 }]);
  const goesTo = () => {
    group.write(one);
    return group.active.name;
  };
  t.is(goesTo(), "c0");
  first.connected = false;
  t.is(goesTo(), "c0");
  wait(2);
  second.connected = false;
  t.is(goesTo(), "c2");
  t.is(third.announced, 1);
  second.connected = true;
  wait(5);
  t.is(goesTo(), "c2");
  wait(11);
  t.is(goesTo(), "c1");
  first.connected = true;
  t.is(goesTo(), "c1");
  wait(9);
  t.is(goesTo(), "c1");
  first.connected = false;
  t.is(goesTo(), "c1");
  first.connected = true;
  t.is(goesTo(), "c1");
  wait(9);
  t.is(goesTo(), "c1", "a break starts the time anew");
  wait(2);
  t.is(goesTo(), "c0");
  t.is(first.announced, 1);
  for (const each of [first, second, third]) each.connected = false;
  wait(2);
  t.is(goesTo(), "c0", "with all of them away the flows wait where they are");
  t.is(
    [first, second, third].reduce((sum, { ports }) => sum + ports.length, 0),
    12,
  );
});

test("a collector that could not be reached to begin with is away at once", (t) => {
  const { clock } = handClock();
  const [first, second] = members(2) as [NetworkRecorder, NetworkRecorder];
  first.connected = false;
  const group = new FailOver([first, second], clock);
  t.is(group.active, first);
  first.trouble = "nobody listens there";
  group.write(many);
  t.is(group.active, second);
  t.is(first.ports.length, 0);
});

test("the fan-out lists the members of a group and writes to the group", (t) => {
  const collectors = members(2);
  const outputs = new Fanout([new LoadBalance(collectors)], () => {});
  outputs.write(many);
  t.deepEqual(
    outputs.exporters.map(({ name }) => name),
    ["c0", "c1"],
  );
  t.is(
    outputs.exporters.reduce((sum, { counters }) => sum + counters.exportedRecords, 0),
    6000,
  );
});
