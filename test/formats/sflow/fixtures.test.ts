/** Datagrams of real agents: what tshark's dissector says of them, and what becomes of them when they are damaged. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { exportedDatagrams, viewOf } from "../../support/exported_datagrams.js";
import { FIXTURES, fixtureCaptures, testWithFixtures } from "../../support/fixtures.js";
import type { PlainRow } from "../../support/rows.js";
import { decodeSflow } from "../../support/sflow_decoding.js";
import { haveTools } from "../../support/tools.js";

const withFixtures = testWithFixtures(test);

function captures(): string[] {
  return fixtureCaptures("export").filter((path) => path.includes("/sflow-"));
}

function decodeAll(path: string): readonly PlainRow[] {
  return exportedDatagrams(path).flatMap(({ octets, received }) => decodeSflow(octets, received).rows);
}

/** What tshark prints for fields of all layers of a capture's packets, as lists. */
function dissect(path: string, fields: readonly string[]): string[][] {
  const run = spawnSync(
    "tshark",
    ["-r", path, "-d", "udp.port==6343,sflow", "-T", "fields", ...fields.flatMap((name) => ["-e", name])],
    { encoding: "utf8" },
  );
  const lists: string[][] = fields.map(() => []);
  for (const line of run.stdout.replace(/\n$/, "").split("\n"))
    line.split("\t").forEach((cell, k) => {
      if (cell !== "") lists[k]!.push(...cell.split(","));
    });
  return lists;
}

const dotted = (address: bigint) => [24n, 16n, 8n, 0n].map((by) => (address >> by) & 255n).join(".");

withFixtures("rows are what tshark's dissector says of the sampled headers", (t) => {
  if (!haveTools(t, "tshark")) return;
  for (const path of captures().filter((each) => !each.includes("ipv4-data"))) {
    const rows = decodeAll(path);
    const datagrams = exportedDatagrams(path).length;
    const names = ["ip.src", "ip.dst", "ip.len", "tcp.dstport", "sflow_245.numsamples", "ipv6.plen", "ip.ttl"];
    const [sources, destinations, lengths, ports, samples, lengths6, ttls] = dissect(path, names);
    const four = rows.filter(({ sip_hi }) => sip_hi === 0n);
    const six = rows.filter(({ sip_hi }) => sip_hi !== 0n);
    t.is(
      rows.length,
      samples!.map(Number).reduce((sum, each) => sum + each, 0),
      path,
    );
    // The first of each datagram's addresses is that of its own packet.
    t.deepEqual(
      four.map(({ sip_lo }) => dotted(BigInt(sip_lo))),
      sources!.slice(datagrams),
      path,
    );
    t.deepEqual(
      four.map(({ dip_lo }) => dotted(BigInt(dip_lo))),
      destinations!.slice(datagrams),
      path,
    );
    t.deepEqual(
      four.map(({ bytes }) => String(bytes)),
      lengths!.slice(datagrams),
      path,
    );
    t.deepEqual(
      four.map(({ max_ttl }) => String(max_ttl)),
      ttls!.slice(datagrams),
      path,
    );
    t.deepEqual(
      six.map(({ bytes }) => String(BigInt(bytes) - 40n)),
      lengths6,
      path,
    );
    t.deepEqual(
      rows.filter(({ proto }) => proto === 6).map(({ dport }) => String(dport)),
      ports,
      path,
    );
  }
});

withFixtures("a switch's datagram of five samples is read with its interfaces, tags and next hops", (t) => {
  const rows = decodeAll(join(FIXTURES, "export", "sflow-data-1140.pcap"));
  t.deepEqual(
    rows.map(({ input, output, vlan }) => [Number(input), Number(output), Number(vlan)]),
    [
      [27, 28, 100],
      [49001, 25, 0],
      [27, 28, 100],
      [28, 49001, 100],
      [27, 28, 100],
    ],
  );
  t.deepEqual(
    rows.map(({ nhip_lo }) => nhip_lo !== 0n && nhip_lo !== 0xffff_0000_0000n),
    [false, true, false, true, false],
  );
});

withFixtures("a header stands for the packet where the agent summarised it, too", (t) => {
  const rows = decodeAll(join(FIXTURES, "export", "sflow-data-sflow-ipv4-data.pcap"));
  t.is(rows.length, 1);
  t.like(rows[0], { packets: 1n, bytes: 1344n, proto: 17, max_ttl: 64 });
});

withFixtures("samples of counters are counted beside a flow sample", (t) => {
  const datagrams = exportedDatagrams(join(FIXTURES, "captures", "sflow.pcap"));
  const decoded = datagrams.map(({ octets }) => decodeSflow(octets));
  t.deepEqual([...new Set(decoded.map(({ end }) => end))], ["whole"]);
  const sum = (of: "samples" | "counterSamples" | "rows") => decoded.reduce((all, { counts }) => all + counts[of], 0);
  t.deepEqual([sum("samples"), sum("counterSamples"), sum("rows")], [9, 8, 1]);
});

withFixtures("ICMP has its type and code where the destination port stands", (t) => {
  const [four] = decodeAll(join(FIXTURES, "export", "sflow-data-icmpv4.pcap"));
  const [six] = decodeAll(join(FIXTURES, "export", "sflow-data-icmpv6.pcap"));
  t.like(four, { proto: 1, sport: 0, dport: 8 * 256, input: 0n, output: 0n });
  t.like(six, { proto: 58, sport: 0, dport: 135 * 256 });
});

withFixtures("damaged datagrams are counted, whatever is damaged", (t) => {
  const all = captures().flatMap((path) => exportedDatagrams(path));
  const damage = fc.record({
    of: fc.nat(all.length - 1),
    octets: fc.array(fc.tuple(fc.nat(0xffff), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
    words: fc.array(fc.tuple(fc.nat(0xffff), fc.constantFrom(0, 1, 3, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff))),
    keep: fc.nat(2000),
  });
  const property = fc.property(damage, ({ of, octets, words, keep }) => {
    const { octets: view } = all[of]!;
    const copy = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(0, Math.max(4, keep));
    for (const [at, value] of octets) copy[at % copy.length] = value;
    const damaged = viewOf(copy);
    for (const [at, value] of words) if (copy.length >= 8) damaged.setUint32((at * 4) % (copy.length & ~3), value);
    const { counts, rows: written } = decodeSflow(damaged);
    const ignored = counts.ignored.reduce((sum, count) => sum + count, 0);
    const { samples, rows, counterSamples, discardedPackets, otherSamples } = counts;
    return rows === written.length && rows + counterSamples + discardedPackets + otherSamples + ignored === samples;
  });
  t.notThrows(() => fc.assert(property, { numRuns: 3000 }));
});
