import { spawnSync } from "node:child_process";
import test from "ava";
import type { MessageEncoder } from "../../src/formats/encoder.js";
import { IpfixDecoder } from "../../src/formats/ipfix/decoder.js";
import { IpfixEncoder } from "../../src/formats/ipfix/encoder.js";
import { samplingRecord } from "../../src/formats/ipfix/sampling.js";
import { NetFlow5Encoder } from "../../src/formats/netflow/v5.js";
import { NetFlow9Encoder } from "../../src/formats/netflow/v9.js";
import { SAMPLING_MODES, type Sampling } from "../../src/meter/sampling.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { pcap } from "../support/capture_writer.js";
import { ethernet, ipv4 as ipv4Packet, udp } from "../support/frames.js";
import { collectWithNfcapd } from "../support/nfcapd.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const TIME = 1_700_000_000_000_000;
const batch = batchOf([
  {
    ipVersion: 4,
    protocolIdentifier: 17,
    sourceAddress: ipv4(10, 0, 0, 1),
    destinationAddress: ipv4(192, 0, 2, 1),
    flowStart: TIME,
    flowEnd: TIME,
    packets: 10,
    octets: 1000,
  },
]);

/** Two messages of flows, and the templates once more. */
function messages(encoder: MessageEncoder): Uint8Array[] {
  const all: Uint8Array[] = [];
  const emit = (octets: Uint8Array) => all.push(octets.slice());
  for (let k = 0; k < 2; k++) {
    encoder.encode(batch, emit);
    encoder.flush(emit);
  }
  encoder.templates(emit);
  return all;
}

/** What tshark says of datagrams to a port, one fact a line. */
function dissected(datagrams: readonly Uint8Array[], port: number): string[] {
  const ip = { source: "192.0.2.1", destination: "192.0.2.2" };
  const macs = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
  const packets = datagrams.map((octets) => ({
    data: ethernet(ipv4Packet(ip, 17, udp(ip, 40_000, port, octets)), 0x0800, macs),
    time: TIME,
  }));
  const path = scratch.write(`${port}.pcap`, pcap(packets));
  const { stdout } = spawnSync("tshark", ["-r", path, "-d", `udp.port==${port},cflow`, "-V"], { encoding: "utf8" });
  return stdout.split("\n").map((line) => line.trim());
}

const EXPECTED: Readonly<Record<Sampling["mode"], Record<string, number>>> = {
  systematic: { "0/304": 1, "0/305": 1, "0/306": 99, "0/34": 100, "0/35": 1 },
  random: { "0/304": 3, "0/309": 1, "0/310": 100, "0/34": 100, "0/35": 2 },
  flow: { "0/390": 6, "0/34": 100, "0/35": 2 },
};

for (const mode of SAMPLING_MODES) {
  test(`IPFIX tells ${mode} sampling with the templates, and again with them`, (t) => {
    const seen: Record<string, number | string>[] = [];
    const decoder = new IpfixDecoder({
      onOptions: (_domain, _template, values) => seen.push(Object.fromEntries(values)),
    });
    const encoder = new IpfixEncoder({ maxMessage: 1400, standing: [samplingRecord({ mode, interval: 100 })] });
    let flows = 0;
    for (const message of messages(encoder)) decoder.decode(message, (decoded) => (flows += decoded.count));
    t.deepEqual(seen, [
      { "0/302": 1, ...EXPECTED[mode] },
      { "0/302": 1, ...EXPECTED[mode] },
    ]);
    t.is(flows, 2);
    t.deepEqual([decoder.counters.lostRecords, decoder.counters.unknownTemplateSets], [0, 0]);
  });
}

test("IPFIX tells the sampling again when templates are due by the number of messages", (t) => {
  let told = 0;
  const decoder = new IpfixDecoder({ onOptions: () => told++ });
  const standing = [samplingRecord({ mode: "random", interval: 5 })];
  const encoder = new IpfixEncoder({ maxMessage: 1400, standing, templateRefreshPackets: 2 });
  for (let k = 0; k < 6; k++) {
    encoder.encode(batch, (octets) => decoder.decode(octets, () => {}));
    encoder.flush((octets) => decoder.decode(octets, () => {}));
  }
  t.is(told, 3);
});

test("Wireshark reads the sampling of IPFIX and NetFlow v9", (t) => {
  if (!haveTools(t, "tshark")) return;
  const sampling = { mode: "random", interval: 100 } as const;
  const ipfix = dissected(messages(new IpfixEncoder({ maxMessage: 1400, standing: [samplingRecord(sampling)] })), 4739);
  for (const line of ["Selector Algorithm: Random n-out-of-N Sampling (3)", "Sampling Population: 100"])
    t.is(ipfix.filter((each) => each === line).length, 2, line);
  const v9 = dissected(messages(new NetFlow9Encoder({ sampling })), 2055);
  for (const line of [
    "Sampling interval: 100",
    "Sampling algorithm: Random sampling (2)",
    "SamplerRandomInterval: 100",
  ])
    t.is(v9.filter((each) => each === line).length, 2, line);
  t.is([...ipfix, ...v9].filter((line) => /malformed|no template found/i.test(line)).length, 0);
});

test("NetFlow v9 packets that tell the sampling count their records and are in sequence", (t) => {
  const all = messages(new NetFlow9Encoder({ sampling: { mode: "systematic", interval: 3 } })).map(Buffer.from);
  // Options template, options record, template, flow; flow; template, options template, options record.
  t.deepEqual(
    all.map((packet) => packet.readUInt16BE(2)),
    [4, 1, 3],
  );
  t.deepEqual(
    all.map((packet) => packet.readUInt32BE(12)),
    [0, 1, 2],
  );
});

test("NetFlow v5 tells mode and interval in its header", (t) => {
  const field = (sampling: Sampling | undefined) =>
    Buffer.from(messages(new NetFlow5Encoder({ sampling }))[0]!).readUInt16BE(22);
  t.is(field(undefined), 0);
  t.is(field({ mode: "systematic", interval: 1 }), 0);
  t.is(field({ mode: "systematic", interval: 100 }), 0x4000 + 100);
  t.is(field({ mode: "random", interval: 0x3fff }), 0x8000 + 0x3fff);
});

test("nfcapd scales the flows of NetFlow v5 by the interval of its header", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const encoder = new NetFlow5Encoder({ sampling: { mode: "systematic", interval: 100 } });
  const [flow] = await collectWithNfcapd(messages(encoder).slice(0, 1));
  t.is(flow?.in_packets, 1000);
  t.is(flow?.in_bytes, 100_000);
});
