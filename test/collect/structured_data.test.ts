/** Elements that no column takes, and lists within records. */
import test from "ava";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { PEN } from "../../src/record/field.js";
import { Collection } from "../support/collecting.js";
import { collectionOf, rowsOf } from "../support/element_flows.js";
import { type Field, FLOW_FIELDS, flow, ipfix, set, template, u16, u32 } from "../support/ipfix_messages.js";

test("octets of elements that no column takes are passed over, and counted by enterprise and element", (t) => {
  const { process, rows: made } = collectionOf(
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

/** What the table of docs/collector.md says is passed over and counted. */
const PASSED_OVER = [
  ...[9, 13, 29, 30, 16, 17, 128, 129, 46, 47, 70, 71, 79, 140, 234, 235, 236, 225, 226, 227, 228, 230, 281, 282],
  ...[61, 89, 90, 95, 56, 57, 80, 81, 82, 83, 130, 131, 35, 49, 304],
];

test("elements without a column are counted by number in each record, and change nothing in the row", (t) => {
  const [plain] = rowsOf([], []);
  for (const id of PASSED_OVER) {
    const { process, rows: made } = collectionOf([[id, 4]], [u32(0x01020304)]);
    t.deepEqual(made, [plain!], String(id));
    t.deepEqual(process.unreadElements, [{ pen: 0, id, records: 1 }]);
  }
});

test("structured data is passed over, in short and in long form, and what is behind is read", (t) => {
  for (const id of [291, 292, 293])
    for (const list of [Buffer.of(3, 1, 2, 3), Buffer.concat([Buffer.of(255), u16(400), Buffer.alloc(400, 7)])])
      t.like(
        rowsOf(
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
    template(300, ...FLOW_FIELDS, [2, 4, PEN.reverse], [293, 65535]),
    template(
      301,
      [184, 4],
      [14, 1, PEN.cert],
      [15, 1, PEN.cert],
      [14 | 0x4000, 1, PEN.cert],
      [15 | 0x4000, 1, PEN.cert],
    ),
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

test("elements of lengths that no number has are passed over, whichever they are", (t) => {
  const ids = Array.from({ length: 500 }, (_, id) => id).filter((id) => ![8, 12, 7, 11, 4, 2, 1].includes(id));
  for (const length of [9, 16, 255, 20_000])
    for (const pen of [undefined, PEN.cert, PEN.reverse])
      for (let from = 0; from < ids.length; from += 3) {
        const fields = ids
          .slice(from, from + 3)
          .map((id): Field => (pen === undefined ? [id, length] : [id, length, pen]));
        t.true(rowsOf(fields, [Buffer.alloc(3 * length, 1)]).length >= 1, `${fields}`);
      }
});
