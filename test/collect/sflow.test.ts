import test from "ava";
import type { SflowDecoder } from "../../src/collect/sflow.js";
import { assertAddsUp, Collection } from "../support/collecting.js";
import { u32 } from "../support/ipfix_messages.js";

/** Version 5, agent 192.0.2.9, a sub-agent, a sequence number. */
function datagram(subAgent: number, sequence: number): Buffer {
  return u32(5, 1, 0xc0000209, subAgent, sequence);
}

test("sFlow goes to its decoder, a session for each agent and sub-agent", (t) => {
  const sflow: SflowDecoder = {
    source: (octets) => (octets.byteLength < 20 ? undefined : { agent: "192.0.2.9", subAgent: octets.getUint32(12) }),
    decode: ({ octets }, session, scale) => {
      t.is(scale, "scaled");
      session.sequence.note(octets.getUint32(16), 1);
      const columns = session.target.room(1);
      columns.count += 1;
      session.counters.records.flows += 1;
      session.counters.rows.written += 1;
      return "decoded";
    },
  };
  const collection = new Collection({ sflow, scale: "scaled" });
  for (const octets of [datagram(1, 10), datagram(2, 50), datagram(1, 13), datagram(1, 14).subarray(0, 19)])
    collection.take(octets);
  t.deepEqual(
    collection.process.sessions.map(({ name, counters }) => [
      name,
      counters.rows.written,
      counters.sequence.lostMessages,
    ]),
    [
      ["192.0.2.1:2055 sflow5 domain 1 agent 192.0.2.9", 2, 2],
      ["192.0.2.1:2055 sflow5 domain 2 agent 192.0.2.9", 1, 0],
      ["192.0.2.1:2055 unknown domain 0", 0, 0],
    ],
  );
  t.like(collection.process.totals.messages, { decoded: 3, cutOff: 1 });
  assertAddsUp(t, collection, 4);
});

test("sFlow that nobody decodes is counted as such", (t) => {
  const collection = new Collection().take(datagram(1, 10));
  t.like(collection.process.totals.messages, { notDecoded: 1, unknownVersion: 0 });
});
