import { join } from "node:path";
import test from "ava";
import { concat, type Frame, type PcapngBlock, pcap, pcapngSection } from "../../support/capture_writer.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";
import { Scratch } from "../../support/scratch.js";
import { read } from "./driver.js";

/** An IPv4 packet of `protocol` from 192.0.2.1 to 192.0.2.2, with ports. */
function ipv4(protocol: number, destinationPort: number): Uint8Array {
  const packet = Buffer.alloc(28);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(28, 2);
  packet.writeUInt8(64, 8);
  packet.writeUInt8(protocol, 9);
  packet.writeUInt32BE(0xc0000201, 12);
  packet.writeUInt32BE(0xc0000202, 16);
  packet.writeUInt16BE(40000, 20);
  packet.writeUInt16BE(destinationPort, 22);
  return packet;
}

/** Octets before an IPv4 packet in captures of a link type. */
const LINK_HEADERS: readonly [linkType: number, header: Uint8Array][] = [
  [1, Uint8Array.of(...new Uint8Array(12), 8, 0)], // Ethernet
  [0, Uint8Array.of(2, 0, 0, 0)], // BSD loopback
  [9, Uint8Array.of(0xff, 3, 0, 0x21)], // PPP
  [101, new Uint8Array(0)], // raw IP
  [113, Uint8Array.of(...new Uint8Array(14), 8, 0)], // Linux cooked
  [228, new Uint8Array(0)], // raw IPv4
  [276, Uint8Array.of(8, 0, ...new Uint8Array(18))], // Linux cooked version 2
];

test("a filter keeps the packets it describes, on each link type", (t) => {
  for (const [linkType, header] of LINK_HEADERS) {
    const frames = [ipv4(6, 443), ipv4(17, 443), ipv4(6, 80), ipv4(6, 443)].map(
      (packet, time): Frame => ({ data: concat([header, packet]), time }),
    );
    const { packets, notices } = read(
      ["--filter", "tcp dst port 443 and host 192.0.2.1", "-"],
      pcap(frames, { linkType }),
    );
    t.deepEqual(notices, []);
    t.deepEqual(
      packets.map((packet) => packet.time),
      [0n, 3n],
      `link type ${linkType}`,
    );
  }
});

test("a capture with several link types is filtered by each packet's own", (t) => {
  const interfaces = LINK_HEADERS.map(([linkType]): PcapngBlock => ({ kind: "interface", linkType }));
  const packets = [0, 1].flatMap((round) =>
    LINK_HEADERS.map(
      ([, header], index): PcapngBlock => ({
        kind: "enhancedPacket",
        interface: index,
        timestamp: BigInt(index),
        data: concat([header, ipv4((index + round) % 2 === 0 ? 6 : 17, 53)]),
      }),
    ),
  );
  const { packets: kept, notices } = read(["--filter", "udp", "-"], pcapngSection([...interfaces, ...packets]));
  t.deepEqual(notices, []);
  t.deepEqual(
    kept.map((packet) => packet.time),
    [1n, 3n, 5n, 0n, 2n, 4n, 6n],
  );
});

test("a filter sees the length on the wire and no more octets than were captured", (t) => {
  const data = concat([LINK_HEADERS[0]![1], ipv4(6, 443)]);
  const frames: Frame[] = [
    { data, time: 1, wireLength: 1000 },
    { data, time: 2 },
    { data: data.subarray(0, 20), time: 3, wireLength: 1000 },
  ];
  const times = (filter: string) => read(["--filter", filter, "-"], pcap(frames)).packets.map((packet) => packet.time);
  t.deepEqual(times("greater 500"), [1n, 3n]);
  t.deepEqual(times("tcp"), [1n, 2n]);
});

test("a filter that libpcap does not accept is refused in its words before anything is read", (t) => {
  const { status, notices, packets } = read(["--filter", "tcp prt 443", "/nonexistent"]);
  t.is(status, 2);
  t.deepEqual(packets, []);
  t.is(notices.length, 1);
  t.regex(notices[0]!, /^filter: .*syntax error/);
});

test("a filter for another link type than Ethernet is accepted", (t) => {
  const { status, notices, packets } = read(["--filter", "type mgt", "-"], pcap([{ data: ipv4(6, 1) }]));
  t.is(status, 0);
  t.deepEqual(packets, []);
  t.is(notices.length, 1);
  t.regex(notices[0]!, /^notice filter:0: matches no packet of link type 1: /);
});

test("a link type that libpcap does not know is one notice, and none of its packets match", (t) => {
  const frames = [{ data: ipv4(6, 1) }, { data: ipv4(6, 1) }];
  const { packets, notices } = read(["--filter", "tcp", "-"], pcap(frames, { linkType: 65000 }));
  t.deepEqual(packets, []);
  t.is(notices.length, 1);
  t.regex(notices[0]!, /^notice filter:0: matches no packet of link type 65000: /);
});

test("more link types than anybody has are filtered all the same", (t) => {
  const data = ipv4(17, 53);
  const blocks: PcapngBlock[] = [];
  for (let index = 0; index < 100; index++) {
    blocks.push({ kind: "interface", linkType: index === 99 ? 101 : 64000 + index });
    blocks.push({ kind: "enhancedPacket", interface: index, data });
  }
  t.is(read(["--filter", "udp", "-"], pcapngSection(blocks)).packets.length, 1);
});

test("without libpcap captures are read, and a filter is refused", (t) => {
  const scratch = new Scratch();
  try {
    scratch.write("libpcap.so.0.8", ""); // found first, and no library
    scratch.write("libpcap.so.1", "");
    const capture = scratch.write("capture", pcap([{ data: ipv4(6, 1) }]));
    const environment = { LD_LIBRARY_PATH: scratch.path };
    t.is(read([capture], undefined, environment).packets.length, 1);
    const { status, notices } = read(["--filter", "tcp", capture], undefined, environment);
    t.is(status, 2);
    t.regex(notices.join(), /^filter: filters need libpcap: libpcap cannot be loaded: /);
  } finally {
    scratch.remove();
  }
});

testWithFixtures(test)("a filter and its opposite share out the packets of real captures", (t) => {
  for (const name of ["teams.pcap", "dlt_ppp.pcap", "http.pcapng", "BGP_Cisco_hdlc_slarp.pcap", "vxlan.pcap"]) {
    const path = join(FIXTURES, "captures", name);
    const all = read(["--count", path]).counts[0]!.packets;
    const count = (filter: string) => read(["--count", "--filter", filter, path]).counts[0]!.packets;
    const tcp = count("tcp");
    t.is(tcp + count("not tcp"), all, name);
    t.is(count("greater 1"), all, name);
    if (name === "teams.pcap") t.true(tcp > 0 && tcp < all);
  }
});
