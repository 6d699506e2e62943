import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { InputError } from "../../../src/errors.js";
import { OctetSource } from "../../../src/files/octet_source.js";
import { isNfdump } from "../../../src/formats/nfdump/header.js";
import { NfdumpRows } from "../../../src/formats/nfdump/rows.js";
import { ROW_ATTRIBUTE } from "../../../src/record/columns.js";
import { concat } from "../../support/capture_writer.js";
import * as nf from "../../support/nfdump_files.js";
import { allRows, type PlainRow } from "../../support/rows.js";
import { Scratch } from "../../support/scratch.js";

/** Cut by the active timeout, and the reverse direction. */
const CUT_REVERSE = ROW_ATTRIBUTE.activeTimeout | ROW_ATTRIBUTE.reverse;

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let files = 0;

function written(octets: Uint8Array): string {
  files += 1;
  const path = join(scratch.path, `${files}.nfcapd`);
  writeFileSync(path, octets);
  return path;
}

function rowsOf(octets: Uint8Array, capacity?: number): PlainRow[] {
  const source = new NfdumpRows(new OctetSource(written(octets)));
  try {
    return allRows(source, capacity);
  } finally {
    source.close();
  }
}

const oneBlock = (...records: readonly Uint8Array[]) => nf.elementFile([{ type: 3, records }]);
const generic = nf.generic({ packets: 7, octets: 777 });
const ipv4 = nf.element(2, nf.ENDS4);
const ipv6 = nf.element(3, nf.ENDS6);
const four = (word: number) => (0xffffn << 32n) | BigInt(word);

const FLOW: Partial<PlainRow> = {
  stime: 1_700_000_000_123_000n,
  etime: 1_700_000_001_456_000n,
  sip_hi: 0n,
  sip_lo: four(0xc0000201),
  dip_hi: 0n,
  dip_lo: four(0xc6336402),
  sport: 1111,
  dport: 2222,
  proto: 6,
  packets: 7n,
  bytes: 777n,
  flags: 0x12,
  initial_flags: 0,
  session_flags: 0,
  attributes: 0,
  application: 0,
  sensor: 65535,
  flowtype: 255,
  input: 0n,
  output: 0n,
  nhip_hi: 0n,
  nhip_lo: four(0),
  vlan: 0,
  tos: 0x28,
  min_ttl: 0,
  max_ttl: 0,
  end_reason: 0,
  flow_id: 0n,
};

test("a record of nfdump 1.7 is a row", (t) => {
  t.deepEqual(rowsOf(oneBlock(nf.elementRecord(generic, ipv4))), [FLOW as PlainRow]);
});

test("IPv6 has its own element", (t) => {
  const [row] = rowsOf(oneBlock(nf.elementRecord(generic, ipv6)));
  t.like(row, { sip_hi: 0x20010db800000000n, sip_lo: 1n, dip_hi: 0x20010db800000000n, dip_lo: 2n, nhip_lo: 0n });
});

test("interfaces, tags, next hops and end reasons are read, other elements are passed over", (t) => {
  const interfaces = nf.element(
    4,
    nf.little([32, 70000], [32, 2], [8, 24], [8, 16], [8, 1], [8, 9], [8, 2], [8, 2], [16, 0]),
  );
  const vlan = nf.element(6, nf.little([32, 100], [32, 200]));
  const hop = nf.element(10, nf.little([32, 0xcb007109]));
  const bgp = nf.element(8, nf.little([32, 0x01010101]));
  const unknown = nf.element(4000, new Uint8Array(33));
  const [row] = rowsOf(oneBlock(nf.elementRecord(generic, ipv4, interfaces, unknown, vlan, hop, bgp)));
  t.like(row, {
    input: 70000n,
    output: 2n,
    vlan: 100,
    nhip_lo: four(0xcb007109),
    end_reason: 2,
    attributes: CUT_REVERSE,
  });
});

test("a next hop of BGP stands where there is no other", (t) => {
  const bgp = nf.element(9, nf.little([64, 0x20010db800000000n], [64, 9]));
  const [row] = rowsOf(oneBlock(nf.elementRecord(generic, ipv6, bgp)));
  t.like(row, { nhip_hi: 0x20010db800000000n, nhip_lo: 9n });
});

test("out counters beside others are the reverse direction, alone they are the flow's", (t) => {
  const out = nf.element(5, nf.little([64, 1], [64, 3], [64, 333]));
  const interfaces = nf.element(4, nf.little([32, 1], [32, 2], [8, 0], [8, 0], [8, 0], [8, 9]));
  const both = rowsOf(oneBlock(nf.elementRecord(generic, ipv4, interfaces, out)));
  t.is(both.length, 2);
  t.like(both[0], { packets: 7n, bytes: 777n, attributes: 0, input: 1n });
  t.like(both[1], {
    sip_lo: FLOW.dip_lo,
    dip_lo: FLOW.sip_lo,
    sport: 2222,
    dport: 1111,
    packets: 3n,
    bytes: 333n,
    flags: 0,
    attributes: ROW_ATTRIBUTE.reverse,
    input: 2n,
    output: 1n,
    tos: 9,
  });
  const egress = rowsOf(oneBlock(nf.elementRecord(nf.generic({ packets: 0, octets: 0 }), ipv4, out)));
  t.is(egress.length, 1);
  t.like(egress[0], { sport: 1111, packets: 3n, bytes: 333n, flags: 0x12 });
});

test("type and code of ICMP stand in the destination port of both directions", (t) => {
  const echo = nf.generic({ packets: 1, octets: 84, protocol: 1, ports: [0, 0x0800] });
  const out = nf.element(5, nf.little([64, 1], [64, 1], [64, 84]));
  const rows = rowsOf(oneBlock(nf.elementRecord(echo, ipv4, out)));
  t.deepEqual(
    rows.map(({ sport, dport }) => [sport, dport]),
    [
      [0, 0x0800],
      [0, 0x0800],
    ],
  );
});

test("counters above 2^32 are whole", (t) => {
  const [row] = rowsOf(
    oneBlock(nf.elementRecord(nf.generic({ packets: 2n ** 40n + 1n, octets: 2n ** 52n + 3n }), ipv4)),
  );
  t.like(row, { packets: 2n ** 40n + 1n, bytes: 2n ** 52n + 3n });
});

test("records of nfdump 1.6 are rows, with the widths that their flags say", (t) => {
  const narrow = [nf.ENDS4, nf.little([32, 7], [32, 777])];
  const wide = [nf.ENDS4, nf.little([64, 7], [64, 777])];
  const six = [nf.ENDS6, nf.little([64, 7], [32, 777])];
  const records = [
    nf.extensionMap(0, []),
    nf.mappedRecord(0, 0, ...narrow),
    nf.mappedRecord(6, 0, ...wide),
    nf.mappedRecord(3, 0, ...six),
  ];
  const rows = rowsOf(nf.mappedFile(records));
  const expected = { ...FLOW, end_reason: 2, attributes: ROW_ATTRIBUTE.activeTimeout } as PlainRow;
  t.deepEqual(rows.slice(0, 2), [expected, expected]);
  t.like(rows[2], { sip_hi: 0x20010db800000000n, dip_lo: 2n, packets: 7n, bytes: 777n });
  t.is(rows.length, 3);
});

test("extensions stand in the order of their map", (t) => {
  const values = nf.little([32, 70000], [32, 2], [16, 100], [16, 200], [32, 0xcb007109], [64, 3], [32, 333]);
  const records = [
    nf.extensionMap(3, [5, 13, 9, 15, 16]),
    nf.mappedRecord(0, 3, nf.ENDS4, nf.little([32, 7], [32, 777]), values),
  ];
  const rows = rowsOf(nf.mappedFile(records));
  t.is(rows.length, 2);
  t.like(rows[0], { input: 70000n, output: 2n, vlan: 100, nhip_lo: four(0xcb007109), packets: 7n });
  t.like(rows[1], { input: 2n, output: 70000n, packets: 3n, bytes: 333n, attributes: CUT_REVERSE });
});

test("extensions of firewalls, and what stands behind them, are passed over", (t) => {
  const records = [
    nf.extensionMap(3, [13, 37, 4]),
    nf.mappedRecord(0, 3, nf.ENDS4, nf.little([32, 7], [32, 777]), nf.little([16, 100], [16, 0]), new Uint8Array(24)),
  ];
  t.like(rowsOf(nf.mappedFile(records))[0], { vlan: 100, input: 0n });
});

test("many records in many blocks are read whatever the room for rows", (t) => {
  const count = 5000;
  const record = (k: number) => nf.elementRecord(nf.generic({ packets: k + 1, octets: 40 }), ipv4);
  const blocks = [0, 1].map((half) => ({
    type: 3,
    records: Array.from({ length: count }, (_, k) => record(half * count + k)),
  }));
  for (const capacity of [1, 7, 4096, 20_000]) {
    const rows = rowsOf(nf.elementFile(blocks), capacity);
    t.is(rows.length, 2 * count);
    t.is(rows.at(-1)!.packets, BigInt(2 * count));
  }
});

test("records of other types are passed over", (t) => {
  const exporter = concat([nf.little([16, 7], [16, 12]), new Uint8Array(8)]);
  t.is(rowsOf(oneBlock(exporter, nf.elementRecord(generic, ipv4), exporter)).length, 1);
});

test("a file that is still written is read as far as it is", (t) => {
  const block = { type: 3, records: [nf.elementRecord(generic, ipv4)] };
  const file = nf.elementFile([block, block], { blocks: 0 });
  t.is(rowsOf(file).length, 2);
  t.is(rowsOf(file.subarray(0, file.length - 5)).length, 1);
});

function fault(t: ExecutionContext, octets: Uint8Array): string {
  return t.throws(() => rowsOf(octets), { instanceOf: InputError })!.message.replace(/^.*nfcapd: /, "");
}

test("faults name the place", (t) => {
  const whole = oneBlock(nf.elementRecord(generic, ipv4));
  const record = nf.elementRecord(generic, ipv4);
  const withOctet = (at: number, value: number) => Uint8Array.from(record, (octet, k) => (k === at ? value : octet));
  const map = nf.extensionMap(1, [5]);
  const old = concat([nf.little([16, 1], [16, 40]), new Uint8Array(36)]);
  t.is(fault(t, whole.subarray(0, 30)), "cut off within the header of an nfdump file");
  t.is(fault(t, whole.subarray(0, 45)), "block at octet 40: is cut off");
  t.is(fault(t, whole.subarray(0, whole.length - 1)), "block at octet 40: is cut off");
  t.is(fault(t, nf.elementFile([], { blocks: 1 })), "block at octet 40: is cut off");
  t.is(fault(t, nf.elementFile([{ type: 9, records: [record] }])), "block at octet 40: is of unknown type 9");
  t.is(fault(t, nf.elementFile([], { compression: 9 })), "nfdump file with unknown compression 9");
  t.is(fault(t, nf.elementFile([], { encryption: 1 })), "nfdump file that is encrypted");
  t.is(fault(t, oneBlock(record, withOctet(2, 200))), "block at octet 40: record at octet 76 reaches past its block");
  t.is(fault(t, oneBlock(record, withOctet(2, 3))), "block at octet 40: record at octet 76 reaches past its block");
  t.is(fault(t, oneBlock(record, nf.little([16, 11]))), "block at octet 40: record at octet 76 is cut off");
  t.is(fault(t, oneBlock(withOctet(4, 3))), "block at octet 40: record at octet 0 contradicts itself");
  t.is(fault(t, oneBlock(withOctet(14, 200))), "block at octet 40: record at octet 0 contradicts itself");
  t.is(fault(t, oneBlock(nf.elementRecord(nf.element(1)))), "block at octet 40: record at octet 0 contradicts itself");
  t.is(
    fault(t, nf.mappedFile([nf.mappedRecord(0, 1, new Uint8Array(40))])),
    "block at octet 276: record at octet 0 has no extension map",
  );
  t.is(
    fault(t, nf.mappedFile([map, nf.mappedRecord(0, 1, new Uint8Array(16))])),
    "block at octet 276: record at octet 12 is shorter than its fields",
  );
  t.is(
    fault(t, nf.mappedFile([old])),
    "block at octet 276: record at octet 0 is of nfdump before 1.6.7, whose records are not read",
  );
});

test("rows before a fault are handed on first", (t) => {
  const records = Array.from({ length: 10 }, () => nf.elementRecord(generic, ipv4));
  const source = new NfdumpRows(new OctetSource(written(oneBlock(...records, nf.little([16, 11])))));
  const rows: PlainRow[] = [];
  t.throws(() => rows.push(...allRows(source)), { instanceOf: InputError });
  source.close();
  const again = new NfdumpRows(new OctetSource(written(oneBlock(...records))));
  t.is(allRows(again).length, 10);
  again.close();
});

test("files of big-endian hosts and later layouts are refused by name", (t) => {
  const file = oneBlock(nf.elementRecord(generic, ipv4));
  const swapped = Uint8Array.from(file);
  [swapped[0], swapped[1], swapped[2], swapped[3]] = [0xa5, 0x0c, 0, 2];
  const later = Uint8Array.from(file);
  later[2] = 3;
  t.is(fault(t, swapped), "nfdump file of a big-endian host, which is not read");
  t.is(fault(t, later), "nfdump file of layout 3, not 1 or 2");
  for (const octets of [swapped, later, file]) {
    const source = new OctetSource(written(octets));
    t.true(isNfdump(source));
    source.close();
  }
});
