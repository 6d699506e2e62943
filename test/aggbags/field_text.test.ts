import test from "ava";
import fc from "fast-check";
import { AGG_FIELDS, type AggField, aggFieldNamed, aggFieldOf } from "../../src/aggbags/agg_field.js";
import { type AggPrintStyle, fieldPrinter } from "../../src/aggbags/field_printer.js";
import { fieldParser } from "../../src/aggbags/field_text.js";
import { countryNumber } from "../../src/country/country_code.js";
import { UsageError } from "../../src/errors.js";
import { wordsOf } from "../../src/formats/silk/aggbag_layout.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { CANONICAL } from "../../src/text/ip_format.js";
import { rowAt, rowWordsOf } from "../support/agg_bags.js";

const site = new Site({ ...TWO_WAY_SITE, sensors: [{ id: 3, name: "S3", description: "", classes: ["all"] }] });

const STYLE: AggPrintStyle = {
  site,
  time: { style: "default", zone: "utc", fraction: 0 },
  ip: CANONICAL,
  mappedIpv4: "as-ipv6",
  sensors: "names",
  flags: "letters",
  padding: "padded",
};

/** The last time that may be given in seconds since 1970: later ones are taken for dates. */
const LAST_EPOCH = 99_999_999_999n;

/** SiLK's bits of attributes. */
const ATTRIBUTE_BITS = [0x08, 0x10, 0x20, 0x40];

function meaningful({ kind, octets }: AggField): fc.Arbitrary<bigint> {
  const highest = 2n ** (8n * BigInt(octets)) - 1n;
  switch (kind) {
    case "time":
      return fc.bigInt({ min: 0n, max: LAST_EPOCH });
    case "attributes":
      return fc.subarray(ATTRIBUTE_BITS).map((bits) => BigInt(bits.reduce((sum, bit) => sum | bit, 0)));
    case "country":
      return fc.constantFrom("de", "us", "--", "a1", "zz").map((code) => BigInt(countryNumber(code)!));
    default:
      return fc.oneof(fc.constantFrom(0n, 1n, 3n, highest), fc.bigInt({ min: 0n, max: highest }));
  }
}

function parsed(field: AggField, text: string, className?: string): bigint {
  const words = new Uint32Array(wordsOf(field));
  fieldParser(field, () => site)(text, words, 0, { className });
  return rowAt([field], words, 0)[0]!;
}

for (const field of AGG_FIELDS)
  test(`values of ${field.name} come back from their text`, (t) => {
    const styles: readonly AggPrintStyle[] = [
      STYLE,
      { ...STYLE, padding: "unpadded", time: { style: "epoch", zone: "utc", fraction: 0 } },
      { ...STYLE, sensors: "numbers", flags: "numbers", mappedIpv4: "as-ipv4" },
      { ...STYLE, time: { style: "m/d/y", zone: "utc", fraction: 0 } },
      { ...STYLE, time: { style: "iso", zone: "utc", fraction: 0 } },
    ];
    fc.assert(
      fc.property(meaningful(field), fc.constantFrom(...styles), (value, style) => {
        const text = fieldPrinter(field, style).text(rowWordsOf([field], [value]), 0);
        t.is(parsed(field, text), value, text);
      }),
      { numRuns: 60 },
    );
  });

test("titles cut to the width of their columns still tell the field", (t) => {
  for (const field of AGG_FIELDS) {
    if (["sensor", "class", "type"].includes(field.kind)) continue; // as wide as the site's names
    const { title, width } = fieldPrinter(field, STYLE);
    t.is(aggFieldNamed(title.slice(0, width)), field, title);
  }
});

test("a type's name is that of the row's class, of the default class, or of any", (t) => {
  const type = aggFieldOf("type");
  t.is(parsed(type, "out"), 1n);
  t.is(parsed(type, "out", "all"), 1n);
  t.is(parsed(type, "7"), 7n);
  t.throws(() => parsed(type, "out", "other"), { instanceOf: UsageError, message: "Unrecognized type name 'out'" });
});

test("what is no value of a field is refused with the reason", (t) => {
  const cases: readonly [string, string, RegExp][] = [
    ["sIPv4", "2001:db8::1", /is not an IPv4 address/],
    ["sIPv6", "x", /is not an IP address/],
    ["dPort", "65536", /above maximum of 65535/],
    ["protocol", "256", /above maximum of 255/],
    ["protocol", "-1", /Unexpected character '-'/],
    ["packets", "18446744073709551616", /above maximum of 18446744073709551615/],
    ["sum-bytes", "", /Empty number/],
    ["sum-bytes", "1.5", /Unexpected character/],
    ["flags", "X", /Unknown TCP flag/],
    ["attributes", "X", /Unknown attribute/],
    ["sTime", "yesterday", /Not of the form/],
    ["sensor", "nowhere", /Unrecognized sensor name 'nowhere'/],
    ["class", "nothing", /Unrecognized class name 'nothing'/],
    ["scc", "xyz", /is not a country code/],
  ];
  for (const [name, text, message] of cases)
    t.throws(() => parsed(aggFieldOf(name), text), { instanceOf: UsageError, message }, `${name} ${text}`);
});

test("fields are meant by any case, unique beginnings and the names of bags", (t) => {
  t.is(aggFieldNamed("SIPV4"), aggFieldOf("sIPv4"));
  t.is(aggFieldNamed("sum-pack"), aggFieldOf("sum-packets"));
  t.is(aggFieldNamed("sip-country"), aggFieldOf("scc"));
  t.is(aggFieldNamed("sip"), "The field 'sip' matches multiple fields");
  t.is(aggFieldNamed("nothing"), "No match was found for the field 'nothing'");
  t.is(aggFieldNamed(""), "No match was found for the field ''");
});
