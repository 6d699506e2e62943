import test from "ava";
import { DEFAULT_HABITS } from "../../src/collect/options.js";
import { assertAddsUp, Collection, collected, exported, PEER } from "../support/collecting.js";
import { testWithFixtures } from "../support/fixtures.js";
import { ethernet, ipv4, udp } from "../support/frames.js";
import { datagram, flowSample, part, rawHeader, words } from "../support/sflow_writer.js";

const ENDS = { source: "192.0.2.10", destination: "198.51.100.20" };
const MACS = ["00:00:5e:00:53:01", "00:00:5e:00:53:02"] as const;
const HEADER = rawHeader(ethernet(ipv4(ENDS, 17, udp(ENDS, 1, 2, new Uint8Array(1))), 0x0800, MACS));
const SAMPLE = flowSample({ rate: 100 }, HEADER);

test("agents and sub-agents are sessions, whoever sends for them", (t) => {
  const collection = new Collection();
  const v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
  const heard = [
    datagram({ subAgent: 1, sequence: 10, samples: [SAMPLE] }),
    datagram({ subAgent: 2, sequence: 50, samples: [SAMPLE, SAMPLE] }),
    datagram({ subAgent: 1, sequence: 13, samples: [SAMPLE] }),
    datagram({ agent: v6, subAgent: 1, sequence: 9, samples: [] }),
    datagram({ subAgent: 1, sequence: 14, samples: [] }).subarray(0, 19),
  ];
  for (const octets of heard) collection.take(octets);
  collection.take(heard[0]!, { peer: { ...PEER, address: "192.0.2.77" } });
  t.deepEqual(
    collection.process.sessions.map(({ name, counters }) => [
      name,
      counters.rows.written,
      counters.sequence.lostMessages,
    ]),
    [
      ["192.0.2.1:2055 sflow5 domain 1 agent 192.0.2.1", 2, 2],
      ["192.0.2.1:2055 sflow5 domain 2 agent 192.0.2.1", 2, 0],
      ["192.0.2.1:2055 sflow5 domain 1 agent 2001:db8::9", 0, 0],
      ["192.0.2.1:2055 unknown domain 0", 0, 0],
      ["192.0.2.77:2055 sflow5 domain 1 agent 192.0.2.1", 1, 0],
    ],
  );
  t.like(collection.process.totals.messages, { decoded: 5, cutOff: 1 });
  assertAddsUp(t, collection, 6);
});

test("samples are records: rows, about the agent, cut off, or without an address", (t) => {
  const samples = [
    SAMPLE,
    part(2, words(1, 7, 0)),
    part(5, words(1, 0, 7, 0, 0, 0, 0, 0)),
    part((4413 << 12) | 1, words(0)),
    part(1, words(1, 2, 3)),
    flowSample({}),
  ];
  const collection = new Collection().take(datagram({ samples }));
  t.like(collection.process.totals.records, { flows: 1, options: 3, cutOff: 1, noAddresses: 1 });
  assertAddsUp(t, collection, 1);
  const cut = new Collection().take(datagram({ samples: [SAMPLE, words(1, 5000)] }));
  t.like(cut.process.totals.messages, { badRecord: 1 });
  t.like(cut.process.totals.records, { flows: 1, cutOff: 1 });
  assertAddsUp(t, cut, 1);
});

test("counters are multiplied by the rate of their sample when asked for", (t) => {
  const collection = new Collection({ scale: "scaled" }).take(datagram({ samples: [SAMPLE] }));
  t.is(collection.sum("packets"), 100);
  t.is(collection.process.totals.rows.scaled, 1);
});

testWithFixtures(test)("interfaces are VLANs where the probe says so, of every row", (t) => {
  const datagrams = [...exported("sflow-data-1140"), ...exported("sflow-data-1140")];
  const of = (interfaces: "snmp" | "vlan") => {
    const collection = collected(datagrams, { habits: () => ({ ...DEFAULT_HABITS, interfaces }) });
    assertAddsUp(t, collection, 2);
    return collection.rows.map(({ input, output }) => [Number(input), Number(output)]);
  };
  const tags = [100, 0, 100, 100, 100].map((tag) => [tag, 0]);
  t.deepEqual(of("vlan"), [...tags, ...tags]);
  t.deepEqual(of("snmp").slice(0, 2), [
    [27, 28],
    [49001, 25],
  ]);
});
