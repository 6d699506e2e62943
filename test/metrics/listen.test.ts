import test from "ava";
import { UsageError } from "../../src/errors.js";
import { listenText, parseListen } from "../../src/metrics/listen.js";

test("a port alone is on loopback", (t) => {
  t.deepEqual(parseListen("9469"), { host: "127.0.0.1", port: 9469 });
});

test("a host can be an address of either family or a name", (t) => {
  t.deepEqual(parseListen("0.0.0.0:9469"), { host: "0.0.0.0", port: 9469 });
  t.deepEqual(parseListen("[::]:9469"), { host: "::", port: 9469 });
  t.deepEqual(parseListen("[::1]:0"), { host: "::1", port: 0 });
  t.deepEqual(parseListen("sensor-1.example:80"), { host: "sensor-1.example", port: 80 });
});

test("an address is written as it was read", (t) => {
  for (const text of ["127.0.0.1:9469", "[::1]:9469", "localhost:1"]) t.is(listenText(parseListen(text)), text);
});

for (const [text, reason] of [
  ["", /expected PORT or HOST:PORT/],
  ["localhost", /expected PORT or HOST:PORT/],
  ["::1:9469", /IPv6 addresses in brackets/],
  ["[::1]", /expected PORT/],
  ["-1", /expected PORT/],
  ["1e3", /expected PORT/],
  ["unix:/run/flowtap", /expected PORT/],
  ["65536", /port 65536 is not in 0 to 65535/],
  [":9469", /the host is missing/],
  ["[]:9469", /'' is no IPv6 address/],
  ["[127.0.0.1]:9469", /'127.0.0.1' is no IPv6 address/],
  ["300.1.1.1:9469", /'300.1.1.1' is no address and no host name/],
  ["a b:9469", /'a b' is no address and no host name/],
] as const)
  test(`--metrics '${text}' is refused by name`, (t) => {
    const error = t.throws(() => parseListen(text), { instanceOf: UsageError })!;
    t.regex(error.message, reason);
    t.true(error.message.startsWith(`--metrics ${text}: `));
  });
