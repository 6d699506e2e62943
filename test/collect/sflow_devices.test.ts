/** sFlow datagrams of real agents through the collecting process: every field as Wireshark's dissector has it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { assertAddsUp, collected, exported } from "../support/collecting.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { rowText } from "../support/row_text.js";
import { columnsOf, type PlainRow } from "../support/rows.js";
import { haveTools } from "../support/tools.js";

/** Captures of one datagram each, and their samples. */
const CAPTURES = [
  ["sflow-data-1140", 5],
  ["sflow-data-icmpv4", 1],
  ["sflow-data-icmpv6", 1],
  ["sflow-data-qinq", 1],
  ["sflow-data-sflow-expanded-sample", 1],
  ["sflow-data-sflow-ipv4-data", 1],
] as const;

/** Fields of sampled headers; the datagram itself has these, too, before them. */
const HEADER = [
  "ip.src",
  "ip.dst",
  "ip.len",
  "ip.ttl",
  "ip.proto",
  "ip.dsfield",
  "udp.srcport",
  "udp.dstport",
] as const;
const FIELDS = [
  ...HEADER,
  "frame.time_epoch",
  "ipv6.src",
  "ipv6.dst",
  "ipv6.plen",
  "ipv6.hlim",
  "ipv6.nxt",
  "ipv6.tclass",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.flags",
  "icmp.type",
  "icmp.code",
  "icmpv6.type",
  "icmpv6.code",
  "vlan.id",
  "sflow_245.vlan.in",
  "sflow_245.nexthop",
  "sflow.flow_sample.input_interface",
  "sflow.flow_sample.output_interface_value",
  "sflow.flow_sample.input_interface_value",
] as const;
type Name = (typeof FIELDS)[number];

/** What tshark prints for each field of a capture of one packet, without what is the datagram's own. */
function dissected(name: string): Record<Name, string[]> {
  const path = join(FIXTURES, "export", `${name}.pcap`);
  const options = ["-T", "fields", ...FIELDS.flatMap((field) => ["-e", field])];
  const { stdout } = spawnSync("tshark", ["-r", path, "-d", "udp.port==6343,sflow", ...options], { encoding: "utf8" });
  const cells = stdout.replace(/\n$/, "").split("\t");
  const values = FIELDS.map((field, k) => {
    const all = cells[k] === undefined || cells[k] === "" ? [] : cells[k].split(",");
    return [field, (HEADER as readonly string[]).includes(field) ? all.slice(1) : all];
  });
  return Object.fromEntries(values) as Record<Name, string[]>;
}

/** ifIndex of the agent itself. */
const INTERNAL = 0x3fff_ffff;

for (const [name, samples] of CAPTURES) {
  testWithFixtures(test)(`every field of ${name} is as the dissector has it`, (t) => {
    if (!haveTools(t, "tshark")) return;
    const datagrams = exported(name);
    const collection = collected(datagrams);
    assertAddsUp(t, collection, datagrams.length);
    const { rows } = collection;
    t.is(rows.length, samples);
    const expected = dissected(name);
    const text = (row: PlainRow) => rowText(columnsOf([row]), 0);
    const numbers = (of: readonly PlainRow[], column: keyof PlainRow) => of.map((row) => Number(row[column]));
    const told = (field: Name) => expected[field].map(Number);
    const four = rows.filter(({ sip_hi }) => sip_hi === 0n);
    const six = rows.filter(({ sip_hi }) => sip_hi !== 0n);
    t.deepEqual(
      four.map((row) => text(row).slice(0, 2)),
      expected["ip.src"].map((source, k) => [source, expected["ip.dst"][k]!]),
    );
    t.deepEqual(
      six.map((row) => text(row).slice(0, 2)),
      expected["ipv6.src"].map((source, k) => [source, expected["ipv6.dst"][k]!]),
    );
    t.deepEqual(numbers(four, "bytes"), told("ip.len"));
    t.deepEqual(
      numbers(six, "bytes"),
      told("ipv6.plen").map((payload) => payload + 40),
    );
    t.deepEqual(numbers(four, "proto"), told("ip.proto"));
    t.deepEqual(numbers(six, "proto"), told("ipv6.nxt"));
    for (const ttl of ["min_ttl", "max_ttl"] as const) {
      t.deepEqual(numbers(four, ttl), told("ip.ttl"));
      t.deepEqual(numbers(six, ttl), told("ipv6.hlim"));
    }
    t.deepEqual(numbers(four, "tos"), told("ip.dsfield"));
    t.deepEqual(numbers(six, "tos"), told("ipv6.tclass"));
    const of = (protocol: number) => rows.filter(({ proto }) => proto === protocol);
    for (const [protocol, port] of [
      [6, "tcp"],
      [17, "udp"],
    ] as const) {
      t.deepEqual(numbers(of(protocol), "sport"), told(`${port}.srcport`));
      t.deepEqual(numbers(of(protocol), "dport"), told(`${port}.dstport`));
    }
    const typeCode = (icmp: "icmp" | "icmpv6") => {
      const codes = told(`${icmp}.code`);
      return told(`${icmp}.type`).map((type, k) => type * 256 + codes[k]!);
    };
    t.deepEqual(numbers(of(1), "dport"), typeCode("icmp"));
    t.deepEqual(numbers(of(58), "dport"), typeCode("icmpv6"));
    for (const flags of ["flags", "initial_flags"] as const) {
      const found = told("tcp.flags").map((each) => (flags === "flags" ? each & 255 : 0));
      t.deepEqual(numbers(of(6), flags), found);
    }
    t.deepEqual(
      numbers(rows, "packets"),
      rows.map(() => 1),
    );
    const received = Math.round(Number(expected["frame.time_epoch"][0]) * 1e6);
    for (const time of ["stime", "etime"] as const)
      t.deepEqual(
        numbers(rows, time),
        rows.map(() => received),
      );
    const interfaces = (values: number[]) => values.map((value) => (value === INTERNAL ? 0 : value));
    const inputs = [...told("sflow.flow_sample.input_interface"), ...told("sflow.flow_sample.input_interface_value")];
    t.deepEqual(numbers(rows, "input"), interfaces(inputs));
    t.deepEqual(numbers(rows, "output"), interfaces(told("sflow.flow_sample.output_interface_value")));
    const tags = told("vlan.id").slice(-1);
    const said = told("sflow_245.vlan.in").map((tag) => (tag > 4095 ? 0 : tag));
    t.deepEqual(numbers(rows, "vlan"), tags.length > 0 ? tags : said.length > 0 ? said : [0]);
    const hops = rows.map((row) => text(row)[14]).filter((hop) => hop !== "0.0.0.0" && hop !== "::");
    t.deepEqual(
      hops,
      [...new Set(expected["sflow_245.nexthop"])].filter((hop) => hop !== "0.0.0.0"),
    );
  });
}
