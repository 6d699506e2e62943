import { join } from "node:path";
import test from "ava";
import { readCapture } from "../../src/receive/capture.js";
import { type Frame, pcap } from "../support/capture_writer.js";
import { netflow5 } from "../support/export_messages.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { ethernet, ipv4, ipv6, udp } from "../support/frames.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
const V4 = { source: "192.0.2.1", destination: "192.0.2.9" };
const V6 = { source: "2001:db8::1", destination: "2001:db8::9" };

interface Taken {
  readonly from: string;
  readonly to: number;
  readonly received: number;
  readonly octets: Buffer;
}

async function read(name: string, frames: readonly (Uint8Array | Frame)[]) {
  const path = scratch.write(
    name,
    pcap(
      frames.map((each, at) => (each instanceof Uint8Array ? { data: each, time: 1_700_000_000_000_000 + at } : each)),
    ),
  );
  const taken: Taken[] = [];
  const reading = await readCapture(
    path,
    ({ peer, received, octets }, to) =>
      taken.push({
        from: `${peer.address} ${peer.port}`,
        to,
        received,
        octets: Buffer.from(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)),
      }),
    () => false,
  );
  return { taken, reading };
}

function frame(payload: Uint8Array, port = 2055): Uint8Array {
  return ethernet(ipv4(V4, 17, udp(V4, 50_000, port, payload)), 0x0800, MACS);
}

/** The parts of a UDP datagram in fragments of `size` octets. */
function fragments(payload: Uint8Array, size: number, id: number): Uint8Array[] {
  const whole = udp(V4, 50_000, 2055, payload);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += size) {
    const more = at + size < whole.length ? 0x2000 : 0;
    const part = whole.subarray(at, at + size);
    parts.push(ethernet(ipv4({ ...V4, id, fragment: more | (at / 8) }, 17, part), 0x0800, MACS));
  }
  return parts;
}

test("exported datagrams are found among other traffic, with sender, port and time", async (t) => {
  const message = netflow5(2);
  const v6 = ethernet(ipv6(V6, 17, udp(V6, 7, 9995, message)), 0x86dd, MACS, [12]);
  const dns = frame(Buffer.from("not an export at all"), 53);
  const other = ethernet(ipv4(V4, 1, new Uint8Array(20)), 0x0800, MACS);
  const arp = ethernet(new Uint8Array(28), 0x0806, MACS);
  const { taken, reading } = await read("mixed.pcap", [frame(message), dns, other, arp, v6]);
  t.deepEqual(taken, [
    { from: "192.0.2.1 50000", to: 2055, received: 1_700_000_000_000_000, octets: message },
    { from: "2001:db8::1 7", to: 9995, received: 1_700_000_000_000_004, octets: message },
  ]);
  const { packets, datagrams, datagramPackets, notUdp, undecodable, otherDatagrams } = reading;
  t.deepEqual(
    { packets, datagrams, datagramPackets, notUdp, undecodable, otherDatagrams },
    {
      packets: 5,
      datagrams: 3,
      datagramPackets: 3,
      notUdp: 1,
      undecodable: 1,
      otherDatagrams: 1,
    },
  );
});

test("fragments are put together, in any order and of several datagrams at once", async (t) => {
  const [one, two] = [netflow5(30), netflow5(29, 30)];
  const parts = [...fragments(one, 504, 1), ...fragments(two, 1000, 2)];
  for (const order of [parts, [...parts].reverse(), [...parts].sort((a, b) => a[40]! - b[40]!)]) {
    const { taken, reading } = await read(`fragments-${order === parts}.pcap`, order);
    const hex = (all: readonly Buffer[]) => all.map((each) => each.toString("hex")).sort();
    t.deepEqual(hex(taken.map(({ octets }) => octets)), hex([one, two]));
    t.deepEqual([reading.packets, reading.datagramPackets, reading.incomplete], [parts.length, parts.length, 0]);
  }
});

test("fragments whose others are missing, that come twice or contradict each other, are counted", async (t) => {
  const all = fragments(netflow5(30), 504, 1);
  const missing = await read("missing.pcap", all.slice(1));
  t.deepEqual([missing.taken.length, missing.reading.incomplete], [0, all.length - 1]);
  const twice = await read("twice.pcap", [all[0]!, ...all]);
  t.deepEqual([twice.taken.length, twice.reading.datagramPackets, twice.reading.incomplete], [1, all.length, 1]);
  const many = await read(
    "many.pcap",
    Array.from({ length: 200 }, (_, id) => fragments(netflow5(30), 504, id)[0]!),
  );
  t.deepEqual([many.taken.length, many.reading.incomplete], [0, 200]);
});

test("fragments of IPv6 are put together, too", async (t) => {
  const message = netflow5(30);
  const whole = udp(V6, 50_000, 2055, message);
  const part = (at: number, end: number, more: number) => {
    const head = Uint8Array.of(17, 0, (at >> 8) & 255, (at & 0xf8) | more, 0, 0, 0, 77);
    return ethernet(ipv6(V6, 44, Buffer.concat([head, whole.subarray(at, end)])), 0x86dd, MACS);
  };
  const { taken } = await read("v6.pcap", [part(1000, 2000, 0), part(0, 1000, 1)]);
  t.is(taken.length, 1);
  t.deepEqual(taken[0]?.octets, message);
});

test("datagrams that the capture cut off, and lengths that cannot be, are counted", async (t) => {
  const whole = frame(netflow5(3));
  const lying = frame(netflow5(3));
  lying[14 + 20 + 4] = 0xff; // the UDP length
  const { taken, reading } = await read("cut.pcap", [{ data: whole.subarray(0, 80), wireLength: whole.length }, lying]);
  t.is(taken.length, 0);
  const { packets, truncated, undecodable } = reading;
  t.deepEqual({ packets, truncated, undecodable }, { packets: 2, truncated: 1, undecodable: 1 });
});

test("more datagrams than the memory holds come all, in order", async (t) => {
  const { taken } = await read(
    "long.pcap",
    Array.from({ length: 9000 }, (_, at) => frame(netflow5(30, at))),
  );
  t.deepEqual(
    taken.map(({ octets }) => octets.readUInt32BE(16)),
    Array.from({ length: 9000 }, (_, at) => at),
  );
});

test("every packet of a capture ends in one counter, wherever it is cut off", async (t) => {
  const all = [
    frame(netflow5(2)),
    ...fragments(netflow5(30), 504, 3),
    ethernet(ipv6(V6, 17, udp(V6, 1, 2, netflow5(1))), 0x86dd, MACS),
  ];
  const octets = pcap(all.map((data) => ({ data })));
  for (let end = 24; end < octets.length; end += 37) {
    const path = scratch.write("cut-off.pcap", octets.subarray(0, end));
    const reading = await readCapture(
      path,
      () => {},
      () => false,
    );
    const { packets, datagramPackets, notUdp, truncated, incomplete, undecodable } = reading;
    t.is(packets, datagramPackets + notUdp + truncated + incomplete + undecodable);
  }
});

testWithFixtures(test)("what softflowd and YAF sent is found in captures of raw IP", async (t) => {
  for (const [name, datagrams] of [
    ["softflowd-v5.pcap", 6],
    ["softflowd-v9.pcap", 6],
    ["softflowd-v10.pcap", 6],
    ["yaf-ipfix-udp.pcap", 50],
  ] as const) {
    let taken = 0;
    const count = () => {
      taken += 1;
    };
    const { otherDatagrams } = await readCapture(join(FIXTURES, "export", name), count, () => false);
    t.deepEqual([taken, otherDatagrams], [datagrams, 0], name);
  }
});
