import test from "ava";
import { UsageError } from "../../src/errors.js";
import { parseListenAddress } from "../../src/receive/listen_address.js";

test("a scheme says what is taken, and gives the port that is usual for it", (t) => {
  const of = (text: string) => {
    const { protocols, transport, host, port } = parseListenAddress(text);
    return [protocols.join(" "), transport, host, port];
  };
  t.deepEqual(of("netflow+udp://0.0.0.0:9995"), ["netflow5 netflow7 netflow9 ipfix nfdump", "udp", "0.0.0.0", 9995]);
  t.deepEqual(of("netflow9+udp://r.example"), ["netflow9", "udp", "r.example", 2055]);
  t.deepEqual(of("nfdump+udp://h"), ["nfdump", "udp", "h", 9995]);
  t.deepEqual(of("sflow+udp://[::]"), ["sflow", "udp", "::", 6343]);
  t.deepEqual(of("ipfix+tcp://[::1]:0"), ["ipfix", "tcp", "::1", 0]);
  t.deepEqual(of("ipfix+tls://localhost"), ["ipfix", "tls", "localhost", 4740]);
  t.deepEqual(of("any+udp://127.0.0.1:5"), ["netflow5 netflow7 netflow9 ipfix nfdump sflow", "udp", "127.0.0.1", 5]);
});

for (const [text, reason] of [
  ["0.0.0.0:2055", /expected SCHEME\+TRANSPORT/],
  ["jflow+udp://h:1", /'jflow' is none of netflow, /],
  ["sflow+tcp://h", /sflow comes over udp, not over tcp/],
  ["netflow+tls://h", /netflow comes over udp/],
  ["any+udp://h", /any has no usual port/],
  ["ipfix+udp://h:65536", /port 65536 is not in 0 to 65535/],
  ["ipfix+udp://::1:4739", /IPv6 addresses in brackets/],
  ["ipfix+udp://[10.0.0.1]:1", /'10.0.0.1' is no IPv6 address/],
] as const)
  test(`--listen ${text} is refused with the reason`, (t) => {
    const error = t.throws(() => parseListenAddress(text), { instanceOf: UsageError });
    t.true(error.message.startsWith(`--listen ${text}: `));
    t.regex(error.message, reason);
  });
