import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { OctetSource } from "../../../src/files/octet_source.js";
import { IpfixEncoder } from "../../../src/formats/ipfix/encoder.js";
import { IpfixRowWriter } from "../../../src/formats/ipfix/row_writer.js";
import { openIpfixRows, type Tail } from "../../../src/formats/ipfix/rows.js";
import { ROW_ATTRIBUTE } from "../../../src/record/columns.js";
import { PEN } from "../../../src/record/field.js";
import { Site, TWO_WAY_SITE } from "../../../src/site/site.js";
import { batchOf, ipv4 } from "../../support/batches.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";
import { FLOW_FIELDS, flow, ipfix, set, template, u16, u32 } from "../../support/ipfix_messages.js";
import { allRows, arbitraryRow, columnsOf, MemorySink, type PlainRow } from "../../support/rows.js";
import { Scratch } from "../../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let files = 0;
function open(octets: Uint8Array, tail: Tail = "error") {
  files += 1;
  return openIpfixRows(new OctetSource(scratch.write(`${files}.ipfix`, octets)), tail);
}

function written(rows: readonly PlainRow[], site?: Site): Buffer {
  const sink = new MemorySink();
  const writer = new IpfixRowWriter(sink, site === undefined ? {} : { names: site.config });
  writer.write(columnsOf(rows));
  writer.end();
  return sink.octets;
}

test("rows come back from a stream as they were written, whatever the capacity", (t) => {
  fc.assert(
    fc.property(fc.array(arbitraryRow, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (rows, capacity) => {
      t.deepEqual(allRows(open(written(rows)), capacity), rows);
    }),
    { numRuns: 100 },
  );
});

test("streams longer than a message come back whole and in order", (t) => {
  const [template] = fc.sample(arbitraryRow, 1) as [PlainRow];
  const rows = Array.from({ length: 5000 }, (_, at) => ({ ...template, sport: at % 65536, flow_id: BigInt(at) }));
  const back = allRows(open(written(rows)), 2048, ["flow_id", "sport"]);
  t.is(back.length, 5000);
  t.true(back.every((row, at) => row.flow_id === BigInt(at) && row.sport === at));
});

test("names of the site's sensors and types stand before the first row of a stream", (t) => {
  const site = new Site({ ...TWO_WAY_SITE, sensors: [{ id: 3, name: "Gate", description: "", classes: ["all"] }] });
  const [row] = fc.sample(arbitraryRow, 1) as [PlainRow];
  const rows = open(written([{ ...row, sensor: 3, flowtype: 2 }], site));
  rows.readNames();
  t.deepEqual([...rows.siteHints.sensors], [[3, "Gate"]]);
  t.deepEqual([...rows.siteHints.flowtypes.values()], [...TWO_WAY_SITE.flowtypes]);
  t.is(allRows(rows).length, 1);
});

test("a stream cut off anywhere is one error in a file, and in a journal what is whole before", (t) => {
  const rows = fc.sample(arbitraryRow, 3);
  const octets = Buffer.concat(rows.map((row) => written([row])));
  for (let length = 0; length < octets.length; length++) {
    const cut = octets.subarray(0, length);
    const kept = allRows(open(cut, "cut"));
    t.deepEqual(kept, rows.slice(0, kept.length));
    const whole = [written([rows[0]!]).length, written(rows.slice(0, 1)).length + written([rows[1]!]).length];
    if (length === 0 || whole.includes(length)) t.notThrows(() => allRows(open(cut)));
    else t.regex(t.throws(() => allRows(open(cut))).message, /^\S+\.ipfix: cut off within the message at octet \d+$/);
  }
});

test("a bidirectional record becomes two rows, the reverse one with its own counters, flags, time and interface", (t) => {
  const flow = {
    sourceAddress: ipv4(192, 0, 2, 1),
    destinationAddress: ipv4(198, 51, 100, 2),
    sourceTransportPort: 40000,
    destinationTransportPort: 443,
    protocolIdentifier: 6,
    ipVersion: 4,
    flowStart: 1_700_000_000_000_001,
    flowEnd: 1_700_000_005_000_000,
    reverseFlowDelta: 1234,
    flowEndReason: 3,
    packets: 10,
    reversePackets: 8,
    octets: 1000,
    reverseOctets: 5000,
    initialTcpFlags: 2,
    unionTcpFlags: 0x19,
    reverseInitialTcpFlags: 0x12,
    reverseUnionTcpFlags: 0x1b,
    minimumTtl: 64,
    reverseMinimumTtl: 57,
    interface: 1,
    reverseInterface: 2,
    vlanId: 9,
  };
  const ping = { ...flow, protocolIdentifier: 1, sourceTransportPort: 0, destinationTransportPort: 8 * 256 };
  const oneWay = { ...flow, reversePackets: 0, reverseOctets: 0 };
  const pieces: Buffer[] = [];
  const emit = (octets: Uint8Array) => pieces.push(Buffer.from(octets));
  const encoder = new IpfixEncoder({ timestamps: "microseconds" });
  encoder.encode(batchOf([flow, { ...ping, tcpSequence: 8 * 256, reverseTcpSequence: 0 }, oneWay]), emit);
  encoder.flush(emit);
  for (const capacity of [1, 2, 3, 100]) {
    const rows = allRows(open(Buffer.concat(pieces)), capacity);
    t.is(rows.length, 5);
    const there = rows.find((row) => row.proto === 6 && row.packets === 10n && row.max_ttl === 0)!;
    const back = rows.find((row) => row.proto === 6 && row.packets === 8n)!;
    t.is(there.stime, 1_700_000_000_000_001n);
    t.is(back.stime, 1_700_000_000_001_235n);
    t.is(back.etime, 1_700_000_005_000_000n);
    t.deepEqual([back.sip_lo, back.dip_lo, back.sport, back.dport], [there.dip_lo, there.sip_lo, 443, 40000]);
    t.deepEqual([back.flags, back.initial_flags, back.session_flags], [0x1b, 0x12, 0x1b]);
    t.deepEqual([there.flags, there.initial_flags, there.session_flags], [0x1b, 2, 0x19]);
    t.deepEqual(
      [there.attributes, back.attributes],
      [ROW_ATTRIBUTE.flagsSeparate, ROW_ATTRIBUTE.flagsSeparate | ROW_ATTRIBUTE.reverse],
    );
    t.deepEqual([there.input, back.input, there.vlan, back.vlan, there.min_ttl, back.min_ttl], [1n, 2n, 9, 9, 64, 57]);
    const icmp = rows.filter((row) => row.proto === 1).map((row) => [row.sport, row.dport]);
    t.deepEqual(icmp, [
      [0, 8 * 256],
      [0, 0],
    ]);
  }
});

test("octets changed anywhere are read or refused in one line", (t) => {
  const octets = written(fc.sample(arbitraryRow, 4), new Site(TWO_WAY_SITE));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: octets.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
      const changed = Buffer.from(octets);
      changed[at] = value;
      try {
        allRows(open(changed));
      } catch (error) {
        t.regex((error as Error).message, /^[^\n]*\d+\.ipfix: [^\n]+$/);
      }
      t.notThrows(() => allRows(open(changed, "cut")));
    }),
    { numRuns: 400 },
  );
});

test("TCP flags of a file are read where YAF puts them into a list, whose template may stand behind that of the flows", (t) => {
  const learn = set(
    2,
    template(300, ...FLOW_FIELDS, [293, 65535]),
    template(301, [14, 1, PEN.cert], [15, 1, PEN.cert]),
  );
  const list = Buffer.concat([Buffer.of(3), u16(301, 6), Buffer.of(0x02, 0x19)]);
  const data = set(300, flow(), Buffer.of(list.length), list);
  const [row] = allRows(open(Buffer.concat([ipfix({ domain: 7 }, learn, data)])));
  t.like(row, { flags: 0x1b, initial_flags: 2, session_flags: 0x19, attributes: ROW_ATTRIBUTE.flagsSeparate });
});

test("flows of a file that tells uptimes without their start ended at the export, and lasted as long as they say", (t) => {
  const learn = set(2, template(300, ...FLOW_FIELDS, [22, 4], [21, 4]));
  const [row] = allRows(open(ipfix({ exported: 1_700_000_000 }, learn, set(300, flow(), u32(1000, 5000)))));
  t.like(row, { stime: 1_699_999_996_000_000n, etime: 1_700_000_000_000_000n });
});

test("a file's records without traffic or addresses are rows all the same", (t) => {
  const octets = ipfix({}, set(2, template(300, [2, 4], [1, 4])), set(300, u32(0, 0), u32(1, 2)));
  t.is(allRows(open(octets)).length, 2);
});

const v4 = join(FIXTURES, "silk", "v4.ipfix");

testWithFixtures(test)("what rwsilk2ipfix wrote is what rwcut and rwfilter print of the same flows", (t) => {
  const rows = allRows(openIpfixRows(new OctetSource(v4)), 1000);
  const expected = readFileSync(join(FIXTURES, "silk", "expected", "11.txt"), "latin1");
  const [records, packets, bytes] = /Total\|([^|]+)\|([^|]+)\|([^|]+)/.exec(expected)!.slice(1).map(Number) as [
    number,
    number,
    number,
  ];
  t.is(rows.length, records);
  const sum = (name: "packets" | "bytes") => Number(rows.reduce((total, row) => total + (row[name] as bigint), 0n));
  t.is(sum("packets"), packets);
  t.is(sum("bytes"), bytes);
  const cut = readFileSync(join(FIXTURES, "silk", "expected", "05.txt"), "latin1")
    .trim()
    .split("\n")
    .slice(1);
  cut.forEach((line, at) => {
    const cells = line.split("|");
    const row = rows[at]!;
    t.is(dotted(row.sip_lo as bigint), cells[0]!);
    t.is(dotted(row.dip_lo as bigint), cells[1]!);
    t.deepEqual([row.sport, row.dport, row.proto, row.packets, row.bytes].map(String), cells.slice(2, 7));
    t.deepEqual(
      [letters(row.flags), letters(row.initial_flags), letters(row.session_flags)],
      [cells[7], cells[15], cells[16]],
    );
    t.is(silkTime(row.stime as bigint), cells[8]!);
    t.is(silkTime(row.etime as bigint), cells[10]!);
    t.is(`S${row.sensor}`, cells[11]!);
    t.deepEqual([row.input, row.output, row.application].map(String), [cells[12], cells[13], cells[18]]);
    t.is(TWO_WAY_SITE.flowtypes[Number(row.flowtype)]?.type, cells[20]!);
    t.is((Number(row.attributes) & ROW_ATTRIBUTE.flagsSeparate) !== 0, cells[15] !== "");
  });
});

testWithFixtures(test)("rows of a foreign file survive the way through our own stream", (t) => {
  const rows = allRows(openIpfixRows(new OctetSource(v4)), 1000);
  t.deepEqual(allRows(open(written(rows)), 777), rows);
});

testWithFixtures(test)("a foreign file cut off in its last message is one error behind all whole rows", (t) => {
  const octets = readFileSync(v4);
  const path = join(scratch.path, "foreign.ipfix");
  writeFileSync(path, octets.subarray(0, octets.length - 7));
  const rows = openIpfixRows(new OctetSource(path));
  t.throws(() => allRows(rows), { message: /foreign\.ipfix: cut off within the message at octet \d+/ });
  const kept = allRows(openIpfixRows(new OctetSource(path), "cut"));
  t.true(kept.length > 100);
});

function dotted(low: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (low >> shift) & 255n).join(".");
}

function letters(flags: number | bigint | undefined): string {
  return ["F", "S", "R", "P", "A", "U", "E", "C"].filter((_, bit) => (Number(flags) & (1 << bit)) !== 0).join("");
}

function silkTime(microseconds: bigint): string {
  return new Date(Number(microseconds / 1000n)).toISOString().replaceAll("-", "/").replace("Z", "");
}
