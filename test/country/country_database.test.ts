import { randomInt } from "node:crypto";
import test from "ava";
import { countryNumber, countryText } from "../../src/country/country_code.js";
import type { CountryDatabase } from "../../src/country/country_database.js";
import { CountryLookup } from "../../src/country/country_lookup.js";
import { openCountryDatabase } from "../../src/country/open_country_database.js";
import { parseAddress } from "../../src/text/parse_address.js";
import { control, encode, mmdb, pointer, type Value } from "../support/mmdb_writer.js";
import { prefixMap } from "../support/prefix_map_writer.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
let files = 0;

function open(octets: Uint8Array): CountryDatabase {
  files += 1;
  return openCountryDatabase(scratch.write(`${files}.db`, octets));
}

function countryAt(database: CountryDatabase, address: string): string {
  return countryText(database.find(...(parseAddress(address) as [number, number, number, number])));
}

const BLOCKS = [
  ["10.0.0.0/8", "de"],
  ["10.1.0.0/16", "us"],
  ["10.1.2.3", "ch"],
  ["192.0.2.0/24", "a1"],
] as const;
const BLOCKS6 = [...BLOCKS, ["2001:db8::/32", "fr"], ["2001:db8::1", "it"]] as const;

const EXPECTED = [
  ["10.200.0.1", "de"],
  ["10.1.255.255", "us"],
  ["10.1.2.3", "ch"],
  ["10.1.2.4", "us"],
  ["192.0.2.255", "a1"],
  ["192.0.3.0", "--"],
  ["::", "--"],
] as const;
const EXPECTED6 = [
  ["2001:db8::1", "it"],
  ["2001:db8::2", "fr"],
  ["2001:db9::", "--"],
] as const;

const country = (code: string): Value => ({ country: { iso_code: code.toUpperCase() } });

for (const recordSize of [24, 28, 32] as const) {
  test(`MaxMind databases with records of ${recordSize} bits tell countries`, (t) => {
    const entries = BLOCKS6.map(
      ([block, code]) => [block, code === "a1" ? { traits: { is_anonymous_proxy: true } } : country(code)] as const,
    );
    const wide = open(mmdb({ ipVersion: 6, recordSize, entries }));
    for (const [address, code] of [...EXPECTED, ...EXPECTED6]) t.is(countryAt(wide, address), code, address);
    const narrow = open(mmdb({ ipVersion: 4, recordSize, entries: entries.slice(0, BLOCKS.length) }));
    for (const [address, code] of EXPECTED) t.is(countryAt(narrow, address), code, address);
    t.is(countryAt(narrow, "2001:db8::1"), "--");
  });
}

test("SiLK's country-code maps of both address versions tell countries", (t) => {
  const narrow = open(prefixMap({ version: 1, entries: BLOCKS }));
  for (const [address, code] of EXPECTED) t.is(countryAt(narrow, address), code, address);
  t.is(countryAt(narrow, "2001:db8::1"), "--");
  const wide = open(prefixMap({ version: 5, entries: BLOCKS6 }));
  for (const [address, code] of [...EXPECTED, ...EXPECTED6]) t.is(countryAt(wide, address), code, address);
});

test("a record names the country where the address is, else where it is registered, else its mark", (t) => {
  for (const [record, code] of [
    [{ registered_country: { iso_code: "JP" } }, "jp"],
    [{ country: { iso_code: "BR" }, registered_country: { iso_code: "JP" } }, "br"],
    [{ represented_country: { iso_code: "US" } }, "us"],
    [{ country: "NL" }, "nl"],
    [{ country_code: "NL" }, "nl"],
    [{ traits: { is_satellite_provider: true } }, "a2"],
    [{ traits: { is_satellite_provider: false } }, "--"],
    [{ country: { iso_code: "toolong" } }, "--"],
    [{ continent: { code: "EU" } }, "--"],
    ["just text", "--"],
  ] as const) {
    const database = open(mmdb({ ipVersion: 4, recordSize: 24, entries: [["10.0.0.0/8", record]] }));
    t.is(countryAt(database, "10.0.0.1"), code, JSON.stringify(record));
  }
});

test("what is no database, or one of labels, is an error that names the file", (t) => {
  t.throws(() => open(Buffer.from("nothing")), { code: "INPUT", message: /\.db: neither a MaxMind database nor/ });
  t.throws(() => open(new Uint8Array()), { code: "INPUT", message: /\.db: neither/ });
  t.throws(() => open(prefixMap({ version: 2, entries: [["10.0.0.0/8", "lab"]] })), {
    message: /not one of country codes/,
  });
  t.throws(() => openCountryDatabase("/nonexistent"), { code: "INPUT", message: /'\/nonexistent': No such file/ });
});

test("damaged databases end in an answer or in one error", (t) => {
  const entries = BLOCKS6.map(([block, code]) => [block, country(code)] as const);
  const whole = mmdb({ ipVersion: 6, recordSize: 28, entries });
  for (let round = 0; round < 2000; round++) {
    const octets = Buffer.from(whole);
    for (let k = 0; k < 3; k++) octets[randomInt(octets.length)] = randomInt(256);
    try {
      const database = open(octets);
      for (const [address] of [...EXPECTED, ...EXPECTED6]) t.regex(countryAt(database, address), /^[a-z-][a-z0-9-]$/);
    } catch (error) {
      t.like(error, { code: "INPUT" });
    }
  }
});

test("records that point into each other in circles or without end are an error", (t) => {
  const circle = open(mmdb({ ipVersion: 4, recordSize: 24, entries: [["10.0.0.0/8", 0]], section: pointer(0) }));
  t.throws(() => countryAt(circle, "10.0.0.1"), { code: "INPUT", message: /damaged MaxMind database/ });
  // Each of 40 arrays has the one before it 20 times: 20^40 values.
  const arrays: Buffer[] = [encode("US")];
  let last = 0;
  let at = arrays[0]!.length;
  for (let level = 0; level < 40; level++) {
    const array = Buffer.concat([control(11, 20), ...Array.from({ length: 20 }, () => pointer(last))]);
    arrays.push(array);
    last = at;
    at += array.length;
  }
  const bomb = mmdb({ ipVersion: 4, recordSize: 24, entries: [["10.0.0.0/8", last]], section: Buffer.concat(arrays) });
  t.is(countryAt(open(bomb), "10.0.0.1"), "--");
});

test("a remembered address has the same country as a new one", (t) => {
  const database = open(prefixMap({ version: 5, entries: BLOCKS6 }));
  const lookup = new CountryLookup(database);
  const count = 4096;
  const [hi, lo, result] = [new Uint32Array(2 * count), new Uint32Array(2 * count), new Int32Array(count)];
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < count; i++) {
      const ipv6 = randomInt(4) === 0;
      hi[2 * i + 1] = ipv6 ? 0x20010db8 + randomInt(2) : 0;
      hi[2 * i] = 0;
      lo[2 * i + 1] = ipv6 ? 0 : 0xffff;
      lo[2 * i] = ipv6 ? randomInt(3) : 0x0a000000 + randomInt(1 << 18);
    }
    lookup.fill(hi, lo, count, result);
    for (let i = 0; i < count; i++)
      if (result[i] !== database.find(hi[2 * i + 1]!, hi[2 * i]!, lo[2 * i + 1]!, lo[2 * i]!)) t.fail(`row ${i}`);
  }
  t.pass();
});

test("codes are two letters or marks, in any case, and sort as text", (t) => {
  const codes = ["--", "a1", "a2", "ad", "de", "o1", "om", "us", "zz"];
  t.deepEqual(
    codes.map((each) => countryText(countryNumber(each.toUpperCase())!)),
    codes,
  );
  t.deepEqual(
    codes.map((each) => countryNumber(each)!).toSorted((a, b) => a - b),
    codes.map((each) => countryNumber(each)!),
  );
  for (const wrong of ["", "d", "deu", "d1", "a3", "-", "1a", "ä", "d "]) t.is(countryNumber(wrong), undefined, wrong);
});
