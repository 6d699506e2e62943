/** Files that nfdump's own programs make, and what nfdump prints of them and of files made by hand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { OctetSource } from "../../../src/files/octet_source.js";
import { NfdumpRows } from "../../../src/formats/nfdump/rows.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";
import * as nf from "../../support/nfdump_files.js";
import { allRows, type PlainRow } from "../../support/rows.js";
import { Scratch } from "../../support/scratch.js";
import { haveTools } from "../../support/tools.js";

const withFixtures = testWithFixtures(test);
const scratch = new Scratch();
test.after.always(() => scratch.remove());

const TEAMS = join(FIXTURES, "nfdump", "teams.nfcapd");

function rowsIn(path: string): PlainRow[] {
  const source = new NfdumpRows(new OctetSource(path));
  try {
    return allRows(source);
  } finally {
    source.close();
  }
}

const dotted = (address: number | bigint) => [24n, 16n, 8n, 0n].map((by) => (BigInt(address) >> by) & 255n).join(".");

function colons(hi: number | bigint, lo: number | bigint): string {
  const octets = Buffer.alloc(16);
  octets.writeBigUInt64BE(BigInt(hi));
  octets.writeBigUInt64BE(BigInt(lo), 8);
  return ipaddr.fromByteArray([...octets]).toString();
}

const milliseconds = (time: number | bigint) => new Date(Number(BigInt(time) / 1000n)).toISOString().replace("Z", "");

const FLAGS = "CEUAPRSF";
const flagText = (flags: number | bigint) =>
  [...FLAGS].map((flag, k) => (Number(flags) & (128 >> k) ? flag : ".")).join("");

/** A row as nfdump prints its record. */
function asPrinted(row: PlainRow): nf.PrintedFlow {
  const ends: nf.PrintedFlow =
    row.sip_hi === 0n
      ? { src4_addr: dotted(row.sip_lo), dst4_addr: dotted(row.dip_lo) }
      : { src6_addr: colons(row.sip_hi, row.sip_lo), dst6_addr: colons(row.dip_hi, row.dip_lo) };
  const { proto, sport, dport } = row;
  return {
    first: milliseconds(row.stime),
    last: milliseconds(row.etime),
    in_packets: Number(row.packets),
    in_bytes: Number(row.bytes),
    proto: Number(proto),
    ...(proto === 1 || proto === 58
      ? { icmp_type: Number(dport) >> 8, icmp_code: Number(dport) & 255 }
      : { src_port: Number(sport), dst_port: Number(dport), tcp_flags: flagText(row.flags) }),
    src_tos: Number(row.tos),
    ...ends,
  };
}

function compare(t: ExecutionContext, path: string, rows: readonly PlainRow[]): void {
  const printed = nf.printedByNfdump(path);
  t.true(printed.length > 0);
  const forward = rows.filter(({ attributes }) => (Number(attributes) & 0x100) === 0);
  t.is(forward.length, printed.length);
  for (const [k, row] of forward.entries()) t.like(printed[k], asPrinted(row));
}

withFixtures("a file of nfdump 1.7.8 is read as nfdump prints it", (t) => {
  if (!haveTools(t, "nfdump")) return;
  const rows = rowsIn(TEAMS);
  t.is(rows.length, 176);
  compare(t, TEAMS, rows);
});

withFixtures("files of nfpcapd are read as nfdump prints them, with every compression", (t) => {
  if (!haveTools(t, "nfdump", "nfpcapd")) return;
  for (const name of ["teams", "http_ipv6", "icmp-tunnel"]) {
    const file = nf.meteredByNfpcapd(join(FIXTURES, "captures", `${name}.pcap`), join(scratch.path, name));
    const rows = rowsIn(file);
    compare(t, file, rows);
    for (const compression of ["z", "y", "j"]) {
      const copy = nf.copiedByNfdump(file, compression, join(scratch.path, `${name}.${compression}`));
      t.deepEqual(rowsIn(copy), rows, compression);
    }
  }
});

const records = fc.record({
  packets: fc.bigInt(1n, 2n ** 50n),
  octets: fc.bigInt(1n, 2n ** 50n),
  protocol: fc.constantFrom(1, 6, 17, 58),
  ports: fc.tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 0, max: 65535 })),
});

test("what nfdump prints of files made by hand is what is read", (t) => {
  if (!haveTools(t, "nfdump")) return;
  const [given] = fc.sample(fc.array(records, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 7 });
  const made = given!.map((each) => nf.elementRecord(nf.generic(each), nf.element(2, nf.ENDS4)));
  const path = join(scratch.path, "made.nfcapd");
  writeFileSync(path, nf.elementFile([{ type: 3, records: made }]));
  compare(t, path, rowsIn(path));
});

test("a file of layout 1 made by hand is what nfdump takes it for", (t) => {
  if (!haveTools(t, "nfdump")) return;
  const counters = nf.little([32, 7], [64, 777]);
  const made = [
    nf.extensionMap(1, [4, 13]),
    nf.mappedRecord(4, 1, nf.ENDS4, counters, nf.little([16, 3], [16, 4], [16, 5], [16, 6])),
  ];
  const path = join(scratch.path, "first.nfcapd");
  writeFileSync(path, nf.mappedFile(made));
  const rows = rowsIn(path);
  compare(t, path, rows);
  t.like(nf.printedByNfdump(path)[0], { input_snmp: 3, output_snmp: 4, src_vlan: 5 });
  t.like(rows[0], { input: 3n, output: 4n, vlan: 5 });
});

withFixtures("a damaged file is an error that names it, or reads otherwise; never more", (t) => {
  const file = new Uint8Array(readFileSync(TEAMS));
  const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  const path = join(scratch.path, "damaged.nfcapd");
  const property = fc.property(damage, fc.nat(file.length), (octets, keep) => {
    const damaged = file.slice(0, Math.max(4, keep));
    for (const [at, value] of octets) damaged[at % damaged.length] = value;
    writeFileSync(path, damaged);
    try {
      return rowsIn(path).length <= file.length;
    } catch (error) {
      return error instanceof Error && error.message.includes(path);
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 300 }));
});
