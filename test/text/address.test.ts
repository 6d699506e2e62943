import test from "ava";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { addressText, macText } from "../../src/text/address.js";

test("IPv6 text is that of RFC 5952 and reads back as the same octets", (t) => {
  const octet = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 0, maxLength: 3 }),
      fc.array(octet, { minLength: 16, maxLength: 16 }),
      (before, octets) => {
        const text = addressText(Uint8Array.from([...before, ...octets]), before.length, 6);
        t.is(text, new ipaddr.IPv6(octets).toRFC5952String());
      },
    ),
  );
});

test("IPv4 and MAC addresses are written octet by octet", (t) => {
  t.is(addressText(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 255]), 0, 4), "192.0.2.255");
  t.is(macText(Uint8Array.from([0, 1, 0xab, 0xff, 16, 9]), 0), "00:01:ab:ff:10:09");
});
