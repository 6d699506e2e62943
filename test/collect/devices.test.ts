/** Datagrams of real devices: every field as Wireshark's dissector has it. */
import test, { type ExecutionContext } from "ava";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { dates, dissect } from "../support/cflow.js";
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
  "bgpnexthop",
  "bgpnexthopv6",
  "ttl_min",
  "ttl_max",
  "icmp_type_code_ipv4",
  "icmp_ipv6_type",
  "icmp_ipv6_code",
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
      return name.startsWith("abs") ? dates(text).map(String) : text.split(",");
    }),
  ]);
  return Object.fromEntries(values) as Record<Name, string[]>;
}

/** Addresses of the rows; those that the dissector gives apart by their version are in the order of each version. */
function byVersion(values: readonly string[], four: readonly string[], six: readonly string[]): [string[], string[]] {
  // A template for both versions has :: in the place of the version that the flow is not of.
  if (four.length === values.length) return [[...values], [...four]];
  const isSix = (text: string) => text.includes(":");
  return [
    [...values.filter((each) => !isSix(each)), ...values.filter(isSix)],
    [...four, ...six],
  ];
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
    t.deepEqual(...byVersion(cells(0), expected.srcaddr, expected.srcaddrv6));
    t.deepEqual(...byVersion(cells(1), expected.dstaddr, expected.dstaddrv6));
    const numbers = (of: readonly PlainRow[], name: keyof PlainRow) => of.map((row) => Number(row[name]));
    // softflowd has neither ports nor flags of ICMP.
    const ported = expected.srcport.length === flows ? rows : rows.filter(({ proto }) => proto !== 1);
    t.deepEqual(numbers(ported, "sport"), expected.srcport.map(Number));
    const { icmp_type_code_ipv4: typeCodes, icmp_ipv6_type: types6, icmp_ipv6_code: codes6 } = expected;
    const perRow = (values: readonly string[], row: number) =>
      Number((values.length === flows ? values : [])[row] ?? 0);
    const ported4 = expected.dstport.length === flows ? expected.dstport.map(Number) : undefined;
    const port = (row: number) => perRow(typeCodes, row) || perRow(types6, row) * 256 + perRow(codes6, row);
    const isIcmp = ({ proto }: PlainRow) => proto === 1 || proto === 58;
    t.deepEqual(
      numbers(ported, "dport"),
      ported4?.map((each, row) => (isIcmp(rows[row]!) ? port(row) || each : each)) ?? expected.dstport.map(Number),
    );
    // softflowd has it in a template of ICMP's own.
    const lonely = rows.filter((row) => isIcmp(row) && typeCodes.length > 0 && typeCodes.length < flows);
    t.deepEqual(numbers(lonely, "dport"), lonely.length === 0 ? [] : typeCodes.map(Number));
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
    t.deepEqual(
      numbers(rows, "attributes").map((bits) => bits & ROW_ATTRIBUTE.activeTimeout),
      orNothing(expected.flow_end_reason).map((reason) => ((reason & 31) === 2 ? ROW_ATTRIBUTE.activeTimeout : 0)),
    );
    t.deepEqual(numbers(rows, "min_ttl"), orNothing(expected.ttl_min));
    t.deepEqual(numbers(rows, "max_ttl"), orNothing(expected.ttl_max));
    const none = (text: string | undefined) => text === undefined || text === "0.0.0.0" || text === "::";
    const { nexthop, nexthopv6, bgpnexthop, bgpnexthopv6 } = expected;
    const hops = nexthop.length + nexthopv6.length > 0 ? [nexthopv6, nexthop] : [bgpnexthopv6, bgpnexthop];
    t.deepEqual(
      cells(14).map((hop) => (none(hop) ? "none" : hop)),
      rows.map((_, row) => hops.map((values) => values[row]).find((hop) => !none(hop)) ?? "none"),
    );
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
    t.deepEqual(
      rows.map((row) => milliseconds(row.stime)),
      abstimestart.map(Number),
    );
    t.deepEqual(
      rows.map((row) => milliseconds(row.etime)),
      abstimeend.map(Number),
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
