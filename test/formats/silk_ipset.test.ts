import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { InputError } from "../../src/errors.js";
import { COMPRESSIONS } from "../../src/formats/silk/compression.js";
import type { AddressSet } from "../../src/sets/address_set.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";
import { loadAddressSet, loadSetFile, saveAddressSet } from "../../src/sets/set_file.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const withFixtures = testWithFixtures(test);

const fixture = (name: string) => join(FIXTURES, "silk", name);
const same = (a: AddressSet, b: AddressSet) => a.symmetricDifference(b).isEmpty;

let files = 0;
const fresh = () => join(scratch.path, `${files++}.set`);

withFixtures("SiLK's own IPv4 set of version 2 is read, with its history", (t) => {
  const { set, header } = loadSetFile(fixture("sip-v4.set"));
  t.is(set.cardinality(), 3237n);
  t.false(set.hasIpv6);
  t.true(set.hasIpv4(0x0a421ec2)); // 10.66.30.194 is the first that rwsetcat prints
  t.false(set.hasIpv4(0x0a421ec3));
  t.deepEqual(header?.entries.at(-1), { kind: "invocation", command: "rwset --sip-file=sip-v4.set v4.rw" });
});

withFixtures("SiLK's own IPv6 set of version 3 has the same hosts in another network", (t) => {
  const { set } = loadSetFile(fixture("sip-v6.set"));
  t.is(set.cardinality(), 3237n);
  t.is(set.ipv4.words.length, 0);
});

withFixtures("a set of version 2 is written as SiLK wrote it", (t) => {
  const { set, header } = loadSetFile(fixture("sip-v4.set"));
  const path = fresh();
  saveAddressSet(path, set, { entries: header!.entries });
  t.deepEqual(readFileSync(path), readFileSync(fixture("sip-v4.set")));
});

withFixtures("a set file that is cut off anywhere is read in part or refused in one line", (t) => {
  for (const name of ["sip-v4.set", "sip-v6.set"]) {
    const octets = readFileSync(fixture(name));
    for (let length = 4; length < octets.length; length += 997) {
      const path = scratch.write(`cut-${name}`, octets.subarray(0, length));
      try {
        t.true(loadAddressSet(path).cardinality() <= 3237n);
      } catch (error) {
        t.true(error instanceof InputError && !error.message.includes("\n"), String(error));
      }
    }
  }
});

withFixtures("a damaged set file is read or refused in one line", (t) => {
  const octets = readFileSync(fixture("sip-v6.set"));
  const path = fresh();
  saveAddressSet(path, loadAddressSet(fixture("sip-v6.set")), { version: 5, compression: "zlib" });
  const ours = readFileSync(path);
  fc.assert(
    fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 0, max: 255 }), (silk, at, value) => {
      const damaged = Buffer.from(silk ? octets : ours);
      damaged[4 + (at % (damaged.length - 4))] = value;
      try {
        loadAddressSet(scratch.write("damaged.set", damaged));
        return true;
      } catch (error) {
        return error instanceof InputError && !error.message.includes("\n");
      }
    }),
    { numRuns: 200 },
  );
  t.pass();
});

const word = fc.integer({ min: 0, max: 0xffffffff });
const addresses = fc.array(
  fc.record({ base: word, low: fc.integer({ min: 0, max: 600 }), length: fc.integer({ min: 1, max: 700 }) }),
  { maxLength: 12 },
);

for (const compression of COMPRESSIONS) {
  test(`sets of every version survive ${compression} compression`, (t) => {
    fc.assert(
      fc.property(addresses, fc.constantFrom<0 | 2 | 4 | 5>(0, 2, 4, 5), fc.boolean(), (runs, version, wide) => {
        const builder = new AddressSetBuilder();
        for (const { base, low, length } of runs) {
          const first = (base & 0xffff0000) >>> 0;
          builder.addIpv4Range(first + low, first + low + length);
          if (!wide) continue;
          builder.addRange(Uint32Array.of(0x20010db8, base, 7, first + low, 0x20010db8, base, 7, first + low + length));
          builder.addRange(Uint32Array.of(1, base & ~0xff, 0, 0, 1, base | 0xff, 0xffffffff, 0xffffffff));
          for (let k = 0; k < 40; k++) builder.add(Uint32Array.of(2, base, base, 5 * k));
        }
        const set = builder.build();
        const path = fresh();
        saveAddressSet(path, set, { version, compression });
        return same(set, loadAddressSet(path));
      }),
      { numRuns: 40 },
    );
    t.pass();
  });
}

test("big-endian records of every version are read", (t) => {
  const header = (version: number, leafSize: number) => {
    const view = new DataView(new ArrayBuffer(16 + 32 + 8));
    view.setUint32(0, 0xdeadbeef);
    view.setUint32(4, 0x011d1000);
    view.setUint16(12, 1);
    view.setUint16(14, version);
    view.setUint32(16, 7);
    view.setUint32(20, 32);
    view.setUint32(28, 2); // leaves, of which the first is empty
    view.setUint32(32, leafSize);
    view.setUint32(52, 8);
    return Buffer.from(view.buffer);
  };
  const words = (...values: number[]) => {
    const octets = Buffer.alloc(4 * values.length);
    for (const [k, value] of values.entries()) octets.writeUInt32BE(value >>> 0, 4 * k);
    return octets;
  };
  const map = words(0x80000001, 0, 0, 0, 0, 0, 0, 0);
  const members = (version: number, leafSize: number, ...body: Uint8Array[]) => {
    const found: string[] = [];
    const path = scratch.write("big.set", Buffer.concat([header(version, leafSize), ...body]));
    loadAddressSet(path).forEachRange((range) => {
      found.push(Buffer.from(words(...range)).toString("hex"));
    });
    return found.map((each) => `${each.slice(0, 32).replace(/^0+/, "")}-${each.slice(32).replace(/^0+/, "")}`);
  };
  const low = ["ffff0a000000-ffff0a000000", "ffff0a00001f-ffff0a00001f"];
  t.deepEqual(members(2, 4, words(0x0a000000), map), low);
  t.deepEqual(members(3, 8, Buffer.alloc(8), words(0x1f000000, 0x0a000002)), ["ffff0a000002-ffff0a000003"]);
  t.deepEqual(members(4, 4, words(0x0a000000), Buffer.of(0x81), map), low);
  t.deepEqual(members(5, 16, words(1, 2), Buffer.of(0x82), words(3, 4), Buffer.of(128)), [
    "1000000020000000300000004-1000000020000000300000004",
  ]);
  t.throws(() => members(5, 16, words(3, 4), Buffer.of(128)), { instanceOf: InputError, message: /without an upper/ });
});

test("a set as text is taken where a set file is", (t) => {
  const text = "# hosts\n10.0.0.1\n 10.1.0.0/30 # block\n\n10.2.0.1-10.2.0.9\n10.3.0.1,5\n2001:db8::x\n167772161\n";
  const set = loadAddressSet(scratch.write("hosts.txt", text));
  t.is(set.cardinality(), 1n + 4n + 9n + 2n + 65536n);
  t.is(loadAddressSet(scratch.write("empty.txt", "")).cardinality(), 0n);
  t.throws(() => loadAddressSet(scratch.write("bad.txt", "10.0.0.1\n10.0.0\n")), {
    instanceOf: InputError,
    message: /line 2 of .*bad\.txt/,
  });
});

test("what is no set is refused by name", (t) => {
  t.throws(() => loadAddressSet(join(scratch.path, "nothing")), {
    instanceOf: InputError,
    message: /Error opening file '.*nothing': No such file or directory/,
  });
  t.throws(() => loadAddressSet(scratch.write("zeros", Buffer.alloc(200_000))), { instanceOf: InputError });
});

withFixtures("a flow file is refused as set by its format", (t) => {
  t.throws(() => loadAddressSet(fixture("v4.rw")), { instanceOf: InputError, message: /FT_RWIPV6ROUTING/ });
});
