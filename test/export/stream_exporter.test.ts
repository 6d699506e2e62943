import test from "ava";
import { StreamExporter } from "../../src/export/stream_exporter.js";
import { IpfixEncoder } from "../../src/formats/ipfix/encoder.js";
import { samplingRecord } from "../../src/formats/ipfix/sampling.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { StreamCollector } from "../support/collectors.js";
import { until } from "../support/program.js";

const COUNT = 1000;
const batch = batchOf(
  Array.from({ length: COUNT }, (_, at) => ({
    ipVersion: 4,
    protocolIdentifier: 17,
    sourceAddress: ipv4(10, 0, at >> 8, at & 255),
    destinationAddress: ipv4(192, 0, 2, 1),
    flowStart: 1_700_000_000_000_000,
    flowEnd: 1_700_000_000_000_000,
    packets: 1,
    octets: 60,
  })),
);

function exporterTo(port: number, stalled = 30_000) {
  const standing = [samplingRecord({ mode: "random", interval: 10 })];
  return new StreamExporter(
    { name: "tcp", host: "127.0.0.1", port, queueLimit: 1 << 20, patience: 500, congested: "drop", stalled },
    new IpfixEncoder({ maxMessage: 1400, standing }),
  );
}

test("a new session begins with templates and sampling, and its numbers go on without a gap", async (t) => {
  const first = await StreamCollector.open();
  const { port } = first;
  const exporter = exporterTo(port);
  exporter.write(batch);
  exporter.flush();
  await until(() => first.records === COUNT, "the flows of the first session");
  await first.close();
  await until(() => !exporter.connected, "the end of the session");
  exporter.write(batch);
  exporter.flush();
  t.true(exporter.counters.queuedRecords >= COUNT - 100);
  const second = await StreamCollector.open({ port });
  await until(() => second.records === COUNT, "the flows of the second session");
  exporter.write(batch);
  exporter.flush();
  exporter.announce();
  exporter.write(batch);
  exporter.flush();
  await until(() => second.records === 3 * COUNT, "flows on both sides of an announcement");
  t.deepEqual(second.errors, []);
  t.is(second.sessions[0]?.missing, 0);
  t.is(exporter.counters.reconnects, 1);
  await exporter.close();
  await second.close();
});

test("a collector that takes nothing any more is given up, and another connection made", async (t) => {
  const collector = await StreamCollector.open({ behaviour: "ignore" });
  const exporter = exporterTo(collector.port, 300);
  await until(() => exporter.connected, "a connection");
  let written = 0;
  await until(() => {
    for (let k = 0; k < 20; k++) exporter.write(batch); // 1 MB a time: soon more than the kernel's buffers hold
    exporter.flush();
    written += 20 * COUNT;
    return exporter.counters.lost.queueFull > 0;
  }, "a full queue");
  t.is(exporter.ready(), undefined, "live traffic does not wait");
  await until(() => collector.sessions.length >= 2, "another connection");
  await until(() => exporter.counters.reconnects > 0, "its count");
  exporter.abort();
  const { exportedRecords, lost } = exporter.counters;
  t.is(exportedRecords + lost.queueFull + lost.sendFailed + lost.closed, written);
  await collector.close();
});
