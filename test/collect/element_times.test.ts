/** Times of flows, in whatever elements they come. */
import test from "ava";
import { DEFAULT_HABITS } from "../../src/collect/options.js";
import { Collection, NOW } from "../support/collecting.js";
import { rowsOf } from "../support/element_flows.js";
import {
  type Field,
  FLOW_FIELDS,
  flow,
  ipfix,
  netFlow9,
  optionsTemplate,
  set,
  template,
  u32,
  u64,
} from "../support/ipfix_messages.js";

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
    t.like(rowsOf(fields, values)[0], { stime: start, etime: end }, JSON.stringify(fields));
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
