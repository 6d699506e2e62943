import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import fc from "fast-check";
import { FileExporter } from "../../src/export/file_exporter.js";
import { IpfixDecoder } from "../../src/formats/ipfix/decoder.js";
import { IpfixEncoder } from "../../src/formats/ipfix/encoder.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { pcap, pcapng } from "../support/capture_writer.js";
import { anyConversations, type SentPacket } from "../support/conversations.js";
import { comparable, modelFlows } from "../support/flow_model.js";
import { flowsOf, type MeteredFlow, meterFlows } from "../support/meter_flows.js";
import { Scratch } from "../support/scratch.js";
import { zstdFrame } from "../support/zstd_writer.js";

/** Idle 15 s, active 60 s: random conversations reach both. */
const TIMEOUTS = { idle: 15e6, active: 60e6 } as const;
const OPTIONS = { idleTimeout: TIMEOUTS.idle / 1e6, activeTimeout: TIMEOUTS.active };

let scratch: Scratch;
test.before(() => {
  scratch = new Scratch();
});
test.after.always(() => scratch.remove());

/** A path of its own for each file, since properties of one process run side by side. */
let files = 0;
const write = (name: string, octets: Uint8Array) => scratch.write(`${++files}-${name}`, octets);

const sorted = (flows: readonly MeteredFlow[]) => flows.map(comparable).sort();

/** Octets and packets by some text about a packet's way through the network. */
class Sums {
  readonly #counts = new Map<string, [packets: number, octets: number]>();

  add(way: string, packets: number, octets: number): void {
    if (packets === 0) return;
    const [packetsBefore, octetsBefore] = this.#counts.get(way) ?? [0, 0];
    this.#counts.set(way, [packetsBefore + packets, octetsBefore + octets]);
  }

  sorted(): [string, [number, number]][] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Sums for each direction: source, destination and what both have in common. An ICMP message has no ports. */
function directions(flows: readonly MeteredFlow[]): [string, [number, number]][] {
  const sums = new Sums();
  for (const flow of flows) {
    const isIcmp = flow.protocol === 1 || flow.protocol === 58;
    const source = isIcmp ? flow.source : `${flow.source}/${flow.sourcePort}`;
    const destination = isIcmp ? flow.destination : `${flow.destination}/${flow.destinationPort}`;
    const rest = `${flow.protocol} ${flow.vlan}`;
    sums.add(`${source} ${destination} ${rest}`, flow.packets[0], flow.octets[0]);
    sums.add(`${destination} ${source} ${rest}`, flow.packets[1], flow.octets[1]);
  }
  return sums.sorted();
}

/** The flows that an IPFIX file (RFC 5655) holds. */
function readIpfixFile(path: string): MeteredFlow[] {
  const octets = readFileSync(path);
  const decoder = new IpfixDecoder();
  const flows: MeteredFlow[] = [];
  for (let at = 0; at < octets.length; ) {
    const length = octets.readUInt16BE(at + 2);
    decoder.decode(octets.subarray(at, at + length), (batch: FlowBatch) => void flows.push(...flowsOf(batch)));
    at += length;
  }
  return flows;
}

/**
 * What an IPFIX record keeps of a flow. ICMP identifiers have no information element: type and code are what is left.
 * silkTCPState stands once: what concerns the whole flow is with its forward direction, and packets after FIN are not
 * told of the reverse one.
 */
function inIpfix(flow: MeteredFlow): MeteredFlow {
  const isIcmp = flow.protocol === 1 || flow.protocol === 58;
  const [forward, reverse] = flow.sequence;
  return {
    ...flow,
    sequence: isIcmp ? [forward & 0xffff, reverse & 0xffff] : flow.sequence,
    attributes: [flow.attributes[0], flow.attributes[1] & ~0x38],
  };
}

async function holds(runs: number, property: (packets: SentPacket[]) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(anyConversations, property), { numRuns: runs });
}

test.serial("random conversations become the flows of a model that knows nothing but the rules", async (t) => {
  const seen = { continued: 0, ended: 0, answered: 0, fragmented: 0 };
  await holds(200, async (packets) => {
    const { flows, stats } = await meterFlows([write("model.pcap", pcap(packets))], OPTIONS);
    t.is(stats.meteredPackets, packets.length);
    t.deepEqual(sorted(flows), modelFlows(packets, TIMEOUTS).sort());
    for (const flow of flows) {
      if ((flow.attributes[0] & 0x20) !== 0) seen.continued++;
      if (flow.reason === 3) seen.ended++;
      if (flow.packets[1] > 0) seen.answered++;
      if ((flow.attributes[0] & 0x01) !== 0) seen.fragmented++;
    }
  });
  // The conversations are random, but not so random that they miss what they are for.
  for (const [what, count] of Object.entries(seen)) t.true(count > 0, `no flow was ${what}`);
});

test.serial("flows come back from an IPFIX file as they went in", async (t) => {
  await holds(60, async (packets) => {
    const { metered, filed } = await meterIntoFile(packets);
    const lines = (flows: readonly MeteredFlow[]) => flows.map((flow) => JSON.stringify(inIpfix(flow))).sort();
    t.deepEqual(lines(filed), lines(metered));
  });
});

test.serial("the same packets as pcap, nanosecond pcap, pcapng and compressed give the same flows", async (t) => {
  await holds(30, async (packets) => {
    const plain = pcap(packets);
    const expected = sorted((await meterFlows([write("plain.pcap", plain)], OPTIONS)).flows);
    for (const [name, octets] of [
      ["big.pcap", pcap(packets, { order: "big", format: "nanoseconds" })],
      ["any.pcapng", pcapng(packets)],
      ["big.pcapng", pcapng(packets, { resolution: 6 }, "big")],
      ["gz.pcap.gz", gzipSync(plain)],
      ["gz.pcapng.gz", gzipSync(pcapng(packets))],
      ["zst.pcap.zst", zstdFrame(plain)],
    ] as const) {
      t.deepEqual(sorted((await meterFlows([write(name, octets)], OPTIONS)).flows), expected, name);
    }
  });
});

test.serial("a capture split into several files gives the same flows", async (t) => {
  const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(anyConversations, cuts, async (packets, at) => {
      const edges = [0, ...at.filter((edge) => edge < packets.length).sort((a, b) => a - b), packets.length];
      const parts = edges.slice(1).map((edge, index) => packets.slice(edges[index]!, edge));
      const paths = parts.map((part, index) => write("part", index % 2 === 0 ? pcap(part) : pcapng(part)));
      const whole = await meterFlows([write("whole.pcap", pcap(packets))], OPTIONS);
      t.deepEqual(sorted((await meterFlows(paths, OPTIONS)).flows), sorted(whole.flows));
    }),
    { numRuns: 60 },
  );
});

test.serial("unidirectional flows add up to the directions of the bidirectional ones", async (t) => {
  await holds(60, async (packets) => {
    const path = write("directions.pcap", pcap(packets));
    const both = await meterFlows([path], OPTIONS);
    const single = await meterFlows([path], { ...OPTIONS, unidirectional: true });
    t.true(single.flows.every((flow) => flow.packets[1] === 0 && flow.octets[1] === 0));
    t.deepEqual(directions(single.flows), directions(both.flows));
  });
});

test.serial("a flow table of three flows ends flows early and loses nothing of them", async (t) => {
  let early = 0;
  await holds(60, async (packets) => {
    const path = write("ceiling.pcap", pcap(packets));
    const roomy = await meterFlows([path], OPTIONS);
    const tight = await meterFlows([path], { ...OPTIONS, maxFlows: 3 });
    t.true(tight.stats.table.peak <= 3);
    t.is(tight.stats.table.lostPackets, 0);
    early += tight.stats.table.ended[5]!;
    t.deepEqual(undirected(tight.flows), undirected(roomy.flows));
  });
  t.true(early > 0);
});

/** Sums by conversation, since a flow that begins anew may begin with the other end's packet. */
function undirected(flows: readonly MeteredFlow[]): [string, [number, number]][] {
  const sums = new Sums();
  for (const [way, [packets, octets]] of directions(flows)) {
    sums.add(way.split(" ").sort().join(" "), packets, octets);
  }
  return sums.sorted();
}

async function meterIntoFile(
  packets: readonly SentPacket[],
): Promise<{ metered: MeteredFlow[]; filed: MeteredFlow[] }> {
  const path = join(scratch.path, `${++files}.ipfix`);
  const exporter = new FileExporter(path, path, new IpfixEncoder({ timestamps: "microseconds" }));
  const { flows } = await meterFlows([write("file.pcap", pcap(packets))], OPTIONS, (batch) => exporter.write(batch));
  await exporter.close();
  return { metered: flows, filed: readIpfixFile(path) };
}
