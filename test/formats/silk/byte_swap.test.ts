import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { OctetSource } from "../../../src/files/octet_source.js";
import { recordSwapper } from "../../../src/formats/silk/byte_swap.js";
import { RecordOctets } from "../../../src/formats/silk/record_octets.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";

const FORMATS = join(FIXTURES, "silk", "formats");
const real = testWithFixtures(test);

/** Octets that SiLK leaves in the order in which they came: nothing reads them. */
const UNREAD: Readonly<Record<string, readonly number[]>> = {
  "RWIPV6ROUTING-v2-c0-B.dat": [24, 25],
  "FLOWCAP-v6-c0-B.dat": [22, 23],
};

function recordsOf(name: string): { readonly octets: Buffer; readonly records: RecordOctets } {
  const records = new RecordOctets(new OctetSource(join(FORMATS, name)));
  const pieces: Buffer[] = [];
  for (let piece = records.read(); piece !== undefined; piece = records.read()) pieces.push(Buffer.from(piece));
  records.close();
  return { octets: Buffer.concat(pieces), records };
}

const names = existsSync(FORMATS) ? readdirSync(FORMATS).filter((name) => name.endsWith("-c0-B.dat")) : [];

for (const name of names)
  real(`records of ${name} turned are those that SiLK wrote in the other byte order`, (t) => {
    const big = recordsOf(name);
    const little = recordsOf(name.replace("-B", "-L"));
    t.true(big.octets.length > 0);
    const { layout } = big.records;
    recordSwapper(layout)(big.octets);
    const differing = new Set<number>();
    for (let at = 0; at < big.octets.length; at++)
      if (big.octets[at] !== little.octets[at]) differing.add(at % layout.length);
    t.deepEqual([...differing], UNREAD[name] ?? []);
  });

real("records turned twice are as before", (t) => {
  const { octets, records } = recordsOf("RWSPLIT-v5-c0-B.dat");
  const swap = recordSwapper(records.layout);
  const turned = Buffer.from(octets);
  swap(turned);
  t.notDeepEqual(turned, octets);
  swap(turned);
  t.deepEqual(turned, octets);
});
