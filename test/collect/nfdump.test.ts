/** What nfpcapd sends: live, written by hand, and damaged. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { CollectingProcess } from "../../src/collect/collecting_process.js";
import { DEFAULT_HABITS, type ExporterHabits } from "../../src/collect/options.js";
import { OctetSource } from "../../src/files/octet_source.js";
import { NfdumpRows } from "../../src/formats/nfdump/rows.js";
import { FlowColumns } from "../../src/record/columns.js";
import { concat } from "../support/capture_writer.js";
import { assertAddsUp, Collection, NOW, PEER } from "../support/collecting.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import * as nf from "../support/nfdump_files.js";
import { nfdumpMessage, sentByNfpcapd } from "../support/nfpcapd.js";
import { allRows, type PlainRow, rowAt } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const withFixtures = testWithFixtures(test);
const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** Every record becomes a row. */
const keepAll = (): ExporterHabits => ({ ...DEFAULT_HABITS, addressless: "keep", idle: "one packet" });

interface Totals {
  flows: number;
  packets: number;
  octets: number;
}

function totalsByKey<Each>(
  all: readonly Each[],
  key: (each: Each) => string,
  counts: (each: Each) => [number, number],
) {
  const totals = new Map<string, Totals>();
  for (const each of all) {
    const [packets, octets] = counts(each);
    const sums = totals.get(key(each)) ?? { flows: 0, packets: 0, octets: 0 };
    sums.flows += 1;
    sums.packets += packets;
    sums.octets += octets;
    totals.set(key(each), sums);
  }
  return totals;
}

const dotted = (address: number | bigint) => [24n, 16n, 8n, 0n].map((by) => (BigInt(address) >> by) & 255n).join(".");

const CAPTURES = [
  { name: "teams", options: [], sends: "what fills a message" },
  { name: "http_ipv6", options: [], sends: "what fills a message" },
  { name: "teams", options: ["-o", "fat,payload"], sends: "all" },
  { name: "http_ipv6", options: ["-o", "payload"], sends: "all" },
] as const;

for (const { name, options, sends } of CAPTURES) {
  const called = ["nfpcapd", ...options, name].join(" ");
  withFixtures(`${called} sends the rows that it writes into a file`, async (t) => {
    if (!haveTools(t, "nfpcapd")) return;
    const capture = join(FIXTURES, "captures", `${name}.pcap`);
    const collection = new Collection();
    let messages = 0;
    await sentByNfpcapd(capture, options, (octets) => {
      messages += 1;
      collection.take(octets);
    });
    const file = nf.meteredByNfpcapd(capture, join(scratch.path, called.replaceAll(" ", "")), options);
    const written = allRows(new NfdumpRows(new OctetSource(file)));
    const { rows, process } = collection;
    t.true(messages > 1);
    t.deepEqual(rows, written.slice(0, rows.length));
    // It does not send the last message when that is not full.
    if (sends === "all") t.is(rows.length, written.length);
    else t.true(written.length - rows.length < 16, `${rows.length} of ${written.length}`);
    assertAddsUp(t, collection, messages);
    t.is(process.totals.messages.decoded, messages);
    t.is(process.totals.records.flows, rows.length);
    t.like(process.totals.sequence, { lostMessages: 0, reordered: 0, restarts: 0 });
    t.deepEqual(
      process.sessions.map(({ name }) => name),
      ["192.0.2.1:2055 nfdump domain 0"],
    );
  });
}

withFixtures("what nfpcapd sends has the totals of each flow that nfdump prints of its file", async (t) => {
  if (!haveTools(t, "nfdump", "nfpcapd")) return;
  const capture = join(FIXTURES, "captures", "teams.pcap");
  const options = ["-o", "fat,payload"];
  const collection = new Collection();
  await sentByNfpcapd(capture, options, (octets) => collection.take(octets));
  const printed = nf.printedByNfdump(nf.meteredByNfpcapd(capture, join(scratch.path, "totals"), options));
  t.true(printed.length > 100);
  const ends = (proto: unknown, ...rest: readonly unknown[]) => [...rest, proto].join(" ");
  const ofPrinted = totalsByKey(
    printed,
    ({ proto, src4_addr, dst4_addr, src_port = 0, dst_port = 0 }) =>
      ends(proto, src4_addr, dst4_addr, ...(proto === 1 ? [] : [src_port, dst_port])),
    ({ in_packets, in_bytes }) => [Number(in_packets), Number(in_bytes)],
  );
  const ofRows = totalsByKey(
    collection.rows,
    ({ proto, sip_lo, dip_lo, sport, dport }) =>
      ends(proto, dotted(sip_lo), dotted(dip_lo), ...(proto === 1 ? [] : [sport, dport])),
    ({ packets, bytes }) => [Number(packets), Number(bytes)],
  );
  t.deepEqual(ofRows, ofPrinted);
});

const FLOW = nf.elementRecord(nf.generic({ packets: 7, octets: 777 }), nf.element(2, nf.ENDS4));

test("a record has the same row as in a file, whatever was in the columns before", (t) => {
  const path = join(scratch.path, "one.nfcapd");
  writeFileSync(path, nf.elementFile([{ type: 3, records: [FLOW] }]));
  const [expected] = allRows(new NfdumpRows(new OctetSource(path)));
  t.like(expected, { packets: 7n, sensor: 65535 });
  const columns = new FlowColumns(4096);
  for (const array of Object.values(columns.arrays)) array.fill(-1);
  columns.count = 100;
  const process = new CollectingProcess({ target: () => ({ room: () => columns }) });
  const octets = nfdumpMessage([FLOW, FLOW]);
  process.take({ peer: PEER, received: NOW, octets: new DataView(octets.buffer, octets.byteOffset, octets.length) });
  t.is(columns.count, 102);
  for (const at of [100, 101]) t.deepEqual(rowAt(columns, at) as PlainRow, expected);
  for (const at of [99, 102]) t.like(rowAt(columns, at), { sensor: -1, sport: -1, tos: -1, stime: 2n ** 64n - 1n });
});

test("rows beyond what is asked for at once are all written, also of records with two directions", (t) => {
  const outward = nf.element(5, nf.little([64, 1], [64, 3], [64, 333]));
  const both = nf.elementRecord(nf.generic({ packets: 7, octets: 777 }), nf.element(2, nf.ENDS4), outward);
  for (const [record, rows, taken] of [
    [both, 2, {}],
    [FLOW, 1, {}],
    [nf.elementRecord(), 1, { habits: keepAll }],
  ] as const) {
    const count = Math.floor(65_000 / record.length);
    const collection = new Collection(taken).take(nfdumpMessage(Array(count).fill(record)));
    t.is(collection.rows.length, rows * count);
    t.is(collection.process.totals.records.flows, count);
    assertAddsUp(t, collection, 1);
  }
});

test("messages that do not come are missed, those that come late are not, and a new start is none", (t) => {
  const numbered = (...numbers: readonly number[]) => {
    const collection = new Collection();
    for (const sequence of numbers) collection.take(nfdumpMessage([FLOW, FLOW], { sequence }));
    return collection.process.totals.sequence;
  };
  t.like(numbered(0, 1, 2, 6, 7), { lostMessages: 3, lostRecords: 0, restarts: 0 });
  t.like(numbered(0, 1, 3, 2, 4), { lostMessages: 0, reordered: 1, restarts: 0 });
  t.like(numbered(900, 901, 0, 1), { lostMessages: 0, restarts: 1 });
});

test("each fault of a message is one outcome, and each record in one counter", (t) => {
  const countsOf = (octets: Uint8Array) => {
    const collection = new Collection().take(octets);
    assertAddsUp(t, collection, 1);
    const { messages, records } = collection.process.totals;
    const some = (counts: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
    return [Object.keys(some(messages)).join(), some(records)];
  };
  const unknown = nf.little([16, 99], [16, 8], [32, 0]);
  const damaged = nf.elementRecord(nf.element(1, new Uint8Array(8)));
  const nowhere = nf.elementRecord(nf.generic({ packets: 7, octets: 777 }));
  const idle = nf.elementRecord(nf.generic({ packets: 0, octets: 0 }), nf.element(2, nf.ENDS4));
  const tooLong = nf.little([16, 11], [16, 500], [32, 0]);
  const tooShort = nf.little([16, 11], [16, 3]);
  const whole = nfdumpMessage([FLOW, FLOW]);
  t.deepEqual(countsOf(whole), ["decoded", { flows: 2 }]);
  t.deepEqual(countsOf(nfdumpMessage([])), ["decoded", {}]);
  t.deepEqual(countsOf(nfdumpMessage([unknown, FLOW])), ["decoded", { flows: 1, unknown: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([nowhere, FLOW])), ["decoded", { flows: 1, noAddresses: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([idle, FLOW])), ["decoded", { flows: 1, noTraffic: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([damaged, FLOW])), ["badRecord", { flows: 1, damaged: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW, tooLong, FLOW])), ["badRecord", { flows: 1, cutOff: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW, tooShort, FLOW])), ["badRecord", { flows: 1, cutOff: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW, Uint8Array.of(11, 0, 4)])), ["badRecord", { flows: 1, cutOff: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW, FLOW], { records: 1 })), ["badSet", { flows: 2 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW], { records: 0xffff_ffff })), ["badSet", { flows: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW], { length: 15 })), ["badSet", {}]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW], { length: 2000 })), ["cutOff", { flows: 1 }]);
  t.deepEqual(countsOf(nfdumpMessage([FLOW, FLOW], { length: 16 + FLOW.length, records: 1 })), [
    "decoded",
    { flows: 1 },
  ]);
  for (let length = 0; length < whole.length; length++) {
    const body = length - 16;
    const flows = Math.max(0, Math.floor(body / FLOW.length));
    const cutOff = body > 0 && body % FLOW.length > 0 ? 1 : 0;
    t.deepEqual(countsOf(whole.subarray(0, length)), [
      "cutOff",
      { ...(flows > 0 && { flows }), ...(cutOff > 0 && { cutOff }) },
    ]);
  }
});

test("sampled counters are multiplied, impossible times corrected, and records without traffic kept, when asked for", (t) => {
  const idle = nf.elementRecord(nf.generic({ packets: 0, octets: 0 }), nf.element(2, nf.ENDS4));
  const message = nfdumpMessage([FLOW, idle]);
  t.like(
    new Collection({ scale: "scaled", habits: () => ({ ...DEFAULT_HABITS, samplingInterval: 100 }) }).take(message)
      .rows[0],
    {
      packets: 700n,
      bytes: 77_700n,
    },
  );
  t.like(new Collection({ habits: () => ({ ...DEFAULT_HABITS, idle: "one packet" }) }).take(message).rows[1], {
    packets: 1n,
    bytes: 0n,
  });
  const late = new Collection({ allowedTimes: { past: 60, future: 60 } });
  late.take(message, { received: NOW + 3_600_000_000 });
  t.is(late.rows[0]?.etime, BigInt(NOW + 3_600_000_000));
  t.is(late.process.totals.rows.corrected, 1);
});

test("times beyond what a number holds are the latest that one does", (t) => {
  const ends = nf.element(2, nf.ENDS4);
  const far = nf.element(1, nf.little([64, 2n ** 63n - 1n], [64, 2n ** 64n - 1n], [64, 0], [64, 1], [64, 1], [64, 6]));
  const [row] = new Collection().take(nfdumpMessage([nf.elementRecord(far, ends)])).rows;
  t.deepEqual([row?.stime, row?.etime], [BigInt(Number.MAX_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)]);
});

/** A record of nfpcapd or near it: elements of any kind, some cut, some wrong. */
const anyElement = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.uint8Array({ maxLength: 60 }))
  .map(([type, value]) => nf.element(type, value));
const anyRecord = fc.oneof(
  fc.constant(FLOW),
  fc.array(anyElement, { maxLength: 5 }).map((elements) => nf.elementRecord(...elements)),
);
const changes = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 1, 4, 11, 12, 255), fc.nat(255))), {
  maxLength: 6,
});

test("changed and cut messages are read or counted, never more", (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(anyRecord, { maxLength: 20 }), changes, fc.nat()), { minLength: 1, maxLength: 10 }),
      fc.boolean(),
      (all, kept) => {
        const collection = new Collection({
          ...(kept && { habits: keepAll, scale: "scaled", allowedTimes: { past: 86_400, future: 60 } }),
        });
        all.forEach(([records, octets, keep], k) => {
          const message = Buffer.from(nfdumpMessage(records, { sequence: k }));
          for (const [at, value] of octets) message[2 + (at % (message.length - 2))] = value;
          collection.take(keep % 3 === 0 ? message.subarray(0, 2 + (keep % message.length)) : message);
        });
        assertAddsUp(t, collection, all.length);
      },
    ),
    { numRuns: 300 },
  );
});

test("octets of any kind behind the version are read or counted", (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 10 }), (bodies) => {
      const collection = new Collection();
      for (const body of bodies) collection.take(concat([Uint8Array.of(0, 240), body]));
      assertAddsUp(t, collection, bodies.length);
      t.is(collection.process.totals.messages.unknownVersion, 0);
    }),
    { numRuns: 200 },
  );
});
