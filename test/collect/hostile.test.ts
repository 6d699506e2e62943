/** What no exporter should send: nothing is thrown, nothing grows without bounds, everything is counted. */
import test from "ava";
import fc from "fast-check";
import { assertAddsUp, Collection, type Datagram, datagramsOf, NOW, PEER } from "../support/collecting.js";
import { FIXTURES, fixtureCaptures, testWithFixtures } from "../support/fixtures.js";
import { FLOW_FIELDS, flow, ipfix, netFlow9, set, template, u16 } from "../support/ipfix_messages.js";

/** Datagrams of devices, each with those that came before it from the same host. */
function exported(): Datagram[] {
  return fixtureCaptures("export")
    .filter((path) => !path.includes("sflow"))
    .flatMap((path) => datagramsOf(path).slice(0, 60));
}

/** A change of a datagram: another octet, two octets that are a length, or an end. */
type Change = readonly [kind: "octet" | "length" | "end", at: number, value: number];

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom("octet", "length", "end"),
  fc.oneof(fc.nat(60), fc.nat(1500)),
  fc.oneof(fc.constantFrom(0, 1, 4, 255, 256, 65535), fc.nat(65535)),
);

function changed(octets: Uint8Array, changes: readonly Change[]): Buffer {
  let made = Buffer.from(octets);
  for (const [kind, where, value] of changes) {
    const at = where % Math.max(1, made.length - 1);
    if (kind === "end") made = made.subarray(0, at);
    else if (kind === "octet" && at < made.length) made[at] = value;
    else if (kind === "length" && at + 2 <= made.length) made.writeUInt16BE(value, at);
  }
  return made;
}

testWithFixtures(test)("changed datagrams of devices are read or counted, never more", (t) => {
  const datagrams = exported();
  t.true(datagrams.length > 50, FIXTURES);
  const which = fc.array(fc.tuple(fc.nat(datagrams.length - 1), fc.array(change, { maxLength: 4 })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(which, fc.boolean(), (picked, scaled) => {
      const collection = new Collection({
        scale: scaled ? "scaled" : "exported",
        limits: {
          exporters: 8,
          templatesPerExporter: 6,
          templateOctets: 3000,
          waitingOctets: 20_000,
          waitingSeconds: 1,
        },
        ...(scaled && { allowedTimes: { past: 86_400, future: 60 } }),
      });
      picked.forEach(([at, changes], k) => {
        const { octets, peer } = datagrams[at]!;
        collection.take(changed(octets, changes), { peer, received: NOW + k * 200_000 });
      });
      t.true(collection.process.sessions.length <= 8);
      assertAddsUp(t, collection, picked.length);
      collection.process.close();
      t.is(collection.process.waitingDataSets, 0);
      assertAddsUp(t, collection, picked.length);
    }),
    { numRuns: 400 },
  );
});

test("octets of any kind behind any version are read or counted", (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 5, 7, 9, 10, 11),
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 10 }),
      (version, bodies) => {
        const collection = new Collection();
        for (const body of bodies) collection.take(Buffer.concat([u16(version), body]));
        assertAddsUp(t, collection, bodies.length);
      },
    ),
    { numRuns: 300 },
  );
});

test("messages of no protocol are counted with their sender", (t) => {
  const collection = new Collection();
  for (const octets of [Buffer.alloc(0), Buffer.of(9), u16(9), u16(10, 16), u16(5, 1)]) collection.take(octets);
  for (const octets of [u16(1, 0), u16(8, 0), Buffer.from("GET / HTTP/1.1\r\n"), u16(0, 4), u16(0, 5)])
    collection.take(octets);
  const [session, ...others] = collection.process.sessions;
  t.is(others.length, 0);
  t.is(session?.identity.protocol, "unknown");
  t.like(session?.counters.messages, { cutOff: 6, unknownVersion: 4, decoded: 0 });
});

test("one fault costs its set, not the others of the message", (t) => {
  const learn = set(2, template(300, ...FLOW_FIELDS));
  const outcomeOf = (octets: Buffer) => {
    const collection = new Collection().take(octets);
    const [outcome] = Object.entries(collection.process.totals.messages).find(([, count]) => count > 0)!;
    return [outcome, collection.rows.length];
  };
  const data = set(300, flow());
  t.deepEqual(outcomeOf(ipfix({}, learn, data)), ["decoded", 1]);
  t.deepEqual(outcomeOf(ipfix({}, set(2, template(5, [1, 4])), learn, data)), ["badTemplate", 1]);
  t.deepEqual(outcomeOf(ipfix({}, set(2, template(301, [1, 0])), learn, data)), ["badTemplate", 1]);
  t.deepEqual(outcomeOf(ipfix({}, set(3, u16(301, 1, 2, 1, 4)), learn, data)), ["badTemplate", 1]);
  t.deepEqual(outcomeOf(ipfix({}, set(2, u16(301, 9, 1, 4)), learn, data)), ["badTemplate", 1]);
  t.deepEqual(outcomeOf(ipfix({}, set(77, Buffer.alloc(4)), learn, data)), ["badSet", 1]);
  t.deepEqual(outcomeOf(ipfix({}, learn, data, u16(300, 3))), ["badSet", 1]);
  t.deepEqual(outcomeOf(ipfix({}, learn, data, u16(300, 5))), ["badSet", 1]);
  t.deepEqual(outcomeOf(ipfix({}, learn, data).subarray(0, -1)), ["cutOff", 0]);
  t.deepEqual(outcomeOf(netFlow9({}, set(1, u16(301, 3, 4, 1, 4)), set(0, template(300, ...FLOW_FIELDS)), data)), [
    "badTemplate",
    1,
  ]);
  const variable = set(2, template(301, [8, 4], [1, 4], [82, 65535]));
  t.deepEqual(outcomeOf(ipfix({}, variable, set(301, u16(1, 2, 0, 7), Buffer.of(9, 1)))), ["badRecord", 0]);
  t.deepEqual(outcomeOf(ipfix({}, variable, set(301, u16(1, 2, 0, 7), Buffer.of(255, 255, 255)))), ["badRecord", 0]);
});

test("padding behind records is no record", (t) => {
  const collection = new Collection().take(
    ipfix({}, set(2, template(300, ...FLOW_FIELDS), u16(0)), set(300, flow(), Buffer.alloc(3))),
  );
  t.is(collection.rows.length, 1);
  t.like(collection.process.totals.messages, { decoded: 1 });
});

test("exporters beyond the limit push out those that were silent the longest, and their counts stay", (t) => {
  const collection = new Collection({ limits: { exporters: 3 } });
  const learn = set(2, template(300, ...FLOW_FIELDS));
  const from = (host: number, second: number) => ({
    peer: { ...PEER, address: `192.0.2.${host}` },
    received: NOW + second * 1e6,
  });
  for (const host of [1, 2, 3]) collection.take(ipfix({}, learn, set(300, flow())), from(host, host));
  collection.take(ipfix({}, set(300, flow())), from(1, 4));
  collection.take(ipfix({}, learn), from(4, 5));
  t.deepEqual(
    collection.process.sessions.map(({ peer }) => peer.address),
    ["192.0.2.3", "192.0.2.1", "192.0.2.4"],
  );
  t.is(collection.process.evictedSessions, 1);
  t.is(collection.process.totals.records.flows, 4);
  assertAddsUp(t, collection, 5);
});

test("a peer whose session was pushed out begins another, whichever object names it", (t) => {
  const collection = new Collection({ limits: { exporters: 1 } });
  const learn = set(2, template(300, ...FLOW_FIELDS));
  const other = { ...PEER, address: "192.0.2.99" };
  collection.take(ipfix({}, learn, set(300, flow())));
  collection.take(ipfix({}, set(300, flow())), { peer: { ...PEER } });
  t.is(collection.process.sessions.length, 1);
  collection.take(ipfix({}, learn), { peer: other, received: NOW + 1e6 });
  for (const peer of [PEER, { ...PEER }]) collection.take(ipfix({}, set(300, flow())), { peer, received: NOW + 2e6 });
  t.deepEqual(
    collection.process.sessions.map(({ peer }) => peer.address),
    [PEER.address],
  );
  t.is(collection.process.waitingDataSets, 2);
  t.is(collection.process.totals.records.flows, 2);
});

test("more observation domains of one peer than are remembered keep their sessions apart", (t) => {
  const collection = new Collection();
  const learn = set(2, template(300, ...FLOW_FIELDS));
  const domains = Array.from({ length: 40 }, (_, domain) => domain);
  for (const domain of domains) collection.take(ipfix({ domain }, learn));
  for (const domain of [...domains, ...domains.toReversed()]) collection.take(ipfix({ domain }, set(300, flow())));
  t.deepEqual(
    collection.process.sessions.map(({ identity, counters }) => [identity.domain, counters.records.flows]),
    domains.map((domain) => [domain, 2]),
  );
});

test("templates beyond the limit of an exporter are refused, those of all push out silent exporters", (t) => {
  const many = (count: number) =>
    ipfix({}, set(2, ...Array.from({ length: count }, (_, k) => template(300 + k, ...FLOW_FIELDS))));
  const one = new Collection({ limits: { templatesPerExporter: 5 } }).take(many(20)).take(many(20));
  t.like(one.process.totals.templates, { learned: 5, refused: 30 });
  const size = 4 + 4 * FLOW_FIELDS.length;
  const all = new Collection({ limits: { templateOctets: 10 * size } });
  for (const host of [1, 2, 3]) all.take(many(4), { peer: { ...PEER, address: `192.0.2.${host}` } });
  t.deepEqual(
    all.process.sessions.map(({ peer }) => peer.address),
    ["192.0.2.2", "192.0.2.3"],
  );
  t.like(all.process.totals.templates, { learned: 12, refused: 0 });
  const greedy = new Collection({ limits: { templateOctets: 10 * size } }).take(many(20));
  t.like(greedy.process.totals.templates, { learned: 10, refused: 10 });
});

test("elements are counted apart up to a limit", (t) => {
  const collection = new Collection();
  for (let k = 0; k < 40; k++) {
    const fields = Array.from({ length: 100 }, (_, n) => [1 + ((k * 100 + n) & 0x7fff), 1, 12_345] as const);
    collection.take(
      ipfix({}, set(2, template(300 + k, ...FLOW_FIELDS, ...fields)), set(300 + k, flow(), Buffer.alloc(100))),
    );
  }
  t.is(collection.rows.length, 40);
  t.is(collection.process.unreadElements.length, 1024);
  t.is(collection.process.otherUnreadRecords, 30);
});
