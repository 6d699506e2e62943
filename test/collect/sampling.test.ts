/** Where sampling intervals come from, and which of them wins. Flows are of three packets. */
import test from "ava";
import { DEFAULT_HABITS, type ExporterHabits } from "../../src/collect/options.js";
import { asSavedSession } from "../../src/collect/saved_session.js";
import { Collection } from "../support/collecting.js";
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

const NOTHING = Buffer.alloc(0);

function float64(value: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeDoubleBE(value);
  return octets;
}

function float32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeFloatBE(value);
  return octets;
}

/** Options of IPFIX: the first field is the scope. */
function options(fields: readonly Field[], ...values: readonly Buffer[]): Buffer[] {
  return [set(3, optionsTemplate(301, 1, ...fields)), set(301, ...values)];
}

/** Options of NetFlow 9: the first field is the scope, by RFC 3954's number. */
function options9(fields: readonly Field[], ...values: readonly Buffer[]): Buffer[] {
  const specifiers = template(301, ...fields).subarray(4);
  return [set(1, u16(301, 4, 4 * (fields.length - 1)), specifiers), set(301, ...values)];
}

/** A flow with more fields. */
function flows(fields: readonly Field[] = [], ...values: readonly Buffer[]): Buffer[] {
  return [set(2, template(300, ...FLOW_FIELDS, ...fields)), set(300, flow(), ...values)];
}

function flows9(fields: readonly Field[] = [], ...values: readonly Buffer[]): Buffer[] {
  return [set(0, template(300, ...FLOW_FIELDS, ...fields)), set(300, flow(), ...values)];
}

/** By how much the packets of each flow are multiplied. */
function factors(message: Buffer, habits: Partial<ExporterHabits> = {}): number[] {
  const collection = new Collection({ scale: "scaled", habits: () => ({ ...DEFAULT_HABITS, ...habits }) });
  return collection.take(message).rows.map(({ packets }) => Number(packets) / 3);
}

test("options tell the interval in whichever elements there are for it", (t) => {
  for (const [fields, ...values] of [
    [[[34, 4]], u32(20)],
    [[[50, 4]], u32(20)],
    [
      [
        [305, 4],
        [306, 4],
      ],
      u32(5, 95),
    ],
    [
      [
        [309, 4],
        [310, 4],
      ],
      u32(10, 200),
    ],
    [[[311, 8]], float64(0.05)],
    [[[311, 4]], float32(0.05)],
  ] as const satisfies readonly (readonly [readonly Field[], ...Buffer[]])[]) {
    const found = factors(ipfix({}, ...options([[149, 4], ...fields], u32(0), ...values), ...flows()));
    t.deepEqual(found, [20], String(fields));
  }
});

test("records tell their interval in the same elements", (t) => {
  const of = (fields: readonly Field[], ...values: Buffer[]) => factors(ipfix({}, ...flows(fields, ...values)));
  t.deepEqual(of([[34, 4]], u32(8)), [8]);
  t.deepEqual(of([[50, 4]], u32(8)), [8]);
  const space: Field[] = [
    [305, 4],
    [306, 4],
  ];
  t.deepEqual(of(space, u32(1, 7)), [8]);
  t.deepEqual(of(space, u32(0, 7)), [1]);
  const size: Field[] = [
    [309, 4],
    [310, 4],
  ];
  t.deepEqual(of(size, u32(2, 16)), [8]);
  t.deepEqual(of([[311, 8]], float64(0.125)), [8]);
  t.deepEqual(of([[311, 4]], float32(0.125)), [8]);
  for (const impossible of [0, -1, 2, Number.NaN, Number.POSITIVE_INFINITY])
    t.deepEqual(of([[311, 8]], float64(impossible)), [1], String(impossible));
});

test("samplers of options hold for the records that name them, by samplerId or selectorId", (t) => {
  const learn = (id: number, length: number, ...values: Buffer[]) =>
    options(
      [
        [id, length],
        [309, 4],
        [310, 4],
      ],
      ...values,
    );
  const named = (id: number, length: number, value: Buffer, ...told: Buffer[]) =>
    factors(ipfix({}, ...learn(id, length, ...told), ...flows([[id, length]], value)));
  const two = [Buffer.of(1), u32(1, 10), Buffer.of(2), u32(1, 30)];
  t.deepEqual(named(48, 1, Buffer.of(1), ...two), [10]);
  t.deepEqual(named(48, 1, Buffer.of(2), ...two), [30]);
  t.deepEqual(named(48, 1, Buffer.of(0), ...two), [1]);
  t.deepEqual(named(48, 1, Buffer.of(9), ...two), [1]);
  t.deepEqual(named(302, 8, u64(7), u64(7), u32(1, 10), u64(8), u32(1, 30)), [10]);
});

test("intervals of interfaces hold for what comes in by them, then for what leaves by them", (t) => {
  const ports: Field[] = [
    [10, 4],
    [14, 4],
  ];
  const learn = (id: number) =>
    options(
      [
        [id, 4],
        [34, 4],
      ],
      u32(5, 100, 6, 200),
    );
  const of = (id: number, input: number, output: number) =>
    factors(ipfix({}, ...learn(id), ...flows(ports, u32(input, output))));
  t.deepEqual(of(10, 5, 6), [100]);
  t.deepEqual(of(10, 7, 6), [1]);
  t.deepEqual(of(14, 5, 6), [200]);
  t.deepEqual(of(14, 5, 7), [1]);
  const scoped = (input: number, output: number, more: readonly Buffer[] = []) => {
    const learned = options9(
      [
        [2, 4],
        [34, 4],
      ],
      u32(5, 100, 6, 200),
    );
    return factors(netFlow9({}, ...learned, ...more, ...flows9(ports, u32(input, output))));
  };
  t.deepEqual(scoped(5, 6), [100]);
  t.deepEqual(scoped(7, 6), [200]);
  t.deepEqual(scoped(7, 8), [1]);
});

test("the interval of the system, or of interface 0, is of all flows", (t) => {
  for (const scope of [1, 2]) {
    const learned = options9(
      [
        [scope, 4],
        [34, 4],
      ],
      u32(0, 100),
    );
    t.deepEqual(factors(netFlow9({}, ...learned, ...flows9([[10, 4]], u32(5)))), [100]);
  }
});

test("what is said closest to the flow wins, and above all the configuration", (t) => {
  const told = [
    set(3, optionsTemplate(301, 1, [149, 4], [34, 4]), optionsTemplate(302, 1, [10, 4], [34, 4])),
    set(3, optionsTemplate(303, 1, [48, 1], [50, 4])),
    set(301, u32(0, 2)),
    set(302, u32(5, 3)),
    set(303, Buffer.of(1), u32(4)),
  ];
  const of = (fields: readonly Field[], value: Buffer, habits: Partial<ExporterHabits> = {}) =>
    factors(ipfix({}, ...told, ...flows(fields, value)), habits);
  t.deepEqual(of([], NOTHING), [2]);
  t.deepEqual(of([[10, 4]], u32(6)), [2]);
  t.deepEqual(of([[10, 4]], u32(5)), [3]);
  const sampler: Field[] = [
    [10, 4],
    [48, 1],
  ];
  t.deepEqual(of(sampler, Buffer.concat([u32(5), Buffer.of(1)])), [4]);
  t.deepEqual(of(sampler, Buffer.concat([u32(5), Buffer.of(9)])), [3]);
  const interval: Field[] = [...sampler, [34, 4]];
  t.deepEqual(of(interval, Buffer.concat([u32(5), Buffer.of(1), u32(6)])), [6]);
  t.deepEqual(of(interval, Buffer.concat([u32(5), Buffer.of(1), u32(6)]), { samplingInterval: 7 }), [7]);
  // Interfaces are tags there.
  t.deepEqual(of([[58, 4]], u32(5), { interfaces: "vlan" }), [2]);
});

test("intervals of interfaces are known after a restart, and a file of before has none", (t) => {
  const before = new Collection({ scale: "scaled" });
  const learned = options(
    [
      [10, 4],
      [34, 4],
    ],
    u32(5, 100),
  );
  before.take(ipfix({}, ...learned, ...flows([[10, 4]], u32(5))));
  const saved = JSON.parse(JSON.stringify(before.process.saved(0)));
  const after = new Collection({ scale: "scaled" });
  after.process.restore(saved.map(asSavedSession));
  t.is(after.take(ipfix({ sequence: 1 }, set(300, flow(), u32(5)))).rows[0]?.packets, 300n);
  const { ingress, egress, ...old } = saved[0].sampling;
  t.deepEqual([ingress, egress], [[[5, 100]], []]);
  t.truthy(asSavedSession({ ...saved[0], sampling: old }));
  t.is(asSavedSession({ ...saved[0], sampling: { ...old, ingress: [[1, "2"]] } }), undefined);
});
