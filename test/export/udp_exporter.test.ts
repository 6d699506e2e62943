import test, { type ExecutionContext } from "ava";
import type { CollectorAddress } from "../../src/export/collector_name.js";
import { UdpExporter, type UdpOptions } from "../../src/export/udp_exporter.js";
import { IpfixEncoder } from "../../src/formats/ipfix/encoder.js";
import { samplingRecord } from "../../src/formats/ipfix/sampling.js";
import { NetFlow9Encoder } from "../../src/formats/netflow/v9.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { UdpCollector } from "../support/collectors.js";
import { IpfixSession } from "../support/ipfix_collector.js";
import { freePort } from "../support/ports.js";
import { until } from "../support/program.js";

const batch = batchOf(
  Array.from({ length: 10 }, (_, at) => ({
    ipVersion: 4,
    protocolIdentifier: 17,
    sourceAddress: ipv4(10, 0, 0, at),
    destinationAddress: ipv4(192, 0, 2, 1),
    flowStart: 1_700_000_000_000_000,
    flowEnd: 1_700_000_000_000_000,
    packets: 1,
    octets: 60,
  })),
);

const common = { queueLimit: 1 << 20, patience: 2000, congested: "drop", unresolved: "refuse" } as const;
const options = (host: string, port: number, more: Partial<UdpOptions> = {}): UdpOptions => ({
  ...common,
  name: `udp://${host}`,
  host,
  port,
  templateRefresh: 600_000,
  ...more,
});
const encoder = (standing = [samplingRecord({ mode: "systematic", interval: 10 })]) =>
  new IpfixEncoder({ maxMessage: 1400, standing });

/** Sums of what a collector got, which must be readable from the first datagram on and in sequence. */
function sums(t: ExecutionContext, { datagrams }: UdpCollector) {
  const session = new IpfixSession();
  for (const datagram of datagrams) session.message(datagram);
  t.is(session.missing, 0);
  return session.sums;
}

/** Resolves when a collector has so many records. */
async function records(t: ExecutionContext, collector: UdpCollector, count: number): Promise<void> {
  await until(() => sums(t, collector).records >= count, `${count} records`);
}

const hasTemplate = (datagram: Buffer) => datagram.readUInt16BE(16) === 2;

function send(exporter: UdpExporter): void {
  exporter.write(batch);
  exporter.flush();
}

test("a collector that is restarted gets templates first, and what came meanwhile", async (t) => {
  const first = await UdpCollector.open();
  const { port } = first;
  const exporter = await UdpExporter.open(options("127.0.0.1", port), encoder());
  send(exporter);
  await records(t, first, 10);
  t.is(sums(t, first).records, 10);
  first.close();
  await until(() => {
    send(exporter);
    return !exporter.connected;
  }, "a refusal");
  t.regex(exporter.trouble ?? "", /nobody listens there/);
  const { sendFailed } = exporter.counters.lost;
  for (let k = 0; k < 50; k++) send(exporter);
  t.is(exporter.counters.lost.sendFailed, sendFailed, "nothing more is sent to nobody");
  t.true(exporter.counters.queuedRecords >= 500);
  const second = await UdpCollector.open("127.0.0.1", port);
  await until(() => exporter.connected, "a connection");
  send(exporter);
  await records(t, second, 510);
  t.true(hasTemplate(second.datagrams[0]!));
  await exporter.close();
  second.close();
});

test("templates are sent again in time, without any flow, for IPFIX and NetFlow v9", async (t) => {
  for (const [made, templates] of [
    [encoder(), hasTemplate],
    [new NetFlow9Encoder({ sampling: { mode: "random", interval: 7 } }), (d: Buffer) => d.readUInt16BE(20) === 0],
  ] as const) {
    const collector = await UdpCollector.open();
    const exporter = await UdpExporter.open(options("127.0.0.1", collector.port, { templateRefresh: 50 }), made);
    send(exporter);
    await until(() => collector.datagrams.length >= 6, "templates");
    await exporter.close();
    collector.close();
    t.deepEqual(collector.datagrams.slice(2, 6).map(templates), [true, true, true, true]);
    t.is(exporter.counters.exportedRecords, 10);
  }
});

test("messages behind templates that went past the queue are numbered on", async (t) => {
  const collector = await UdpCollector.open();
  const exporter = await UdpExporter.open(options("127.0.0.1", collector.port), encoder());
  for (let k = 0; k < 3; k++) {
    send(exporter);
    exporter.announce();
  }
  send(exporter);
  await records(t, collector, 40);
  t.is(sums(t, collector).records, 40);
  t.true(collector.datagrams.length >= 7);
  await exporter.close();
  collector.close();
});

test("a name whose address changes is followed when sending fails; the new address gets templates first", async (t) => {
  const first = await UdpCollector.open("127.0.0.1");
  const { port } = first;
  const second = await UdpCollector.open("127.0.0.2", port);
  let now: CollectorAddress = { address: "127.0.0.1", family: 4 };
  const exporter = await UdpExporter.open(options("collector.test", port, { lookup: async () => [now] }), encoder());
  send(exporter);
  await records(t, first, 10);
  now = { address: "127.0.0.2", family: 4 };
  first.close();
  await until(() => {
    send(exporter);
    return second.datagrams.length > 0;
  }, "a datagram at the new address");
  t.true(hasTemplate(second.datagrams[0]!));
  t.is(exporter.trouble, "collector.test moved from 127.0.0.1 to 127.0.0.2");
  t.is(exporter.counters.reconnects, 1);
  await records(t, second, 1);
  await exporter.close();
  second.close();
});

test("a name that stands for several addresses is tried at each of them", async (t) => {
  const collector = await UdpCollector.open("127.0.0.1");
  const lookup = async (): Promise<CollectorAddress[]> => [
    { address: "127.0.0.9", family: 4 },
    { address: "127.0.0.1", family: 4 },
  ];
  const exporter = await UdpExporter.open(options("collector.test", collector.port, { lookup }), encoder());
  await until(() => {
    send(exporter);
    return collector.datagrams.length > 0;
  }, "a datagram at the second address");
  t.true(sums(t, collector).records >= 0);
  await exporter.close();
  collector.close();
});

test("a name that cannot be looked up is refused, or tried again with the flows kept", async (t) => {
  const collector = await UdpCollector.open();
  let known = false;
  const lookup = async (): Promise<CollectorAddress[]> => {
    if (!known) throw Object.assign(new Error("queryA"), { code: "EAI_AGAIN" });
    return [{ address: "127.0.0.1", family: 4 }];
  };
  const unknown = options("collector.test", collector.port, { lookup });
  await t.throwsAsync(UdpExporter.open(unknown, encoder()), {
    code: "OUTPUT",
    message: "udp://collector.test: collector.test: its address cannot be looked up now",
  });
  const exporter = await UdpExporter.open({ ...unknown, unresolved: "retry" }, encoder());
  send(exporter);
  t.false(exporter.connected);
  await until(() => exporter.trouble !== undefined, "a failed look");
  t.regex(exporter.trouble!, /cannot be looked up now/);
  known = true;
  await records(t, collector, 10);
  t.is(sums(t, collector).records, 10);
  t.true(exporter.connected);
  await exporter.close();
  collector.close();
});

test("a collector that is never there costs its queue, and the end of the run a bounded time", async (t) => {
  const exporter = await UdpExporter.open(options("127.0.0.1", await freePort(), { queueLimit: 4096 }), encoder([]));
  let written = 0;
  await until(() => {
    send(exporter);
    written += 10;
    return exporter.counters.lost.queueFull > 0;
  }, "a full queue");
  await exporter.close();
  const { exportedRecords, lost } = exporter.counters;
  t.is(exportedRecords + lost.queueFull + lost.sendFailed + lost.closed, written);
  t.true(lost.closed > 0);
});
