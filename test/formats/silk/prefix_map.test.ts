import test from "ava";
import { OctetSource } from "../../../src/files/octet_source.js";
import { NO_PREFIX_VALUE, type PrefixMap, readPrefixMap } from "../../../src/formats/silk/prefix_map.js";
import { parseAddress } from "../../../src/text/parse_address.js";
import { type PrefixMapSpec, prefixMap } from "../../support/prefix_map_writer.js";
import { Scratch } from "../../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
let files = 0;

function read(octets: Uint8Array): PrefixMap {
  files += 1;
  const source = new OctetSource(scratch.write(`${files}.pmap`, octets));
  try {
    return readPrefixMap(source);
  } finally {
    source.close();
  }
}

function labelOf(map: PrefixMap, address: string): string {
  return map.label(map.findAddress(...(parseAddress(address) as [number, number, number, number])));
}

for (const byteOrder of ["little", "big"] as const) {
  test(`a ${byteOrder}-endian map of IPv4 addresses gives the label of the longest prefix`, (t) => {
    const entries = [
      ["10.0.0.0/8", "inside"],
      ["10.1.0.0/16", "lab"],
      ["10.1.2.3", "printer"],
      ["192.0.2.0/25", "lab"],
    ] as const;
    const map = read(prefixMap({ version: 2, byteOrder, name: "nets", entries }));
    t.deepEqual([map.key, map.values, map.name], ["ipv4", "labels", "nets"]);
    t.deepEqual(map.labels, ["inside", "lab", "printer"]);
    const addresses = ["10.255.0.1", "10.1.2.2", "10.1.2.3", "192.0.2.127", "192.0.2.128", "0.0.0.0", "2001:db8::1"];
    t.deepEqual(
      addresses.map((each) => labelOf(map, each)),
      ["inside", "lab", "printer", "lab", "UNKNOWN", "UNKNOWN", "UNKNOWN"],
    );
  });
}

test("a map of IPv6 addresses holds IPv4 ones as mapped", (t) => {
  const entries = [
    ["2001:db8::/32", "documentation"],
    ["2001:db8::7", "host"],
    ["10.0.0.0/8", "inside"],
  ] as const;
  const map = read(prefixMap({ version: 4, entries }));
  t.is(map.key, "ipv6");
  const addresses = ["2001:db8:ffff::1", "2001:db8::7", "2001:db8::8", "10.9.8.7", "11.0.0.0", "::"];
  t.deepEqual(
    addresses.map((each) => labelOf(map, each)),
    ["documentation", "host", "documentation", "inside", "UNKNOWN", "UNKNOWN"],
  );
});

test("a map of protocols and ports is looked up by both", (t) => {
  const entries = [
    ["6", "tcp"],
    ["6/443", "https"],
    ["17/53", "dns"],
  ] as const;
  const map = read(prefixMap({ version: 3, entries }));
  t.is(map.key, "proto-port");
  const keys = [
    [6, 443],
    [6, 442],
    [6, 65535],
    [17, 53],
    [17, 54],
    [255, 65535],
  ] as const;
  t.deepEqual(
    keys.map(([protocol, port]) => map.label(map.findProtocolPort(protocol, port))),
    ["https", "tcp", "tcp", "dns", "UNKNOWN", "UNKNOWN"],
  );
});

test("values of country maps are two letters", (t) => {
  const map = read(prefixMap({ version: 1, entries: [["10.0.0.0/8", "us"]] }));
  t.is(map.values, "countries");
  t.is(map.findAddress(0, 0, 0xffff, 0x0a000001), 0x7573);
  t.is(map.findAddress(0, 0, 0xffff, 0x0b000001), NO_PREFIX_VALUE);
});

const SPEC: PrefixMapSpec = { version: 2, entries: [["10.0.0.0/8", "a"]] };

test("every cut of a map is an error that names the file", (t) => {
  const whole = prefixMap(SPEC);
  for (let length = 0; length < whole.length; length++)
    t.throws(() => read(whole.subarray(0, length)), { code: "INPUT", message: /\.pmap: / }, String(length));
  t.notThrows(() => read(whole));
});

test("impossible numbers of nodes, links and lengths are errors", (t) => {
  const whole = prefixMap(SPEC);
  const body = whole.length - 2 - 4 - 8 * 8 - 4;
  for (const [offset, value, message] of [
    [body, 0, /prefix map of 0 nodes/],
    [body, 0x7fffffff, /prefix map of 2147483647 nodes/],
    [body, 100_000_000, /ends within its nodes|leads to node/],
    [body + 4, 8, /leads to node 8 of 8/],
    [body + 4 + 64, 0x7fffffff, /dictionary of 2147483647 octets/],
  ] as const) {
    const broken = Buffer.from(whole);
    broken.writeUInt32LE(value, offset);
    t.throws(() => read(broken), { code: "INPUT", message });
  }
});

test("a tree whose links lead in a circle ends with no value", (t) => {
  const whole = prefixMap(SPEC);
  const body = whole.length - 2 - 4 - 8 * 8 - 4;
  for (let word = 0; word < 16; word++) whole.writeUInt32LE(word % 8, body + 4 + 4 * word);
  t.is(read(whole).findAddress(0, 0, 0xffff, 0xffffffff), NO_PREFIX_VALUE);
});

test("other record versions and other files are refused", (t) => {
  const other = prefixMap(SPEC);
  other.writeUInt16BE(6, 14);
  t.throws(() => read(other), { message: /record version 6 are not supported/ });
  const set = prefixMap(SPEC);
  set[5] = 0x1d;
  t.throws(() => read(set), { message: /not a prefix map/ });
});
