import test from "ava";
import type { Encoder } from "../../src/formats/encoder.js";
import { IpfixEncoder } from "../../src/formats/ipfix/encoder.js";
import { NetFlow5Encoder } from "../../src/formats/netflow/v5.js";
import { NetFlow9Encoder } from "../../src/formats/netflow/v9.js";
import { batchOf, type Flow, ipv4 } from "../support/batches.js";
import { dissect } from "../support/cflow.js";
import { collectWithNfcapd } from "../support/nfcapd.js";
import { haveTools } from "../support/tools.js";

/** 2004-05-13 10:17:07.311224, long before any export. */
const START = 1_084_443_427_311_224;

const TCP_FLOW: Flow = {
  sourceAddress: ipv4(192, 0, 2, 1),
  destinationAddress: ipv4(198, 51, 100, 2),
  ipVersion: 4,
  protocolIdentifier: 6,
  sourceTransportPort: 51234,
  destinationTransportPort: 443,
  vlanId: 12,
  flowStart: START,
  flowEnd: START + 2_500_000,
  reverseFlowDelta: 40_000,
  flowEndReason: 3,
  packets: 11,
  octets: 1234,
  reversePackets: 9,
  reverseOctets: 98765,
  initialTcpFlags: 0x02,
  unionTcpFlags: 0x19,
  reverseInitialTcpFlags: 0x12,
  reverseUnionTcpFlags: 0x19,
  minimumTtl: 64,
  maximumTtl: 64,
  interface: 3,
  reverseInterface: 5,
  ipClassOfService: 8,
  reverseIpClassOfService: 16,
};

const UDP6_FLOW: Flow = {
  sourceAddress: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  destinationAddress: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
  ipVersion: 6,
  protocolIdentifier: 17,
  sourceTransportPort: 5353,
  destinationTransportPort: 53,
  flowStart: START + 1000,
  flowEnd: START + 5000,
  flowEndReason: 1,
  packets: 2,
  octets: 5_000_000_000,
};

const ICMP_FLOW: Flow = {
  sourceAddress: ipv4(192, 0, 2, 7),
  destinationAddress: ipv4(198, 51, 100, 8),
  ipVersion: 4,
  protocolIdentifier: 1,
  destinationTransportPort: 0x0301,
  tcpSequence: 0x0301,
  flowStart: START + 7000,
  flowEnd: START + 7000,
  flowEndReason: 1,
  packets: 1,
  interface: 3,
  ipClassOfService: 8,
  octets: 56,
};

function datagrams(encoder: Encoder, flows: readonly Flow[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  const emit = (octets: Uint8Array) => out.push(octets.slice());
  encoder.encode(batchOf(flows), emit);
  encoder.flush(emit);
  return out;
}

/** What nfdump understood, one line a record: names in its JSON. */
function columns(rows: readonly Record<string, string | number>[]) {
  const names = ["first", "last", "src4_addr", "src6_addr", "dst4_addr", "dst6_addr", "src_port", "dst_port"];
  names.push(
    "icmp_type",
    "icmp_code",
    "proto",
    "input_snmp",
    "src_tos",
    "tcp_flags",
    "in_packets",
    "in_bytes",
    "out_packets",
    "out_bytes",
  );
  return rows.map((row) => names.flatMap((name) => row[name] ?? []).join(" ")).sort();
}

const DAY = "2004-05-13T10:17";
const FORWARD = `${DAY}:07.311 ${DAY}:09.811 192.0.2.1 198.51.100.2 51234 443 6 3 8 ...AP.SF 11 1234`;
const REVERSE = `${DAY}:07.351 ${DAY}:09.811 198.51.100.2 192.0.2.1 443 51234 6 5 16 ...AP.SF 9 98765`;
const UDP6 = `${DAY}:07.312 ${DAY}:07.316 2001:db8::1 2001:db8::2 5353 53 17 0 0 ........ 2 5000000000`;
const ICMP = `${DAY}:07.318 ${DAY}:07.318 192.0.2.7 198.51.100.8 3 1 1 3 8 1 56`;

test.serial("nfcapd reads our NetFlow v9 of an old capture: addresses, ports, counters, flags, dates", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const rows = await collectWithNfcapd(datagrams(new NetFlow9Encoder(), [TCP_FLOW, UDP6_FLOW, ICMP_FLOW]));
  t.deepEqual(columns(rows), [FORWARD, REVERSE, UDP6, ICMP].sort());
});

test.serial("nfcapd reads our NetFlow v5, in which IPv6 is refused and counted", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const encoder = new NetFlow5Encoder();
  const rows = await collectWithNfcapd(datagrams(encoder, [TCP_FLOW, UDP6_FLOW, ICMP_FLOW]));
  t.deepEqual(columns(rows), [FORWARD, REVERSE, ICMP].sort());
  t.is(encoder.counters.refused, 1);
});

test.serial("nfcapd reads our IPFIX", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const rows = await collectWithNfcapd(
    datagrams(new IpfixEncoder({ maxMessage: 1400 }), [TCP_FLOW, UDP6_FLOW, ICMP_FLOW]),
  );
  t.deepEqual(columns(rows), [`${FORWARD} 9 98765`, UDP6, ICMP].sort());
});

test.serial("nfcapd does not read times in microseconds, the reason why collectors get milliseconds", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const encoder = new IpfixEncoder({ maxMessage: 1400, timestamps: "microseconds" });
  const rows = await collectWithNfcapd(datagrams(encoder, [TCP_FLOW]));
  t.deepEqual(
    rows.map((row) => [row.first, row.last, row.in_packets, row.out_bytes]),
    [["1970-01-01T00:00:00.000", "1970-01-01T00:00:00.000", 11, 98765]],
  );
});

test.serial("tshark understands every datagram of IPFIX and NetFlow, without a complaint", (t) => {
  if (!haveTools(t, "tshark")) return;
  const flows = [TCP_FLOW, UDP6_FLOW, ICMP_FLOW];
  for (const encoder of [
    new IpfixEncoder({ maxMessage: 1400 }),
    new IpfixEncoder({ maxMessage: 1400, timestamps: "microseconds" }),
    new NetFlow9Encoder(),
    new NetFlow5Encoder(),
  ]) {
    const rows = dissect(datagrams(encoder, flows), ["cflow.octets", "cflow.packets", "cflow.srcport", "_ws.expert"]);
    const all = (k: number) => rows.flatMap((row) => (row[k] ?? "").split(",")).filter((value) => value !== "");
    t.log(encoder.constructor.name, all(0), all(1), all(3));
    t.deepEqual(all(3), []);
    t.true(all(0).includes("1234") && all(0).includes("98765"));
    t.true(all(1).includes("11") && all(1).includes("9"));
    t.true(all(2).includes("51234"));
  }
});
