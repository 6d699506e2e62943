/** Keys and marks of flows, in whatever elements devices send them. */
import test from "ava";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { PEN } from "../../src/record/field.js";
import { collectionOf, rowsOf } from "../support/element_flows.js";
import { type Field, flow, u16, u32, u64 } from "../support/ipfix_messages.js";

test("next hops are those of the routing table, else of BGP, of the version that has one", (t) => {
  const nextHop = (fields: Field[], ...values: Buffer[]) => {
    const [row] = rowsOf(fields, values);
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
    rowsOf(
      [
        [10, 2],
        [14, 2],
      ],
      [u16(65535, 3)],
    )[0],
    { input: 65535n, output: 3n },
  );
  t.like(
    rowsOf(
      [
        [10, 4],
        [14, 4],
      ],
      [u32(4_000_000_000, 3)],
    )[0],
    { input: 4_000_000_000n, output: 3n },
  );
  t.like(
    rowsOf(
      [
        [252, 4],
        [253, 4],
      ],
      [u32(7, 8)],
    )[0],
    { input: 7n, output: 8n },
  );
  const [there, back] = rowsOf(
    [
      [252, 4],
      [253, 4],
      [2, 4, PEN.reverse],
    ],
    [u32(7, 8, 1)],
  );
  t.deepEqual([there!.input, back!.input, back!.output], [7n, 8n, 7n]);
});

test("tags: the innermost one that is there, and behind the device in the other direction", (t) => {
  t.is(
    rowsOf(
      [
        [243, 2],
        [245, 2],
      ],
      [u16(5, 0)],
    )[0]?.vlan,
    5,
  );
  t.is(
    rowsOf(
      [
        [243, 2],
        [245, 2],
      ],
      [u16(5, 6)],
    )[0]?.vlan,
    6,
  );
  t.deepEqual(
    rowsOf(
      [
        [58, 2],
        [59, 2],
        [2, 4, PEN.reverse],
      ],
      [u16(5, 9), u32(1)],
    ).map(({ vlan }) => vlan),
    [5, 9],
  );
});

test("interfaces are VLANs where the probe says so: what packets came in by, and left by where that is told", (t) => {
  const tags = (fields: Field[], ...values: Buffer[]) => {
    const ports: Field[] = [
      [10, 4],
      [14, 4],
    ];
    const rows = rowsOf([...ports, ...fields], [u32(70_000, 80_000), ...values], { interfaces: "vlan" });
    return rows.map(({ input, output }) => [Number(input), Number(output)]);
  };
  const both: Field[] = [
    [58, 2],
    [59, 2],
  ];
  t.deepEqual(tags(both, u16(5, 9)), [[5, 9]]);
  t.deepEqual(tags([[58, 2]], u16(5)), [[5, 0]]);
  t.deepEqual(tags([[243, 2]], u16(5)), [[5, 0]]);
  t.deepEqual(tags([], Buffer.alloc(0)), [[0, 0]]);
  const back: Field = [2, 4, PEN.reverse];
  t.deepEqual(tags([...both, back], u16(5, 9), u32(1)), [
    [5, 9],
    [9, 5],
  ]);
  t.deepEqual(tags([[58, 2], back], u16(5), u32(1)), [
    [5, 0],
    [5, 0],
  ]);
  t.deepEqual(tags([[58, 2], [58, 2, PEN.reverse], back], u16(5, 6), u32(1)), [
    [5, 0],
    [6, 5],
  ]);
});

test("the service class is an octet, or a code point in its upper six bits", (t) => {
  const tos = (fields: Field[], ...values: number[]) => rowsOf(fields, [Buffer.from(values)])[0]?.tos;
  t.is(tos([[5, 1]], 0xb9), 0xb9);
  t.is(tos([[55, 1]], 0xb8), 0xb8);
  t.is(tos([[195, 1]], 46), 0xb8);
  t.is(tos([[98, 1]], 46), 0xb8);
  t.is(
    tos(
      [
        [195, 1],
        [5, 1],
      ],
      1,
      0x10,
    ),
    0x10,
  );
  t.is(tos([[195, 1]], 0xff), 0xfc);
});

test("ICMP type and code come in one element or two, of either version", (t) => {
  const icmp = (protocol: number, fields: Field[], ...values: Buffer[]) =>
    collectionOf(fields, values, {}, flow({ protocol, port: 0 })).rows[0]?.dport;
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
  t.like(rowsOf([[136, 1]], [Buffer.of(2)])[0], { end_reason: 2, attributes: ROW_ATTRIBUTE.activeTimeout });
  t.like(rowsOf([[136, 1]], [Buffer.of(0x83)])[0], { end_reason: 3, attributes: ROW_ATTRIBUTE.continuation });
});
