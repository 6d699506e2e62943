/** Elements that devices send, and what they become. */
import test from "ava";
import type { ExporterHabits } from "../../src/collect/options.js";
import { DEFAULT_HABITS } from "../../src/collect/options.js";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { Collection, NOW } from "../support/collecting.js";
import {
  type Field,
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

const CERT = 6871;
const REVERSE = 29305;

/** Rows of a flow with more elements behind those of FLOW_FIELDS. */
function rows(fields: readonly Field[], values: readonly Buffer[], habits: Partial<ExporterHabits> = {}) {
  return collection(fields, values, habits).rows;
}

function collection(
  fields: readonly Field[],
  values: readonly Buffer[],
  habits: Partial<ExporterHabits> = {},
  base = flow(),
) {
  const learn = set(2, template(300, ...FLOW_FIELDS, ...fields));
  return new Collection({ habits: () => ({ ...DEFAULT_HABITS, ...habits }) }).take(
    ipfix({}, learn, set(300, base, ...values)),
  );
}

test("times come in any unit, relative to the export or to the exporter's start", (t) => {
  const start = BigInt(NOW - 60_000_000);
  const end = BigInt(NOW - 10_000_000);
  const ntp = (time: bigint) => u64(((time / 1_000_000n + 2_208_988_800n) << 32n) | 0n);
  const both = (a: number, b: number, length: number): Field[] => [
    [a, length],
    [b, length],
  ];
  const cases: [Field[], Buffer[]][] = [
    [both(150, 151, 4), [u32(Number(start / 1_000_000n), Number(end / 1_000_000n))]],
    [both(152, 153, 8), [u64(start / 1000n), u64(end / 1000n)]],
    [both(154, 155, 8), [ntp(start), ntp(end)]],
    [both(156, 157, 8), [ntp(start), ntp(end)]],
    [both(158, 159, 4), [u32(60_000_000, 10_000_000)]],
    [
      [[160, 8], ...both(22, 21, 4)],
      [u64((start - 5_000_000n) / 1000n), u32(5000, 55_000)],
    ],
    [
      [
        [152, 8],
        [161, 4],
      ],
      [u64(start / 1000n), u32(50_000)],
    ],
    [
      [
        [153, 8],
        [162, 4],
      ],
      [u64(end / 1000n), u32(50_000_000)],
    ],
    [
      [
        [323, 8],
        [161, 4],
      ],
      [u64(end / 1000n), u32(50_000)],
    ],
    [
      [
        [152, 8],
        [258, 8],
      ],
      [u64(start / 1000n), u64(end / 1000n)],
    ],
  ];
  for (const [fields, values] of cases)
    t.like(rows(fields, values)[0], { stime: start, etime: end }, JSON.stringify(fields));
});

test("uptimes refer to the start that options tell, across the wrap; without it the flow ended at the export", (t) => {
  const learn = set(2, template(300, ...FLOW_FIELDS, [22, 4], [21, 4]));
  const options = set(3, optionsTemplate(301, 1, [149, 4], [160, 8]));
  // Up for 50 days and some: the 32 bits began again 1,000 seconds ago.
  const started = BigInt(NOW / 1000) - 4_294_967_296n - 1_000_000n;
  const data = set(300, flow(), u32(4_294_967_000, 4296));
  const told = new Collection().take(ipfix({}, learn, options, set(301, u32(0), u64(started)), data));
  const wrapped = BigInt(NOW) - 1_000_296_000n;
  t.like(told.rows[0], { stime: wrapped, etime: BigInt(NOW) - 995_704_000n });
  const untold = new Collection().take(ipfix({}, learn, set(300, flow(), u32(1000, 5000))));
  t.like(untold.rows[0], { stime: BigInt(NOW - 4_000_000), etime: BigInt(NOW) });
});

test("NetFlow 9 that has its uptime in seconds is understood when told so", (t) => {
  const message = netFlow9(
    { uptime: 1000 },
    set(0, template(300, ...FLOW_FIELDS, [22, 4], [21, 4])),
    set(300, flow(), u32(990_000, 995_000), Buffer.alloc(3)),
  );
  const habits = () => ({ ...DEFAULT_HABITS, uptime: "seconds" as const });
  t.like(new Collection({ habits }).take(message).rows[0], {
    stime: BigInt(NOW - 10_000_000),
    etime: BigInt(NOW - 5_000_000),
  });
});

test("reverse elements, and those of initiator and responder, become the row of the other direction", (t) => {
  const reverse = rows(
    [
      [2, 4, REVERSE],
      [1, 4, REVERSE],
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
  const { rows: made } = collection([[2, 4, REVERSE]], [u32(7)], {}, flow({ packets: 0, octets: 0 }));
  t.deepEqual(
    made.map(({ packets, sport }) => [packets, sport]),
    [[7n, 443]],
  );
});

test("counters behind the observation point count where there are no others, or the reverse direction when told so", (t) => {
  const fields = FLOW_FIELDS.slice(0, 5);
  const only = (habits: Partial<ExporterHabits>) =>
    new Collection({ habits: () => ({ ...DEFAULT_HABITS, ...habits }) }).take(
      ipfix({}, set(2, template(300, ...fields, [24, 4], [23, 4])), set(300, flow().subarray(0, 13), u32(7, 700))),
    ).rows;
  t.like(only({})[0], { packets: 7n, bytes: 700n, sport: 50_000 });
  t.like(only({ post: "reverse direction" })[0], { packets: 7n, bytes: 700n, sport: 443 });
  const both = rows(
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
    rows(
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
    const made = collection(
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

test("records without addresses or traffic are passed over and counted, or kept when told so", (t) => {
  const idle = flow({ packets: 0, octets: 0 });
  const skipped = collection([], [], {}, idle);
  t.deepEqual([skipped.rows.length, skipped.process.totals.records.noTraffic], [0, 1]);
  t.like(collection([], [], { idle: "one packet" }, idle).rows[0], { packets: 1n, bytes: 0n });
  const layer2 = ipfix({}, set(2, template(300, [56, 6], [2, 4], [1, 4])), set(300, Buffer.alloc(6), u32(3, 300)));
  const dropped = new Collection().take(layer2);
  t.deepEqual([dropped.rows.length, dropped.process.totals.records.noAddresses], [0, 1]);
  const habits = () => ({ ...DEFAULT_HABITS, addressless: "keep" as const });
  t.like(new Collection({ habits }).take(layer2).rows[0], { packets: 3n, bytes: 300n });
});

test("next hops are those of the routing table, else of BGP, of the version that has one", (t) => {
  const nextHop = (fields: Field[], ...values: Buffer[]) => {
    const [row] = rows(fields, values);
    return `${row!.nhip_hi} ${row!.nhip_lo}`;
  };
  const mapped = (low: number) => `0 ${(0xffffn << 32n) | BigInt(low)}`;
  t.is(
    nextHop(
      [
        [15, 4],
        [18, 4],
      ],
      u32(1, 2),
    ),
    mapped(1),
  );
  t.is(nextHop([[18, 4]], u32(2)), mapped(2));
  t.is(
    nextHop(
      [
        [62, 16],
        [15, 4],
      ],
      Buffer.alloc(16),
      u32(5),
    ),
    mapped(5),
  );
  t.is(nextHop([[63, 16]], u64(1), u64(2)), "1 2");
  t.is(nextHop([], Buffer.alloc(0)), mapped(0));
});

test("interfaces have 16 or 32 bits, and the physical ones stand where there are no others", (t) => {
  t.like(
    rows(
      [
        [10, 2],
        [14, 2],
      ],
      [u16(65535, 3)],
    )[0],
    { input: 65535n, output: 3n },
  );
  t.like(
    rows(
      [
        [10, 4],
        [14, 4],
      ],
      [u32(4_000_000_000, 3)],
    )[0],
    { input: 4_000_000_000n, output: 3n },
  );
  t.like(
    rows(
      [
        [252, 4],
        [253, 4],
      ],
      [u32(7, 8)],
    )[0],
    { input: 7n, output: 8n },
  );
  const [there, back] = rows(
    [
      [252, 4],
      [253, 4],
      [2, 4, REVERSE],
    ],
    [u32(7, 8, 1)],
  );
  t.deepEqual([there!.input, back!.input, back!.output], [7n, 8n, 7n]);
});

test("tags: the innermost one that is there, and behind the device in the other direction", (t) => {
  t.is(
    rows(
      [
        [243, 2],
        [245, 2],
      ],
      [u16(5, 0)],
    )[0]?.vlan,
    5,
  );
  t.is(
    rows(
      [
        [243, 2],
        [245, 2],
      ],
      [u16(5, 6)],
    )[0]?.vlan,
    6,
  );
  t.deepEqual(
    rows(
      [
        [58, 2],
        [59, 2],
        [2, 4, REVERSE],
      ],
      [u16(5, 9), u32(1)],
    ).map(({ vlan }) => vlan),
    [5, 9],
  );
});

test("ICMP type and code come in one element or two, of either version", (t) => {
  const icmp = (protocol: number, fields: Field[], ...values: Buffer[]) =>
    collection(fields, values, {}, flow({ protocol, port: 0 })).rows[0]?.dport;
  t.is(icmp(1, [[32, 2]], u16(0x0301)), 0x0301);
  t.is(
    icmp(
      58,
      [
        [32, 2],
        [139, 2],
      ],
      u16(0, 0x8000),
    ),
    0x8000,
  );
  t.is(
    icmp(
      1,
      [
        [176, 1],
        [177, 1],
      ],
      Buffer.of(3, 4),
    ),
    0x0304,
  );
  t.is(
    icmp(
      58,
      [
        [178, 1],
        [179, 1],
      ],
      Buffer.of(128, 0),
    ),
    0x8000,
  );
});

test("reasons of the end tell the active timeout and continuations", (t) => {
  t.like(rows([[136, 1]], [Buffer.of(2)])[0], { end_reason: 2, attributes: ROW_ATTRIBUTE.activeTimeout });
  t.like(rows([[136, 1]], [Buffer.of(0x83)])[0], { end_reason: 3, attributes: ROW_ATTRIBUTE.continuation });
});

test("octets of elements that no column takes are passed over, and counted by enterprise and element", (t) => {
  const { process, rows: made } = collection(
    [
      [225, 4],
      [1, 3, 9],
      [999, 65535],
      [5, 1],
    ],
    [u32(1), Buffer.alloc(3), Buffer.of(2, 1, 2), Buffer.of(8)],
  );
  t.like(made[0], { tos: 8, packets: 3n });
  t.deepEqual(
    process.unreadElements.map(({ pen, id, records }) => [pen, id, records]),
    [
      [0, 225, 1],
      [0, 999, 1],
      [9, 1, 1],
    ],
  );
});

test("structured data is passed over, in short and in long form, and what is behind is read", (t) => {
  for (const id of [291, 292, 293])
    for (const list of [Buffer.of(3, 1, 2, 3), Buffer.concat([Buffer.of(255), u16(400), Buffer.alloc(400, 7)])])
      t.like(
        rows(
          [
            [id, 65535],
            [5, 1],
          ],
          [list, Buffer.of(8)],
        )[0],
        { tos: 8, flags: 0 },
      );
});

test("TCP flags are read out of a list of YAF's, wherever they stand in it", (t) => {
  const entry = (id: number, ...values: number[]) => Buffer.concat([u16(id, 4 + values.length), Buffer.from(values)]);
  const learn = set(
    2,
    template(300, ...FLOW_FIELDS, [2, 4, REVERSE], [293, 65535]),
    template(301, [184, 4], [14, 1, CERT], [15, 1, CERT], [14 | 0x4000, 1, CERT], [15 | 0x4000, 1, CERT]),
    template(302, [185, 2]),
  );
  const flags = (...entries: Buffer[]) => {
    const list = Buffer.concat([Buffer.of(3), ...entries]);
    const made = new Collection().take(ipfix({}, learn, set(300, flow(), u32(2), Buffer.of(list.length), list))).rows;
    return made.map((row) => [
      row.flags,
      row.initial_flags,
      row.session_flags,
      Number(row.attributes) & ROW_ATTRIBUTE.flagsSeparate,
    ]);
  };
  const tcp = entry(301, 0, 0, 0, 1, 0x02, 0x18, 0x12, 0x19);
  const found = [
    [0x1a, 2, 0x18, 128],
    [0x1b, 0x12, 0x19, 128],
  ];
  t.deepEqual(flags(tcp), found);
  t.deepEqual(flags(entry(302, 1, 2), entry(999, 1), tcp), found);
  const none = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  t.deepEqual(flags(), none);
  t.deepEqual(flags(entry(302, 1, 2)), none);
  t.deepEqual(flags(entry(301, 1, 2)), none);
  t.deepEqual(flags(u16(301, 0)), none);
  t.deepEqual(flags(u16(301, 60_000)), none);
});

test("flows that end before they start, or that nobody believes, are corrected and counted", (t) => {
  const fields: Field[] = [...FLOW_FIELDS, [152, 8], [153, 8]];
  const learn = set(2, template(300, ...fields));
  const now = NOW / 1000;
  const data = (start: number, end: number) => set(300, flow(), u64(start), u64(end));
  const all = () => new Collection().take(ipfix({}, learn, data(now - 1000, now - 2000), data(5, 10)));
  t.deepEqual(
    all().rows.map(({ stime, etime }) => (etime as bigint) - (stime as bigint)),
    [0n, 5000n],
  );
  t.is(all().process.totals.rows.corrected, 1);
  const allowed = new Collection({ allowedTimes: { past: 3600, future: 60 } }).take(
    ipfix(
      {},
      learn,
      data(5, 10),
      data(now + 61_000, now + 62_000),
      data(now - 7_000_000, now),
      data(now - 3000, now - 2000),
    ),
  );
  t.deepEqual(
    allowed.rows.map(({ stime, etime }) => [Number(stime) - NOW, Number(etime) - NOW]),
    [
      [-5000, 0],
      [-1_000_000, 0],
      [-3_600_000_000, 0],
      [-3_000_000, -2_000_000],
    ],
  );
  t.is(allowed.process.totals.rows.corrected, 3);
});
