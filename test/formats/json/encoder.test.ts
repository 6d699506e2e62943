import test from "ava";
import fc from "fast-check";
import { JsonEncoder } from "../../../src/formats/json/encoder.js";
import { GROUP } from "../../../src/record/layout.js";
import { anyFlow, batchOf, type Flow, ipv4 } from "../../support/batches.js";

function lines(flows: readonly Flow[], groups = 0, interfaceNames: string[] = []) {
  const encoder = new JsonEncoder({ groups, interfaceName: (slot) => interfaceNames[slot] ?? "" });
  let text = "";
  let records = 0;
  const emit = (octets: Uint8Array, count: number) => {
    text += Buffer.from(octets).toString("utf8");
    records += count;
  };
  encoder.encode(batchOf(flows, groups), emit);
  encoder.flush(emit);
  const parsed = text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return { parsed, records };
}

const FLOW: Flow = {
  sourceAddress: ipv4(192, 0, 2, 1),
  destinationAddress: ipv4(198, 51, 100, 2),
  ipVersion: 4,
  protocolIdentifier: 6,
  sourceTransportPort: 51234,
  destinationTransportPort: 443,
  vlanId: 12,
  serviceVlanId: 7,
  flowStart: 1_084_443_427_311_224,
  flowEnd: 1_084_443_429_000_001,
  flowEndReason: 3,
  packets: 11,
  octets: 1234,
  reversePackets: 9,
  reverseOctets: 98765,
  initialTcpFlags: 0x02,
  unionTcpFlags: 0x19,
  reverseInitialTcpFlags: 0x12,
  reverseUnionTcpFlags: 0x19,
  interface: 1,
};

test("a TCP flow is told as Suricata tells it", (t) => {
  const { parsed } = lines([FLOW], 0, ["eth0", 'a "b"']);
  const { flow_id, community_id, flowtap, ...rest } = parsed[0];
  t.true(Number.isSafeInteger(flow_id));
  t.is(flowtap.flowEndReason, 3);
  t.false("octets" in flowtap);
  t.regex(community_id, /^1:.{27}=$/);
  t.deepEqual(rest, {
    timestamp: "2004-05-13T10:17:09.000001+0000",
    in_iface: 'a "b"',
    event_type: "flow",
    vlan: [7, 12],
    src_ip: "192.0.2.1",
    src_port: 51234,
    dest_ip: "198.51.100.2",
    dest_port: 443,
    proto: "TCP",
    flow: {
      pkts_toserver: 11,
      pkts_toclient: 9,
      bytes_toserver: 1234,
      bytes_toclient: 98765,
      start: "2004-05-13T10:17:07.311224+0000",
      end: "2004-05-13T10:17:09.000001+0000",
      age: 2,
      state: "closed",
      reason: "timeout",
    },
    tcp: {
      tcp_flags: "1b",
      tcp_flags_ts: "1b",
      tcp_flags_tc: "1b",
      fin: true,
      syn: true,
      psh: true,
      ack: true,
      state: "closed",
    },
  });
});

test("the measures of a statistics group stand under flowtap, by the table's names", (t) => {
  const groups = GROUP.link | GROUP.tcp;
  const { parsed } = lines([{ ...FLOW, sourceMac: [0, 1, 2, 3, 4, 5], tunnel: 6, maximumSegmentSize: 1460 }], groups);
  t.is(parsed[0].flowtap.sourceMac, "00:01:02:03:04:05");
  t.is(parsed[0].flowtap.tunnel, "vxlan");
  t.is(parsed[0].flowtap.maximumSegmentSize, 1460);
  t.false("payloadOctets" in parsed[0].flowtap);
});

test("every flow becomes one line of JSON, and is counted", (t) => {
  fc.assert(
    fc.property(fc.array(anyFlow, { maxLength: 200 }), (flows) => {
      const { parsed, records } = lines(flows, GROUP.lengths | GROUP.tcp | GROUP.link);
      t.is(parsed.length, flows.length);
      t.is(records, flows.length);
      t.deepEqual(
        parsed.map((line) => line.flow.bytes_toserver),
        flows.map((flow) => flow.octets),
      );
    }),
    { numRuns: 20 },
  );
});
