/** Counters of both directions, and records that are no flows. */
import test from "ava";
import { DEFAULT_HABITS, type ExporterHabits } from "../../src/collect/options.js";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { PEN } from "../../src/record/field.js";
import { Collection } from "../support/collecting.js";
import { collectionOf, rowsOf } from "../support/element_flows.js";
import { type Field, FLOW_FIELDS, flow, ipfix, netFlow9, set, template, u32, u64 } from "../support/ipfix_messages.js";

test("reverse elements, and those of initiator and responder, become the row of the other direction", (t) => {
  const reverse = rowsOf(
    [
      [2, 4, PEN.reverse],
      [1, 4, PEN.reverse],
    ],
    [u32(7, 700)],
  );
  const fields: Field[] = FLOW_FIELDS.slice(0, 5);
  const responder = new Collection().take(
    ipfix(
      {},
      set(2, template(300, ...fields, [298, 8], [231, 8], [299, 8], [232, 8])),
      set(300, flow().subarray(0, 13), u64(3), u64(300), u64(7), u64(700)),
    ),
  ).rows;
  for (const [there, back] of [reverse, responder]) {
    t.like(there, { sport: 50_000, dport: 443, packets: 3n, bytes: 300n, attributes: 0 });
    t.like(back, { sport: 443, dport: 50_000, packets: 7n, bytes: 700n, attributes: ROW_ATTRIBUTE.reverse });
    t.deepEqual([back!.sip_lo, back!.dip_lo], [there!.dip_lo, there!.sip_lo]);
  }
});

test("a record of the reverse direction only is one row", (t) => {
  const { rows: made } = collectionOf([[2, 4, PEN.reverse]], [u32(7)], {}, flow({ packets: 0, octets: 0 }));
  t.deepEqual(
    made.map(({ packets, sport }) => [packets, sport]),
    [[7n, 443]],
  );
});

test("counters behind the observation point count where there are no others, or the reverse direction when told so", (t) => {
  const fields = FLOW_FIELDS.slice(0, 5);
  const only = (counters: readonly [Field, Field], habits: Partial<ExporterHabits> = {}) =>
    new Collection({ habits: () => ({ ...DEFAULT_HABITS, ...habits }) }).take(
      ipfix({}, set(2, template(300, ...fields, ...counters)), set(300, flow().subarray(0, 13), u32(7, 700))),
    ).rows[0];
  const behind = [
    [
      [24, 4],
      [23, 4],
    ],
    [
      [172, 4],
      [171, 4],
    ],
  ] as const satisfies readonly (readonly [Field, Field])[];
  for (const each of behind) {
    t.like(only(each), { packets: 7n, bytes: 700n, sport: 50_000 });
    t.like(only(each, { post: "reverse direction" }), { packets: 7n, bytes: 700n, sport: 443 });
  }
  for (const octets of [352, 353])
    t.like(
      only([
        [2, 4],
        [octets, 4],
      ]),
      { packets: 7n, bytes: 700n },
    );
  const both = rowsOf(
    [
      [24, 4],
      [23, 4],
    ],
    [u32(7, 700)],
    { post: "reverse direction" },
  );
  t.deepEqual(
    both.map(({ packets }) => packets),
    [3n, 7n],
  );
  t.deepEqual(
    rowsOf(
      [
        [24, 4],
        [23, 4],
      ],
      [u32(7, 700)],
    ).map(({ packets }) => packets),
    [3n],
  );
});

test("refused connections leave by no interface, beginnings are no flows, ends are", (t) => {
  const event = (number: number, counts: { packets: number; octets: number }) => {
    const made = collectionOf(
      [
        [14, 4],
        [233, 1],
      ],
      [u32(9), Buffer.of(number)],
      {},
      flow(counts),
    );
    return [made.rows.map(({ packets, output }) => [packets, output]), made.process.totals.records.events];
  };
  const none = { packets: 0, octets: 0 };
  const some = { packets: 5, octets: 500 };
  t.deepEqual(event(1, none), [[], 1]);
  t.deepEqual(event(1, some), [[], 1]);
  t.deepEqual(event(2, some), [[[5n, 9n]], 0]);
  t.deepEqual(event(3, none), [[[1n, 0n]], 0]);
  t.deepEqual(event(5, some), [[[5n, 9n]], 0]);
  const old = new Collection().take(
    netFlow9({}, set(0, template(300, ...FLOW_FIELDS, [40005, 1])), set(300, flow(none), Buffer.of(3))),
  );
  t.is(old.rows.length, 1);
});

test("refused flows are marked where the probe says so", (t) => {
  const isDenied = (event: number, habits: Partial<ExporterHabits>, id = 233, length = 1) => {
    const value = Buffer.alloc(length);
    value.writeUIntBE(event, 0, length);
    // Cisco's own numbers, above 32767, are none of IPFIX.
    const message = netFlow9({}, set(0, template(300, ...FLOW_FIELDS, [id, length])), set(300, flow(), value));
    const { rows } = new Collection({ habits: () => ({ ...DEFAULT_HABITS, ...habits }) }).take(message);
    return rows.map(({ attributes }) => (Number(attributes) & ROW_ATTRIBUTE.denied) !== 0);
  };
  t.deepEqual(isDenied(3, { denied: "marked" }), [true]);
  t.deepEqual(isDenied(3, { denied: "marked" }, 40005), [true]);
  for (const refusal of [1001, 1002, 1003, 1004])
    t.deepEqual(isDenied(refusal, { denied: "marked" }, 33002, 2), [true], String(refusal));
  t.deepEqual(isDenied(2001, { denied: "marked" }, 33002, 2), [false]);
  t.deepEqual(isDenied(2, { denied: "marked" }), [false]);
  t.deepEqual(isDenied(5, { denied: "marked" }), [false]);
  t.deepEqual(isDenied(3, {}), [false]);
});

test("records without addresses or traffic are passed over and counted, or kept when told so", (t) => {
  const idle = flow({ packets: 0, octets: 0 });
  const skipped = collectionOf([], [], {}, idle);
  t.deepEqual([skipped.rows.length, skipped.process.totals.records.noTraffic], [0, 1]);
  t.like(collectionOf([], [], { idle: "one packet" }, idle).rows[0], { packets: 1n, bytes: 0n });
  const layer2 = ipfix({}, set(2, template(300, [56, 6], [2, 4], [1, 4])), set(300, Buffer.alloc(6), u32(3, 300)));
  const dropped = new Collection().take(layer2);
  t.deepEqual([dropped.rows.length, dropped.process.totals.records.noAddresses], [0, 1]);
  const habits = () => ({ ...DEFAULT_HABITS, addressless: "keep" as const });
  t.like(new Collection({ habits }).take(layer2).rows[0], { packets: 3n, bytes: 300n });
});
