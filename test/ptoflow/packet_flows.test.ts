/** The native reader of packets as flows, beside the meter on real captures. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import test from "ava";
import { loadNative } from "../../src/meter/native.js";
import {
  type PacketFlowCounters,
  type PacketFlowOptions,
  READ_COLUMNS,
  READ_STATES,
} from "../../src/ptoflow/packet_flows.js";
import { FlowColumns } from "../../src/record/columns.js";
import { fixtureCaptures, testWithFixtures } from "../support/fixtures.js";
import { meterFlows } from "../support/meter_flows.js";

const real = testWithFixtures(test);
const CAPACITY = 256;

interface Sums {
  readonly flows: number;
  readonly octets: number;
  readonly counters: PacketFlowCounters;
}

/** Reads a capture to its end. */
function summed(capture: string, given: Partial<PacketFlowOptions> = {}): Sums {
  const options = {
    capture,
    from: Number.MIN_SAFE_INTEGER,
    before: Number.MAX_SAFE_INTEGER,
    fragments: 0,
    rejectIncomplete: false,
    takeIpv6: true,
    keepPassed: false,
    keepRejected: false,
    ...given,
  };
  const packets = new (loadNative().PacketFlows)(options);
  const rows = new FlowColumns(CAPACITY);
  const arrays = READ_COLUMNS.map((name) => rows.arrays[name]!);
  let [flows, octets] = [0, 0];
  for (let state = "more"; state === "more"; ) {
    const read = packets.read(arrays, CAPACITY);
    state = READ_STATES[read.state]!;
    flows += read.rows;
    for (let i = 0; i < read.rows; i++) octets += rows.arrays.bytes![2 * i]!;
  }
  return { flows, octets, counters: packets.counters() };
}

function accounted({ flows, outside, rejected }: PacketFlowCounters): number {
  return flows + outside + rejected.reduce((sum, each) => sum + each, 0);
}

real(
  "every packet that the meter meters is a flow, of as many octets, and every packet is accounted for",
  async (t) => {
    for (const capture of fixtureCaptures("captures")) {
      const { stats } = await meterFlows([capture]);
      const { flows, octets, counters } = summed(capture);
      t.deepEqual(
        { flows, octets, packets: counters.packets, accounted: accounted(counters), counted: counters.flows },
        {
          flows: stats.meteredPackets,
          octets: stats.meteredOctets,
          packets: stats.packets,
          accounted: stats.packets,
          counted: stats.meteredPackets,
        },
        basename(capture),
      );
    }
  },
);

real("a capture that is cut off anywhere is read up to the cut", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "flowtap-test-"));
  const cut = join(folder, "cut.pcap");
  try {
    for (const capture of fixtureCaptures("captures").filter((_path, k) => k % 9 === 0)) {
      const whole = readFileSync(capture);
      const most = summed(capture).counters.packets;
      for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 25)) {
        writeFileSync(cut, whole.subarray(0, length));
        const { counters } = summed(cut, { keepPassed: true, keepRejected: true, rejectIncomplete: true });
        t.true(counters.packets <= most);
        t.is(accounted(counters), counters.packets, `${basename(capture)} ${length}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("arrays that are too small are refused", (t) => {
  const packets = new (loadNative().PacketFlows)({
    capture: resolve("pcaps", "office.pcap"),
    from: 0,
    before: Number.MAX_SAFE_INTEGER,
    fragments: 0,
    rejectIncomplete: false,
    takeIpv6: false,
    keepPassed: false,
    keepRejected: false,
  });
  const rows = new FlowColumns(64);
  const arrays = READ_COLUMNS.map((name) => rows.arrays[name]!);
  t.throws(() => packets.read(arrays, 65));
  t.throws(() => packets.read(arrays, 63));
  t.throws(() => packets.read(arrays.slice(1), 64));
  t.notThrows(() => packets.read(arrays, 64));
});
