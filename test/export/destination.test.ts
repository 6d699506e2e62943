import test from "ava";
import { UsageError } from "../../src/errors.js";
import { parseDestination } from "../../src/export/destination.js";

test("collectors are format, transport, host and port, with each format's usual port", (t) => {
  t.like(parseDestination("ipfix+udp://192.0.2.7:4739"), {
    kind: "network",
    format: "ipfix",
    transport: "udp",
    port: 4739,
  });
  t.like(parseDestination("ipfix+tls://collector"), { host: "collector", port: 4740 });
  t.like(parseDestination("netflow9+udp://[2001:db8::1]:9995"), { host: "2001:db8::1", port: 9995 });
  t.like(parseDestination("netflow5+udp://collector"), { port: 2055 });
});

test("files tell their format by extension or prefix", (t) => {
  t.deepEqual(parseDestination("flows.ipfix"), { kind: "file", format: "ipfix", path: "flows.ipfix" });
  t.deepEqual(parseDestination("json:eve.log"), { kind: "file", format: "json", path: "eve.log" });
  t.deepEqual(parseDestination("/a/b.csv"), { kind: "file", format: "csv", path: "/a/b.csv" });
  t.deepEqual(parseDestination("text:-"), { kind: "stdout", format: "text" });
  t.deepEqual(parseDestination("-"), { kind: "stdout", format: "ipfix" });
  t.deepEqual(parseDestination("null:"), { kind: "null" });
});

for (const [argument, reason] of [
  ["flows", /format is not clear/],
  ["flows.xyz", /format is not clear/],
  ["silk:x", /'silk' is no format/],
  ["json+udp://x:1", /written to files only/],
  ["netflow5+tcp://x:1", /netflow5 goes over udp, not over tcp/],
  ["ipfix+udp://", /expected HOST:PORT/],
  ["ipfix+udp://2001:db8::1:4739", /IPv6 addresses in brackets/],
  ["ipfix+udp://host:0", /port 0/],
  ["ipfix+udp://host:70000", /port 70000/],
  ["ipfix:", /path is missing/],
  ["null:x", /takes no path/],
  ["netflow9:x", /collectors only/],
] as const) {
  test(`-o ${argument} is refused with a reason`, (t) => {
    t.throws(() => parseDestination(argument), { instanceOf: UsageError, message: reason });
  });
}
