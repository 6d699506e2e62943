import test from "ava";
import type { ReceivedMessage } from "../../../src/collect/message.js";
import { SflowDecoder, type SflowDecoderOptions } from "../../../src/formats/sflow/decoder.js";
import { viewOf } from "../../support/exported_datagrams.js";
import { RowCollector } from "../../support/row_collector.js";
import { type Datagram, datagram, type FlowSample, flowSample } from "../../support/sflow_writer.js";

class Listener {
  readonly decoder: SflowDecoder;

  constructor(options: SflowDecoderOptions = {}) {
    this.decoder = new SflowDecoder(options);
  }

  /** Hears a datagram and returns what was missing before it: datagrams, samples, drops at the agent. */
  hear(given: Partial<Datagram>, address = "192.0.2.1"): [number, number, number] {
    const octets = viewOf(datagram({ samples: [], ...given }));
    const message: ReceivedMessage = { peer: { transport: "udp", address, port: 1 }, received: 0, octets };
    const { counts } = this.decoder.decode(message, new RowCollector());
    return [counts.missedDatagrams, counts.missedSamples, counts.droppedByAgent];
  }

  sample(given: FlowSample): [number, number, number] {
    this.#sequence += 1;
    return this.hear({ sequence: this.#sequence, samples: [flowSample(given)] });
  }

  #sequence = 0;
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
  t.is(listener.decoder.totals.missedDatagrams, 3);
});

test("a datagram that comes late is not missing any more", (t) => {
  const listener = new Listener();
  listener.hear({ sequence: 10 });
  t.deepEqual(listener.hear({ sequence: 12 }), [1, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 11 }), [-1, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 13 }), [0, 0, 0]);
  t.is(listener.decoder.totals.missedDatagrams, 0);
});

test("numbers go on behind 2^32", (t) => {
  const listener = new Listener();
  listener.hear({ sequence: 0xffffffff });
  t.deepEqual(listener.hear({ sequence: 0 }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 2 }), [1, 0, 0]);
});

test("an agent that starts anew has lost nothing", (t) => {
  const listener = new Listener();
  const before = [flowSample({ sequence: 70, drops: 9 })];
  listener.hear({ sequence: 500_000, uptime: 90_000_000, samples: before });
  t.deepEqual(listener.hear({ sequence: 40, uptime: 5_000, samples: [flowSample({ sequence: 1 })] }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 41, uptime: 6_000 }), [0, 0, 0]);
  // Numbers alone tell, too.
  t.deepEqual(listener.hear({ sequence: 3_000_000, uptime: 7_000 }), [0, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 3_000_002, uptime: 8_000 }), [1, 0, 0]);
});

test("uptime that passes 2^32 ms is no restart", (t) => {
  const listener = new Listener();
  listener.hear({ sequence: 5, uptime: 0xffffff00 });
  t.deepEqual(listener.hear({ sequence: 7, uptime: 100 }), [1, 0, 0]);
});

test("samples are numbered by data source", (t) => {
  const listener = new Listener();
  t.deepEqual(listener.sample({ source: 1, sequence: 10 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ source: 2, sequence: 900 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ source: 1, sequence: 13 }), [0, 2, 0]);
  t.deepEqual(listener.sample({ source: (1 << 24) | 1, sequence: 77 }), [0, 0, 0]);
});

test("packets that an agent dropped are the growth of its counter", (t) => {
  const listener = new Listener();
  t.deepEqual(listener.sample({ sequence: 1, drops: 1000 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ sequence: 2, drops: 1007 }), [0, 0, 7]);
  t.deepEqual(listener.sample({ sequence: 3, drops: 3 }), [0, 0, 0]);
  t.deepEqual(listener.sample({ sequence: 4, drops: 4 }), [0, 0, 0]);
});

test("agents and data sources beyond the limits are forgotten, those heard longest ago first", (t) => {
  const listener = new Listener({ agents: 2, sources: 4 });
  listener.hear({ sequence: 1, subAgent: 1 });
  listener.hear({ sequence: 1, subAgent: 2 });
  listener.hear({ sequence: 2, subAgent: 1 });
  listener.hear({ sequence: 1, subAgent: 3 });
  t.is(listener.decoder.forgottenAgents, 1);
  t.deepEqual(listener.hear({ sequence: 4, subAgent: 1 }), [1, 0, 0]);
  t.deepEqual(listener.hear({ sequence: 9, subAgent: 2 }), [0, 0, 0]);
  const samples = Array.from({ length: 50 }, (_, source) => flowSample({ source }));
  t.notThrows(() => listener.hear({ sequence: 10, subAgent: 2, samples }));
  t.is(listener.decoder.totals.samples, 50);
});
