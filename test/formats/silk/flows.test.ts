import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { InputError } from "../../../src/errors.js";
import { OctetSource } from "../../../src/files/octet_source.js";
import { openSilkFlows } from "../../../src/formats/silk/flows.js";
import { readSilkHeader } from "../../../src/formats/silk/header.js";
import { FlowColumns } from "../../../src/record/columns.js";
import { TWO_WAY_SITE } from "../../../src/site/site.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";
import { rowText } from "../../support/row_text.js";
import { Scratch } from "../../support/scratch.js";

const FORMATS = join(FIXTURES, "silk", "formats");
const fixtureTest = testWithFixtures(test);

const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** All rows of a file as text, read in pieces of `capacity`. */
function rowsOf(path: string, capacity: number): string[] {
  const source = new OctetSource(path);
  const flows = openSilkFlows(source, readSilkHeader(source));
  const rows = new FlowColumns(capacity);
  const lines: string[] = [];
  while (flows.read(rows) > 0) for (let i = 0; i < rows.count; i++) lines.push(rowText(rows, i).join());
  flows.close();
  return lines;
}

/** Lines of the listing with names of sensors and types as their numbers. */
function listed(path: string): string[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n").slice(1);
  return lines.map((line) => {
    const cells = line.split(",");
    cells[10] = cells[10]!.replace(/^S/, "");
    const flowtype = TWO_WAY_SITE.flowtypes.find(({ type }) => type === cells[11]);
    cells[11] = String(flowtype?.id ?? cells[11]);
    return cells.join();
  });
}

const listings = () => readdirSync(FORMATS).filter((name) => name.endsWith(".csv"));

fixtureTest("every format, version, compression and byte order of SiLK is read as SiLK prints it", (t) => {
  let files = 0;
  const faults: string[] = [];
  for (const listing of listings()) {
    const expected = listed(join(FORMATS, listing));
    for (const compression of [0, 1, 2, 3]) {
      for (const byteOrder of ["B", "L"]) {
        const file = `${listing.slice(0, -4)}-c${compression}-${byteOrder}.dat`;
        const rows = rowsOf(join(FORMATS, file), 7);
        const wrong = rows.findIndex((row, k) => row !== expected[k]);
        if (wrong >= 0) faults.push(`${file}: row ${wrong} is\n${rows[wrong]} instead of\n${expected[wrong]}`);
        t.is(rows.length, expected.length, file);
        files += 1;
      }
    }
  }
  t.deepEqual(faults, []);
  t.is(files, 488);
});

fixtureTest("the same rows come out whatever columns are asked for", (t) => {
  const path = join(FORMATS, "RWAUGWEB-v4-c0-L.dat");
  const all = new FlowColumns(100);
  const read = (rows: FlowColumns) => {
    const source = new OctetSource(path);
    openSilkFlows(source, readSilkHeader(source)).read(rows);
    source.close();
  };
  read(all);
  for (const name of all.names) {
    const one = new FlowColumns(100, [name]);
    read(one);
    t.is(one.count, all.count);
    t.deepEqual(one.arrays[name], all.arrays[name], name);
  }
});

fixtureTest("whole records before a cut are read, then the cut is an error that says where", (t) => {
  const octets = readFileSync(join(FIXTURES, "silk", "v4.rw"));
  const path = scratch.write("cut.rw", octets.subarray(0, 176 + 88 * 10 + 5));
  const source = new OctetSource(path);
  const flows = openSilkFlows(source, readSilkHeader(source));
  const rows = new FlowColumns(100);
  t.is(flows.read(rows), 10);
  const message = `${path}: file ends within a record: 5 of 88 octets`;
  t.throws(() => flows.read(rows), { instanceOf: InputError, message });
});

fixtureTest("damaged records of every format are read as some flows or refused, never worse", (t) => {
  const files = listings().map((name) => join(FORMATS, name.replace(".csv", "-c0-L.dat")));
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 40 }),
      (file, changes) => {
        const octets = readFileSync(file);
        for (const [place, value] of changes) octets[4 + (place % (octets.length - 4))] = value;
        const path = scratch.write("damaged.rw", octets);
        try {
          t.true(rowsOf(path, 64).length <= octets.length);
        } catch (error) {
          t.true(error instanceof InputError && error.message.startsWith(path), String(error));
        }
      },
    ),
  );
});

fixtureTest("files without flows and versions that are not known are refused by name", (t) => {
  const set = join(FIXTURES, "silk", "sip-v4.set");
  t.throws(() => rowsOf(set, 1), { instanceOf: InputError, message: `${set}: holds no flow records but FT_IPSET` });
  const octets = readFileSync(join(FIXTURES, "silk", "v4.rw"));
  octets[15] = 9;
  const path = scratch.write("new.rw", octets);
  const message = `${path}: version 9 of FT_RWIPV6ROUTING records cannot be read`;
  t.throws(() => rowsOf(path, 1), { instanceOf: InputError, message });
});
