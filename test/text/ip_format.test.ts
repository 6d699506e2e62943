import test from "ava";
import { UsageError } from "../../src/errors.js";
import { addressFormatter, addressWidth, CANONICAL, parseIpFormat } from "../../src/text/ip_format.js";

type Words = readonly [number, number, number, number];
const IPV4: Words = [0, 0, 0xffff, 0xc0000201];
const IPV6: Words = [0x20010db8, 0, 0, 1];
const text = (format: string, words: Words) => addressFormatter(parseIpFormat(format))(...words);

test("formats print the addresses of SiLK's manual", (t) => {
  t.is(text("canonical", IPV4), "192.0.2.1");
  t.is(text("canonical", IPV6), "2001:db8::1");
  t.is(text("decimal", IPV4), "3221225985");
  t.is(text("decimal", IPV6), "42540766411282592856903984951653826561");
  t.is(text("hexadecimal", IPV4), "c0000201");
  t.is(text("hexadecimal", IPV6), "20010db8000000000000000000000001");
  t.is(text("zero-padded", IPV4), "192.000.002.001");
  t.is(text("zero-padded", IPV6), "2001:0db8:0000:0000:0000:0000:0000:0001");
  t.is(text("map-v4", IPV4), "::ffff:192.0.2.1");
  t.is(text("force-ipv6", IPV4), "::ffff:c000:201");
  t.is(text("map-v4,zero-padded", IPV4), "0000:0000:0000:0000:0000:ffff:c000:0201");
});

test("padding goes with numbers too", (t) => {
  t.is(text("zero-padded,decimal", [0, 0, 0xffff, 7]), "0000000007");
  t.is(text("zero-padded,hexadecimal", [0, 0, 0xffff, 7]), "00000007");
  t.is(text("zero-padded,decimal", [0, 0, 0, 7]), "7".padStart(39, "0"));
  t.is(text("zero-padded,hexadecimal", [0, 0, 0, 7]), "7".padStart(32, "0"));
  t.is(text("hexadecimal", [0, 0, 0, 7]), "7");
  t.is(text("hexadecimal", [0, 0, 0, 0]), "0");
});

test("IPv4-compatible addresses are mixed only in the canonical format", (t) => {
  t.is(text("canonical", [0, 0, 0, 0x0a000001]), "::10.0.0.1");
  t.is(text("no-mixed", [0, 0, 0, 0x0a000001]), "::a00:1");
  t.is(text("canonical", [0, 0, 0, 1]), "::1");
  t.is(text("canonical", [0, 0, 0, 0]), "::");
});

test("the longest run of zero groups is shortened, the first of equals", (t) => {
  const format = addressFormatter(CANONICAL);
  t.is(format(0x20010000, 0, 0x00010000, 1), "2001::1:0:0:1");
  t.is(format(0x00010000, 0x00020000, 0x00030004, 0x00050000), "1:0:2:0:3:4:5:0");
  t.is(format(0x00010002, 0, 0x00030004, 0), "1:2::3:4:0:0");
  t.is(format(0x00010000, 0, 0, 0), "1::");
});

test("words may be shortened, and unknown or contradicting ones are refused", (t) => {
  t.deepEqual(parseIpFormat("hex,zero"), { notation: "hexadecimal", padding: "zeros", ipv4: "as-ipv4" });
  t.throws(() => parseIpFormat("octal"), { instanceOf: UsageError, message: /octal/ });
  t.throws(() => parseIpFormat("decimal,hexadecimal"), { instanceOf: UsageError });
  t.throws(() => parseIpFormat("map-v4,unmap-v6"), { instanceOf: UsageError });
});

test("widths have room for the longest address", (t) => {
  t.is(addressWidth(CANONICAL, "ipv4"), 15);
  t.is(addressWidth(CANONICAL, "ipv4-and-ipv6"), 39);
  t.is(addressWidth(parseIpFormat("decimal"), "ipv4"), 10);
  t.is(addressWidth(parseIpFormat("hex"), "ipv4-and-ipv6"), 32);
  t.is(addressWidth(parseIpFormat("force-ipv6"), "ipv4"), 39);
});
