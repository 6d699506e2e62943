import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { DEFAULT_HABITS } from "../../src/collect/options.js";
import { NetFlow5Encoder } from "../../src/formats/netflow/v5.js";
import { anyFlow, batchOf, ipv4 } from "../support/batches.js";
import { assertAddsUp, Collection, datagramsOf, NOW } from "../support/collecting.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { atTimesBefore, carriedBy, expectedRows } from "../support/one_way_rows.js";

testWithFixtures(test)("a router's NetFlow 5 becomes rows with their times, interfaces and next hops", (t) => {
  const collection = new Collection();
  for (const { octets, ...from } of datagramsOf(join(FIXTURES, "export", "netflow-nfv5.pcap")))
    collection.take(octets, from);
  t.is(collection.rows.length, 29);
  assertAddsUp(t, collection, 1);
  const [session] = collection.process.sessions;
  t.is(session?.identity.protocol, "netflow5");
  t.deepEqual([session?.counters.messages.decoded, session?.counters.records.flows], [1, 29]);
});

test("flows of our NetFlow 5 come back with every value that the format has", (t) => {
  fc.assert(
    fc.property(fc.array(anyFlow, { minLength: 1, maxLength: 70 }), (random) => {
      const flows = atTimesBefore(NOW, random);
      const collection = new Collection();
      let messages = 0;
      const encoder = new NetFlow5Encoder({ clock: () => NOW / 1000 });
      const emit = (octets: Uint8Array) => {
        messages += 1;
        collection.take(octets);
      };
      encoder.encode(batchOf(flows), emit);
      encoder.flush(emit);
      const ipv4Flows = flows.filter(({ ipVersion }) => ipVersion === 4);
      t.deepEqual(collection.rows.map(carriedBy(5)), expectedRows(ipv4Flows, 5));
      assertAddsUp(t, collection, messages);
      t.is(collection.process.totals.sequence.lostRecords, 0);
    }),
    { numRuns: 60 },
  );
});

/** A message of NetFlow 5 with one record for each pair of first and last uptime. */
function message({
  version = 5,
  uptime = 1000,
  seconds = NOW / 1e6,
  sequence = 0,
  sampling = 0,
  flows = [[500, 900]],
}: {
  version?: 5 | 7;
  uptime?: number;
  seconds?: number;
  sequence?: number;
  sampling?: number;
  flows?: readonly (readonly [first: number, last: number])[];
}): Buffer {
  const size = version === 5 ? 48 : 52;
  const octets = Buffer.alloc(24 + flows.length * size);
  octets.writeUInt16BE(version, 0);
  octets.writeUInt16BE(flows.length, 2);
  octets.writeUInt32BE(uptime, 4);
  octets.writeUInt32BE(seconds, 8);
  octets.writeUInt32BE(sequence, 16);
  octets.writeUInt16BE(sampling, 22);
  flows.forEach(([first, last], k) => {
    const at = 24 + k * size;
    octets.set(ipv4(192, 0, 2, 7).slice(12), at);
    octets.set(ipv4(198, 51, 100, 8).slice(12), at + 4);
    octets.set(ipv4(203, 0, 113, 1).slice(12), at + 8);
    octets.writeUInt16BE(65535, at + 12);
    octets.writeUInt32BE(10, at + 16);
    octets.writeUInt32BE(1000, at + 20);
    octets.writeUInt32BE(first, at + 24);
    octets.writeUInt32BE(last, at + 28);
    octets.writeUInt16BE(53, at + 34);
    octets[at + 38] = 17;
    octets[at + 39] = 8;
  });
  return octets;
}

test("a record has its ports, protocol, TOS, next hop and interfaces", (t) => {
  for (const version of [5, 7] as const) {
    const [row] = new Collection().take(message({ version })).rows;
    t.deepEqual([row?.sport, row?.dport, row?.proto, row?.tos, row?.input, row?.output], [0, 53, 17, 8, 65535n, 0n]);
    t.is(row?.nhip_lo, 0xffff_cb00_7101n);
    t.deepEqual([row?.stime, row?.etime], [BigInt(NOW - 500_000), BigInt(NOW - 100_000)]);
  }
});

test("times before the wrap of the uptime are before those behind it", (t) => {
  const flows = [
    [0xffff_ff00, 200],
    [200, 1100],
  ] as const;
  const { rows } = new Collection().take(message({ uptime: 1000, flows }));
  t.deepEqual([rows[0]?.stime, rows[0]?.etime], [BigInt(NOW - 1_256_000), BigInt(NOW - 800_000)]);
  t.deepEqual([rows[1]?.stime, rows[1]?.etime], [BigInt(NOW - 800_000), BigInt(NOW + 100_000)]);
});

test("an exporter that starts again has lost nothing; one whose uptime wraps has not started again", (t) => {
  const seconds = NOW / 1e6;
  const restarted = new Collection()
    .take(message({ uptime: 5_000_000, seconds, sequence: 100_000 }))
    .take(message({ uptime: 1000, seconds: seconds + 60, sequence: 20_000 }));
  t.like(restarted.process.totals.sequence, { lostRecords: 0, restarts: 1 });
  const wrapped = new Collection()
    .take(message({ uptime: 0xffff_f000, seconds, sequence: 100_000 }))
    .take(message({ uptime: 1000, seconds: seconds + 5, sequence: 100_003 }));
  t.like(wrapped.process.totals.sequence, { lostRecords: 2, restarts: 0 });
  t.is(wrapped.process.sessions[0]?.clock.wraps, 1);
});

test("sampled counters are multiplied when asked for, by the header's interval or the configured one", (t) => {
  const octets = message({ sampling: 0x4000 | 100 });
  t.like(new Collection().take(octets).rows[0], { packets: 10n, bytes: 1000n });
  t.like(new Collection({ scale: "scaled" }).take(octets).rows[0], { packets: 1000n, bytes: 100_000n });
  const habits = () => ({ ...DEFAULT_HABITS, samplingInterval: 7 });
  t.like(new Collection({ scale: "scaled", habits }).take(octets).rows[0], { packets: 70n, bytes: 7000n });
});

test("a message cut off anywhere gives its whole records, and is counted once", (t) => {
  const flows = Array.from({ length: 3 }, () => [500, 900] as const);
  for (const version of [5, 7] as const) {
    const octets = message({ version, flows });
    const size = version === 5 ? 48 : 52;
    for (let length = 0; length <= octets.length; length++) {
      const collection = new Collection().take(octets.subarray(0, length));
      t.is(collection.rows.length, Math.max(0, Math.floor((length - 24) / size)));
      const { messages } = collection.process.totals;
      t.deepEqual([messages.decoded, messages.cutOff], length === octets.length ? [1, 0] : [0, 1]);
    }
  }
});
