import test from "ava";
import { assertAddsUp, Collection, NOW, PEER } from "../support/collecting.js";
import {
  FLOW_FIELDS,
  flow,
  ipfix,
  netFlow9,
  optionsTemplate,
  set,
  template,
  u16,
  u32,
  u64,
} from "../support/ipfix_messages.js";

const TEMPLATE = set(2, template(300, ...FLOW_FIELDS));
const SECOND = 1_000_000;

test("data before its template is kept, and decoded as of its own message when the template comes", (t) => {
  for (const message of [ipfix, netFlow9]) {
    const collection = new Collection();
    const learn = message === ipfix ? TEMPLATE : set(0, template(300, ...FLOW_FIELDS));
    collection.take(message({ exported: 1_600_000_000 }, set(300, flow({ port: 1 }), flow({ port: 2 }))));
    t.is(collection.rows.length, 0);
    t.is(collection.process.waitingDataSets, 1);
    collection.take(message({ sequence: 2 }, learn, set(300, flow({ port: 3 }))));
    t.deepEqual(
      collection.rows.map(({ dport }) => dport),
      [1, 2, 3],
    );
    t.deepEqual(
      collection.rows.map(({ stime }) => stime),
      [1_600_000_000_000_000n, 1_600_000_000_000_000n, BigInt(NOW)],
    );
    t.is(collection.process.waitingDataSets, 0);
    t.like(collection.process.totals.dataSets, { decoded: 2, expired: 0 });
    assertAddsUp(t, collection, 2);
  }
});

test("data whose template does not come in time, or finds no room, is counted lost", (t) => {
  const collection = new Collection({ limits: { waitingSeconds: 10, waitingOctets: 4000 } });
  collection.take(ipfix({}, set(300, flow())), { received: NOW });
  collection.take(ipfix({}, set(300, flow())), { received: NOW + 5 * SECOND });
  // A quarter of the room is one exporter's.
  for (let k = 0; k < 10; k++) collection.take(ipfix({}, set(300, flow())), { received: NOW + 6 * SECOND });
  t.is(collection.process.waitingDataSets, 3);
  t.like(collection.process.totals.dataSets, { noRoom: 9 });
  collection.process.expire(NOW + 12 * SECOND);
  t.like(collection.process.totals.dataSets, { expired: 1 });
  collection.take(ipfix({}, TEMPLATE), { received: NOW + 13 * SECOND });
  t.is(collection.rows.length, 2);
  t.like(collection.process.totals.dataSets, { decoded: 2, expired: 1, noRoom: 9 });
  assertAddsUp(t, collection, 13);
});

test("sets that wait when their exporter is over are counted", (t) => {
  const collection = new Collection();
  collection.take(ipfix({}, set(300, flow())));
  collection.process.end(PEER);
  t.like(collection.process.totals.dataSets, { forgotten: 1 });
  t.is(collection.process.sessions.length, 0);
  assertAddsUp(t, collection, 1);
});

test("templates are those of their exporter, port and domain only", (t) => {
  const collection = new Collection().take(ipfix({ domain: 1 }, TEMPLATE));
  collection.take(ipfix({ domain: 2 }, set(300, flow())));
  collection.take(ipfix({ domain: 1 }, set(300, flow())), { peer: { ...PEER, port: 1 } });
  collection.take(ipfix({ domain: 1 }, set(300, flow())), { peer: { ...PEER, address: "192.0.2.2" } });
  collection.take(netFlow9({ domain: 1 }, set(300, flow())));
  t.is(collection.rows.length, 0);
  collection.take(ipfix({ domain: 1 }, set(300, flow())));
  t.is(collection.rows.length, 1);
});

test("withdrawn templates hold no longer: one of them, all of data, all of options", (t) => {
  const options = set(3, optionsTemplate(301, 1, [149, 4], [34, 4]));
  const withdraw = (id: number, of: 2 | 3) => ipfix({}, set(of, u16(id, 0)));
  const data = ipfix({}, set(300, flow()), set(301, u32(0, 10)));
  const after = (...messages: Buffer[]) => {
    const collection = new Collection().take(ipfix({}, TEMPLATE, options));
    for (const each of messages) collection.take(each);
    collection.take(data);
    const { dataSets, templates } = collection.process.totals;
    return [dataSets.decoded, collection.process.waitingDataSets, templates.withdrawn];
  };
  t.deepEqual(after(), [2, 0, 0]);
  t.deepEqual(after(withdraw(300, 2)), [1, 1, 1]);
  t.deepEqual(after(withdraw(2, 2)), [1, 1, 1]);
  t.deepEqual(after(withdraw(3, 3)), [1, 1, 1]);
  t.deepEqual(after(withdraw(2, 2), withdraw(3, 3)), [0, 2, 2]);
  t.deepEqual(after(withdraw(999, 2)), [2, 0, 0]);
});

test("a template that changes holds from then on, and is counted; sent again it is not", (t) => {
  const collection = new Collection();
  collection.take(ipfix({}, TEMPLATE, set(300, flow({ port: 443 }))));
  collection.take(ipfix({}, TEMPLATE));
  t.like(collection.process.totals.templates, { learned: 1, changed: 0 });
  // Source and destination port change places.
  const swapped = [...FLOW_FIELDS];
  swapped.splice(2, 2, [11, 2], [7, 2]);
  collection.take(ipfix({}, set(2, template(300, ...swapped)), set(300, flow({ port: 443 }))));
  t.deepEqual(
    collection.rows.map(({ sport, dport }) => [sport, dport]),
    [
      [50_000, 443],
      [443, 50_000],
    ],
  );
  t.like(collection.process.totals.templates, { learned: 1, changed: 1 });
});

test("templates over UDP hold as long as they are sent again in time, those over TCP for ever", (t) => {
  const limits = { templateSeconds: 100 };
  const at = (seconds: number) => ({ received: NOW + seconds * SECOND });
  const collection = new Collection({ limits });
  collection
    .take(ipfix({}, TEMPLATE), at(0))
    .take(ipfix({}, TEMPLATE), at(90))
    .take(ipfix({}, set(300, flow())), at(180));
  t.is(collection.rows.length, 1);
  collection.take(ipfix({}, set(300, flow())), at(191));
  t.is(collection.rows.length, 1);
  t.is(collection.process.totals.templates.expired, 1);
  const peer = { ...PEER, transport: "tcp" as const };
  const stream = new Collection({ limits });
  stream.take(ipfix({}, TEMPLATE), { peer, ...at(0) }).take(ipfix({}, set(300, flow())), { peer, ...at(1e6) });
  t.is(stream.rows.length, 1);
});

test("a NetFlow 9 exporter that starts again has to send its templates again", (t) => {
  const learn = set(0, template(300, ...FLOW_FIELDS));
  const collection = new Collection().take(netFlow9({ uptime: 90_000_000, sequence: 5000 }, learn));
  collection.take(netFlow9({ uptime: 5000, exported: 1_700_000_060, sequence: 0 }, set(300, flow())));
  t.is(collection.rows.length, 0);
  t.like(collection.process.totals.sequence, { restarts: 1, lostMessages: 0 });
  collection.take(netFlow9({ uptime: 6000, exported: 1_700_000_061, sequence: 1 }, learn));
  t.is(collection.rows.length, 1);
});

test("options that cannot be are passed over, and their sampling with them", (t) => {
  const options = set(3, optionsTemplate(301, 1, [149, 4], [34, 8]));
  const scaled = (interval: bigint) =>
    new Collection({ scale: "scaled" })
      .take(ipfix({}, TEMPLATE, options, set(301, u32(0), u64(interval)), set(300, flow({ packets: 3 }))))
      .rows.map(({ packets }) => packets);
  t.deepEqual(scaled(10n), [30n]);
  t.deepEqual(scaled(0n), [3n]);
  t.deepEqual(scaled(2n ** 63n), [3n]);
});

test("IPFIX and NetFlow 9 of one exporter are sessions of their own, with their counters", (t) => {
  const collection = new Collection();
  collection.take(ipfix({ domain: 7 }, TEMPLATE, set(300, flow())));
  collection.take(netFlow9({ domain: 7 }, set(300, flow())));
  t.deepEqual(
    collection.process.sessions.map(({ name, counters }) => [name, counters.records.flows]),
    [
      ["192.0.2.1:2055 ipfix domain 7", 1],
      ["192.0.2.1:2055 netflow9 domain 7", 0],
    ],
  );
});
