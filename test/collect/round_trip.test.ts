/** What our exporting process sends becomes the rows of its flows. */
import test from "ava";
import fc from "fast-check";
import type { Encoder } from "../../src/formats/encoder.js";
import { IpfixEncoder } from "../../src/formats/ipfix/encoder.js";
import { exportStatistics, interfaceName } from "../../src/formats/ipfix/options.js";
import { samplingRecord } from "../../src/formats/ipfix/sampling.js";
import { NetFlow9Encoder } from "../../src/formats/netflow/v9.js";
import type { SamplingMode } from "../../src/meter/sampling.js";
import { anyFlow, batchOf, type Flow } from "../support/batches.js";
import { assertAddsUp, Collection, NOW } from "../support/collecting.js";
import { atTimesBefore, carriedBy, expectedRows } from "../support/one_way_rows.js";

const clock = () => NOW / 1000;

function datagrams(encoder: Encoder, flows: readonly Flow[]): Uint8Array[] {
  const made: Uint8Array[] = [];
  const emit = (octets: Uint8Array) => made.push(octets.slice());
  encoder.encode(batchOf(flows), emit);
  encoder.flush(emit);
  return made;
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

const ENCODERS: Readonly<Record<string, readonly [version: 9 | 10, encoder: () => Encoder]>> = {
  "NetFlow 9": [9, () => new NetFlow9Encoder({ clock, maxMessage: 600 })],
  IPFIX: [10, () => new IpfixEncoder({ clock, maxMessage: 1024, timestamps: "microseconds" })],
};

for (const [name, [version, encoder]] of Object.entries(ENCODERS)) {
  test(`flows of our ${name} come back, each direction a row, and none seems lost`, (t) => {
    fc.assert(
      fc.property(fc.array(anyFlow, { minLength: 1, maxLength: 60 }), (random) => {
        const flows = atTimesBefore(NOW, random);
        const collection = new Collection();
        const messages = datagrams(encoder(), flows);
        for (const each of messages) collection.take(each);
        t.deepEqual(sorted(collection.rows.map(carriedBy(version))), sorted(expectedRows(flows, version)));
        assertAddsUp(t, collection, messages.length);
        t.like(collection.process.totals.sequence, { lostMessages: 0, lostRecords: 0, restarts: 0 });
      }),
      { numRuns: 60 },
    );
  });

  test(`messages of our ${name} that do not come leave a gap, and not more`, (t) => {
    // Of one shape, so that the first message has the only template.
    const [flow] = atTimesBefore(NOW, fc.sample(anyFlow, { numRuns: 1, seed: 1 }));
    const messages = datagrams(encoder(), new Array<Flow>(200).fill(flow!));
    t.true(messages.length > 10);
    const whole = new Collection();
    for (const each of messages) whole.take(each);
    const holed = new Collection();
    for (const [k, each] of messages.entries()) if (k !== 5 && k !== 6) holed.take(each);
    const { lostMessages, lostRecords, restarts } = holed.process.totals.sequence;
    const missing = whole.process.totals.records.flows - holed.process.totals.records.flows;
    t.true(missing > 0);
    t.deepEqual([lostMessages, lostRecords], name === "IPFIX" ? [0, missing] : [2, 0]);
    t.is(restarts, 0);
  });
}

test("our sampling options scale the flows, whatever the mode", (t) => {
  const [flow] = atTimesBefore(NOW, [{ ...fc.sample(anyFlow, 1)[0]!, packets: 10, octets: 1000, reversePackets: 0 }]);
  for (const mode of ["systematic", "random", "flow"] satisfies SamplingMode[]) {
    const sampling = { mode, interval: 50 };
    const nine = datagrams(new NetFlow9Encoder({ clock, sampling }), [flow!]);
    const ipfix: Uint8Array[] = [];
    const emit = (octets: Uint8Array) => ipfix.push(octets.slice());
    const encoder = new IpfixEncoder({ clock });
    encoder.encodeOptions([samplingRecord(sampling)], emit);
    encoder.encode(batchOf([flow!]), emit);
    encoder.flush(emit);
    for (const messages of [nine, ipfix]) {
      const collection = new Collection({ scale: "scaled" });
      for (const each of messages) collection.take(each);
      t.like(collection.rows[0], { packets: 500n, bytes: 50_000n });
      t.is(collection.process.totals.rows.scaled, 1);
    }
  }
});

test("statistics and names of our exporter are options, not flows", (t) => {
  const messages: Uint8Array[] = [];
  const emit = (octets: Uint8Array) => messages.push(octets.slice());
  const encoder = new IpfixEncoder({ clock });
  const statistics = { exportingProcess: 1, messages: 2, flows: 3, octets: 4, notSentFlows: 5 };
  encoder.encodeOptions(
    [exportStatistics(0, statistics), interfaceName({ index: 1, name: "eth0", description: "" })],
    emit,
  );
  encoder.flush(emit);
  const collection = new Collection();
  for (const each of messages) collection.take(each);
  t.like(collection.process.totals.records, { options: 2, flows: 0 });
});
