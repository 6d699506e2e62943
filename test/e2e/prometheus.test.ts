import { resolve } from "node:path";
import test from "ava";
import { NullExporter } from "../../src/export/null_exporter.js";
import type { MeterStats } from "../../src/meter/native.js";
import { listenText, parseListen } from "../../src/metrics/listen.js";
import { MetricsServer } from "../../src/metrics/server.js";
import { meterFlows } from "../support/meter_flows.js";
import { heldOutput, heldSource, liveInterface, storeStatus } from "../support/metrics_source.js";
import { ALERTS, alerts, dashboardExpressions } from "../support/monitoring_files.js";
import { Prometheus } from "../support/prometheus.js";
import { haveTools } from "../support/tools.js";

/** The statistics of a thread that goes on, with the interface that its packets could have come from. */
function asLive(stats: MeterStats): MeterStats {
  const dropped = 3;
  const live = { delivered: stats.packets, received: stats.packets + dropped, droppedByKernel: dropped };
  return { ...stats, finished: false, live: [liveInterface("eth1", live)] };
}

test("Debian's Prometheus scrapes what a meter counted, with the alert rules loaded", async (t) => {
  if (!haveTools(t, "prometheus")) return;
  const output = new NullExporter();
  const { stats } = await meterFlows([resolve("pcaps", "office.pcap")], {}, (batch) => output.write(batch));
  t.true(stats.meteredPackets > 0 && output.counters.exportedRecords > 0);

  const source = heldSource({ outputs: [output, heldOutput("ipfix+tcp://192.0.2.1:4739")], store: storeStatus() });
  Object.defineProperty(source, "meters", {
    get: () => [{ thread: 0, stats: { ...asLive(stats), heartbeat: Date.now() * 1000 } }],
  });
  const server = await MetricsServer.open(parseListen("0"), source);
  const prometheus = await Prometheus.start({ target: listenText(server.address), rules: [resolve(ALERTS)] });
  t.teardown(async () => {
    await prometheus.stop();
    await server.close();
  });

  await prometheus.until("up == 1", (series) => series.length === 1);
  // A scrape that failed leaves no series behind until the next one.
  for (const [expression, value] of [
    ["flowtap_meter_packets_total", stats.packets],
    ["flowtap_meter_bytes_total", stats.octets],
    ['flowtap_meter_ignored_packets_total{reason="not_ip"}', stats.ignored[1]],
    ['flowtap_capture_dropped_packets_total{interface="eth1", reason="kernel"}', 3],
    ['flowtap_export_records_total{output="null"}', output.counters.exportedRecords],
    ["flowtap_flows_started_total", stats.table.flows],
    ["flowtap_store_free_bytes", 1e9],
    // The sums that the documentation promises, as Prometheus sees them: they differ by nothing.
    [
      "sum(flowtap_meter_packets_total) - sum(flowtap_meter_metered_packets_total)" +
        " - sum(flowtap_meter_ignored_packets_total)",
      0,
    ],
    ["sum(flowtap_flows_started_total) - sum(flowtap_flowtable_flows) - sum(flowtap_flows_ended_total)", 0],
    [
      "sum(flowtap_capture_packets_total) - sum(flowtap_capture_delivered_packets_total)" +
        ' - sum(flowtap_capture_dropped_packets_total{reason="kernel"})',
      0,
    ],
    [
      "sum(flowtap_capture_delivered_packets_total) + sum(flowtap_capture_sampled_out_packets_total)" +
        " - sum(flowtap_meter_packets_total)",
      0,
    ],
  ] as const)
    t.deepEqual(
      (await prometheus.until(expression, (series) => series.length > 0)).map((each) => each.value),
      [value],
      expression,
    );

  // Every panel's question can be answered. Whether rates have two samples to stand on is a matter of time.
  for (const expression of dashboardExpressions()) await t.notThrowsAsync(prometheus.query(expression), expression);
  await prometheus.until("rate(flowtap_meter_packets_total[1m])", (series) => series.length === 1);

  t.deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), []);
  source.service.reloaded("failure");
  const [fired] = await prometheus.until('ALERTS{alertstate="firing"}', (series) => series.length > 0);
  t.like(fired?.metric, { alertname: "FlowtapReloadFailed", severity: "warning", job: "flowtap" });

  const rules = await prometheus.rules();
  t.deepEqual(
    rules.map(({ name }) => name).sort(),
    alerts()
      .map(({ alert }) => alert)
      .sort(),
  );
  for (const { name, lastError } of rules) t.falsy(lastError, name);

  await server.close();
  await prometheus.until("up == 0", (series) => series.length === 1);
  const pending = await prometheus.until('ALERTS{alertname="FlowtapDown"}', (series) => series.length > 0);
  t.is(pending[0]?.metric.alertstate, "pending");
});
