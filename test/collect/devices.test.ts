/** Datagrams of real devices: every field as Wireshark's dissector has it. */
import test, { type ExecutionContext } from "ava";
import { dissect } from "../support/cflow.js";
import { assertAddsUp, collected, type Datagram, exported } from "../support/collecting.js";
import { testWithFixtures } from "../support/fixtures.js";
import { rowText } from "../support/row_text.js";
import { columnsOf, type PlainRow } from "../support/rows.js";
import { haveTools } from "../support/tools.js";

/** Files of one exporter, templates first, and the records that are flows. */
const DEVICES: readonly (readonly [flows: number, ...names: readonly string[]])[] = [
  [29, "netflow-nfv5"],
  [21, "netflow-data+templates"],
  [4, "netflow-icmp-template", "netflow-icmp-data"],
  [2, "netflow-mpls"],
  [12, "netflow-multiplesamplingrates-template", "netflow-multiplesamplingrates-data"],
  [8, "netflow-physicalinterfaces"],
  [157, "softflowd-v5"],
  [157, "softflowd-v9"],
  [157, "softflowd-v10"],
];

const FIELDS = [
  "srcaddr",
  "srcaddrv6",
  "dstaddr",
  "dstaddrv6",
  "srcport",
  "dstport",
  "protocol",
  "packets",
  "octets",
  "tcpflags",
  "tos",
  "inputint",
  "outputint",
  "ingress_physical_interface",
  "egress_physical_interface",
  "dot1q_vlan_id",
  "nexthop",
  "nexthopv6",
  "flow_end_reason",
  "timestart",
  "timeend",
  "abstimestart",
  "abstimeend",
] as const;
type Name = (typeof FIELDS)[number];

/** Values of each field over all datagrams, in the order of the records. */
function dissected(datagrams: readonly Datagram[]): Record<Name, string[]> {
  const octets = datagrams.map((each) => each.octets);
  // Twice: the dissector does not go back to data before its template.
  const lines = dissect(
    [...octets, ...octets],
    FIELDS.map((name) => `cflow.${name}`),
  ).slice(octets.length);
  const values = FIELDS.map((name, k) => [
    name,
    lines.flatMap((line) => {
      const text = line[k] ?? "";
      if (text === "") return [];
      return name.startsWith("abs") ? [...text.matchAll(/\w+ +\d+, \d+ [\d:.]+ UTC/g)].map(String) : text.split(",");
    }),
  ]);
  return Object.fromEntries(values) as Record<Name, string[]>;
}

function addresses(four: readonly string[], six: readonly string[], count: number): string[] {
  // A template for both versions has :: in the place of the version that the flow is not of.
  return [...four, ...(four.length === count ? [] : six)].sort();
}

for (const [flows, ...names] of DEVICES) {
  testWithFixtures(test)(`every field of ${names.at(-1)} is as the dissector has it`, (t) => {
    if (!haveTools(t, "tshark")) return;
    const datagrams = exported(...names);
    const collection = collected(datagrams);
    const { rows } = collection;
    t.is(rows.length, flows);
    assertAddsUp(t, collection, datagrams.length);
    const expected = dissected(datagrams);
    const texts = rows.map((_, row) => rowText(columnsOf(rows), row));
    const cells = (at: number) => texts.map((text) => text[at]!);
    t.deepEqual(cells(0).sort(), addresses(expected.srcaddr, expected.srcaddrv6, flows));
    t.deepEqual(cells(1).sort(), addresses(expected.dstaddr, expected.dstaddrv6, flows));
    const numbers = (of: readonly PlainRow[], name: keyof PlainRow) => of.map((row) => Number(row[name]));
    // softflowd has neither ports nor flags of ICMP.
    const ported = expected.srcport.length === flows ? rows : rows.filter(({ proto }) => proto !== 1);
    t.deepEqual(numbers(ported, "sport"), expected.srcport.map(Number));
    t.deepEqual(numbers(ported, "dport"), expected.dstport.map(Number));
    t.deepEqual(
      numbers(ported, "flags"),
      expected.tcpflags.map((flag) => Number(flag) & 255),
    );
    t.deepEqual(numbers(rows, "proto"), expected.protocol.map(Number));
    t.deepEqual(numbers(rows, "packets"), expected.packets.map(Number));
    t.deepEqual(numbers(rows, "bytes"), expected.octets.map(Number));
    t.deepEqual(numbers(rows, "tos"), expected.tos.map(Number));
    const [input, output] =
      expected.inputint.length > 0
        ? [expected.inputint, expected.outputint]
        : [expected.ingress_physical_interface, expected.egress_physical_interface];
    t.deepEqual(numbers(rows, "input"), input.map(Number));
    t.deepEqual(numbers(rows, "output"), output.map(Number));
    const nothing = rows.map(() => 0);
    const orNothing = (values: readonly string[]) => (values.length === 0 ? nothing : values.map(Number));
    t.deepEqual(numbers(rows, "vlan"), orNothing(expected.dot1q_vlan_id));
    t.deepEqual(numbers(rows, "end_reason"), orNothing(expected.flow_end_reason));
    if (expected.nexthop.length === flows && expected.nexthopv6.length === 0) t.deepEqual(cells(14), expected.nexthop);
    assertTimes(t, datagrams, rows, expected);
  });
}

const WRAP = 4_294_967_296;

/** Times of flows: as they are, or as uptimes, modulo their 32 bits. */
function assertTimes(
  t: ExecutionContext,
  datagrams: readonly Datagram[],
  rows: readonly PlainRow[],
  { timestart, timeend, abstimestart, abstimeend }: Record<Name, string[]>,
): void {
  const milliseconds = (time: number | bigint) => Math.floor(Number(time) / 1000);
  if (abstimestart.length > 0) {
    const date = (text: string) => Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
    t.deepEqual(
      rows.map((row) => milliseconds(row.stime)),
      abstimestart.map(date),
    );
    t.deepEqual(
      rows.map((row) => milliseconds(row.etime)),
      abstimeend.map(date),
    );
    return;
  }
  t.deepEqual(
    rows.map((row) => milliseconds((row.etime as bigint) - (row.stime as bigint))),
    timestart.map((from, k) => Math.round((Number(timeend[k]) - Number(from)) * 1000)),
  );
  const last = Buffer.from(datagrams.at(-1)!.octets);
  if (last.readUInt16BE(0) === 10) return;
  const boots = datagrams.map(({ octets }) => {
    const header = Buffer.from(octets);
    const nanoseconds = header.readUInt16BE(0) === 5 ? header.readUInt32BE(12) : 0;
    return header.readUInt32BE(8) * 1000 + Math.floor(nanoseconds / 1e6) - header.readUInt32BE(4);
  });
  rows.forEach((row, k) => {
    const uptime = Math.round(Number(timestart[k]) * 1000);
    const since = boots.map((boot) => (((milliseconds(row.stime) - boot) % WRAP) + WRAP) % WRAP);
    t.true(
      since.some((each) => Math.abs(each - uptime) <= 1),
      `${since} ${uptime}`,
    );
  });
}

testWithFixtures(test)("sampling intervals come from options: of the exporter, or of each record's sampler", (t) => {
  const scaled = (...names: string[]) => {
    const datagrams = exported(...names);
    const [plain, multiplied] = [collected(datagrams), collected(datagrams, { scale: "scaled" })];
    t.is(plain.process.totals.rows.scaled, 0);
    return multiplied.rows.map(({ packets, bytes }, k) => {
      const factor = Number(packets) / Number(plain.rows[k]!.packets);
      t.is(Number(bytes), factor * Number(plain.rows[k]!.bytes));
      return factor;
    });
  };
  // The options of the first stand behind some of its flows, which were in the same message.
  t.true(scaled("netflow-data+templates").every((factor) => factor === 100));
  t.deepEqual(scaled("netflow-mpls"), [10, 10]);
  t.true(scaled("netflow-physicalinterfaces").every((factor) => factor === 1000));
  const prefix = "netflow-multiplesamplingrates";
  const rates = scaled(`${prefix}-options-template`, `${prefix}-options-data`, `${prefix}-template`, `${prefix}-data`);
  if (!haveTools(t, "tshark")) return;
  const data = exported(`${prefix}-template`, `${prefix}-data`).map(({ octets }) => octets);
  const [samplers] = dissect(data, ["cflow.sampler_id"])[1]!;
  t.deepEqual(
    rates,
    samplers!.split(",").map((sampler) => (Number(sampler) === 1 ? 2000 : 4000)),
  );
  t.is(new Set(rates).size, 2);
});

testWithFixtures(test)("address translations are no flows, and are counted", (t) => {
  const datagrams = exported("netflow-nat");
  const collection = collected(datagrams);
  t.is(collection.rows.length, 0);
  t.is(collection.process.totals.records.noTraffic, 9);
  t.deepEqual(
    collection.process.unreadElements.map(({ id, records }) => [id, records]),
    [225, 226, 227, 228, 230, 234].map((id) => [id, 9]),
  );
});
