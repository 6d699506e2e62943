import test from "ava";
import { Collection, PEER } from "../support/collecting.js";
import { type Datagram, datagram, type FlowSample, flowSample } from "../support/sflow_writer.js";

class Listener {
  readonly collection = new Collection();
  #sequence = 0;

  /** Hears a datagram and returns what is known to be lost since: datagrams, samples, packets that were not sampled. */
  hear(given: Partial<Datagram>, address = PEER.address): [number, number, number] {
    const before = this.#losses();
    this.collection.take(datagram({ samples: [], ...given }), { peer: { ...PEER, address } });
    const after = this.#losses();
    return [after[0] - before[0], after[1] - before[1], after[2] - before[2]];
  }

  sample(given: FlowSample): [number, number, number] {
    this.#sequence += 1;
    return this.hear({ sequence: this.#sequence, samples: [flowSample(given)] });
  }

  get restarts(): number {
    return this.collection.process.totals.sequence.restarts;
  }

  #losses(): [number, number, number] {
    const { lostMessages, lostSamples, unsampledPackets } = this.collection.process.totals.sequence;
    return [lostMessages, lostSamples, unsampledPackets];
  }
}

test("datagrams that do not come are missing, by agent, sub-agent and sender", (t) => {
  const listener = new Listener();
  t.deepEqual(listener.hear({ sequence: 10 }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 11 }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 15 }), [3, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 900, subAgent: 1 }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 5, agent: [192, 0, 2, 9] }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 77 }, "192.0.2.77"), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 16 }), [0, 0, 0]);
});

test("a datagram that comes late is not missing any more", (t) => {
  const listener = new Listener();
  listener.hear({ sequence: 10 });
  t.deepEqual(listener.hear({ sequence: 12 }), [1, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 11 }), [-1, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 13 }), [0, 0, 0]);
});

test("numbers go on behind 2^32", (t) => {
  const listener = new Listener();
  const samples = (sequence: number) => [flowSample({ sequence })];
  listener.hear({ sequence: 0xffffffff, samples: samples(0xffffffff) });
  t.deepEqual(listener.hear({ sequence: 0, samples: samples(0) }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 2, samples: samples(3) }), [1, 2, 0]);
});

test("an agent that starts anew has lost nothing", (t) => {
  const listener = new Listener();
  const before = [flowSample({ sequence: 70, drops: 9 })];
  listener.hear({ sequence: 500_000, uptime: 90_000_000, samples: before });
  t.deepEqual(listener.hear({ sequence: 40, uptime: 5_000, samples: [flowSample({ sequence: 1 })] }), [0, 0, 0]);
  t.is(listener.restarts, 1);
  t.deepEqual(listener.hear({ sequence: 41, uptime: 6_000 }), [0, 0, 0]);
  // Numbers alone tell, too.
  t.deepEqual(listener.hear({ sequence: 3_000_000, uptime: 7_000 }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 3_000_002, uptime: 8_000 }), [1, 0, 0]);
});

test("uptime that passes 2^32 ms is no restart", (t) => {
  const listener = new Listener();
  listener.hear({ sequence: 5, uptime: 0xffffff00 });
  t.deepEqual(listener.hear({ sequence: 7, uptime: 100 }), [1, 0, 0]);
  t.is(listener.restarts, 0);
});

test("samples are numbered by data source", (t) => {
  const listener = new Listener();
  t.deepEqual(listener.sample({ source: 1, sequence: 10 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ source: 2, sequence: 900 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ source: 1, sequence: 13 }), [0, 2, 0]);
  t.deepEqual(listener.sample({ source: (1 << 24) | 1, sequence: 77 }), [0, 0, 0]);
});

test("samples that come late are not missing any more, and never fewer than none", (t) => {
  const listener = new Listener();
  listener.sample({ sequence: 10 });
  t.deepEqual(listener.sample({ sequence: 12 }), [0, 1, 0]);
  t.deepEqual(listener.sample({ sequence: 11 }), [0, -1, 0]);
  t.deepEqual(listener.sample({ sequence: 5 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ sequence: 13 }), [0, 0, 0]);
});

test("packets that an agent dropped are the growth of its counter", (t) => {
  const listener = new Listener();
  t.deepEqual(listener.sample({ sequence: 1, drops: 1000 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ sequence: 2, drops: 1007 }), [0, 0, 7]);
  t.deepEqual(listener.sample({ sequence: 3, drops: 3 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ sequence: 4, drops: 4 }), [0, 0, 1]);
});
