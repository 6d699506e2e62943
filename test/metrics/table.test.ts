import { readFileSync } from "node:fs";
import test from "ava";
import { metricsDocument } from "../../src/metrics/document.js";
import { SUBJECTS } from "../../src/metrics/metric.js";
import { PROCESS_METRICS } from "../../src/metrics/process_metrics.js";
import { MetricsRegistry } from "../../src/metrics/registry.js";
import { METRICS } from "../../src/metrics/table.js";
import { heldOutput, heldSource, liveInterface, meteringThread, storeStatus } from "../support/metrics_source.js";
import { seriesOf, sumOf } from "../support/metrics_text.js";

const ALL = SUBJECTS.flatMap((subject) => METRICS[subject]);

test("metric names follow the conventions: prefix, base units, _total for counters only", (t) => {
  t.is(new Set(ALL.map(({ name }) => name)).size, ALL.length);
  for (const { name, type } of ALL) {
    t.regex(
      name,
      /^flowtap_(capture|meter|flowtable|flows|export|receive|collect|store|build|config|log)_[a-z]+(_[a-z]+)*$/,
    );
    t.is(name.endsWith("_total"), type === "counter", name);
    t.notRegex(name, /octets|milli|micro|minutes|percent/, name);
    if (/timestamp|seconds/.test(name)) t.regex(name, /_seconds(_total)?$/, name);
    if (/bytes/.test(name)) t.regex(name, /_bytes(_total)?$/, name);
  }
});

test("labels are few and none is of the traffic", (t) => {
  const known = [
    "interface",
    "reason",
    "state",
    "thread",
    "output",
    "version",
    "node",
    "libpcap",
    "result",
    "level",
  ].concat(["listener", "exporter", "protocol", "outcome", "event", "folder"]);
  for (const { name, labels } of ALL) {
    t.true(labels.length <= 3, name);
    t.true(
      labels.every((label) => known.includes(label)),
      `${name}: ${labels.join()}`,
    );
  }
});

test("every metric has a sentence of help without final stop", (t) => {
  for (const { name, help } of ALL) t.regex(help, /^[A-Z1].*[^.]$/, name);
});

test("docs/metrics.md is what the table of metrics says", (t) => {
  t.is(readFileSync("docs/metrics.md", "utf8"), metricsDocument());
});

test("the metrics of the process that the documentation lists are those that are served", async (t) => {
  const text = await new MetricsRegistry(heldSource()).text();
  for (const { name, type } of PROCESS_METRICS) t.true(text.includes(`# TYPE ${name} ${type}\n`), name);
});

test("children with labels known beforehand exist at 0 before anything has happened", async (t) => {
  const meters = [meteringThread(0, [liveInterface("eth1")], { lastTime: -1, heartbeat: 0 })];
  const series = seriesOf(await new MetricsRegistry(heldSource({ meters, outputs: [heldOutput("null")] })).text());
  for (const name of [
    'flowtap_capture_packets_total{interface="eth1"}',
    'flowtap_capture_dropped_packets_total{interface="eth1",reason="kernel"}',
    'flowtap_capture_dropped_packets_total{interface="eth1",reason="interface"}',
    'flowtap_meter_ignored_packets_total{reason="not_ip"}',
    'flowtap_meter_ignored_packets_total{reason="undescribed"}',
    'flowtap_flows_ended_total{reason="resources"}',
    'flowtap_export_lost_records_total{output="null",reason="queue_full"}',
    'flowtap_config_reloads_total{result="failure"}',
    'flowtap_log_messages_total{level="warn"}',
  ])
    t.is(series.get(name), 0, name);
  t.is(series.get("flowtap_capture_sampling_interval"), 1);
  t.is(series.get("flowtap_config_last_reload_successful"), 1);
});

test("what does not exist has no value: a store that is not kept, a packet that has not come", async (t) => {
  const meters = [meteringThread(0, [], { lastTime: -1, heartbeat: 0 })];
  const series = seriesOf(await new MetricsRegistry(heldSource({ meters })).text());
  const names = [...series.keys()];
  t.deepEqual(
    names.filter((name) => /^flowtap_(store|export|capture_(?!sampling)|meter_.*timestamp)/.test(name)),
    [],
  );
});

test("counters of an interface add up over threads, what all threads see does not", async (t) => {
  const eth1 = { received: 70, droppedByKernel: 10, delivered: 60, sampledOut: 5, superPackets: 2 };
  const shared = { droppedByInterface: 4, reopenings: 1 };
  const meters = [
    meteringThread(0, [liveInterface("eth1", { ...eth1, ...shared })]),
    meteringThread(1, [liveInterface("eth1", { ...eth1, ...shared, state: "down" }), liveInterface("eth2")]),
  ];
  const series = seriesOf(await new MetricsRegistry(heldSource({ meters })).text());
  const eth1Series = (name: string) => series.get(`flowtap_capture_${name}{interface="eth1"}`);
  t.is(eth1Series("packets_total"), 140);
  t.is(eth1Series("delivered_packets_total"), 120);
  t.is(eth1Series("sampled_out_packets_total"), 10);
  t.is(eth1Series("super_packets_total"), 4);
  t.is(eth1Series("reopenings_total"), 1);
  t.is(series.get('flowtap_capture_dropped_packets_total{interface="eth1",reason="kernel"}'), 20);
  t.is(series.get('flowtap_capture_dropped_packets_total{interface="eth1",reason="interface"}'), 4);
  t.is(series.get('flowtap_capture_state{interface="eth1",state="down"}'), 1);
  t.is(series.get('flowtap_capture_state{interface="eth1",state="capturing"}'), 0);
  t.is(series.get('flowtap_capture_state{interface="eth2",state="capturing"}'), 1);
  const kernel = sumOf(series, "flowtap_capture_dropped_packets_total", 'reason="kernel"');
  const delivered = sumOf(series, "flowtap_capture_delivered_packets_total");
  t.is(sumOf(series, "flowtap_capture_packets_total"), delivered + kernel);
  const sampledOut = sumOf(series, "flowtap_capture_sampled_out_packets_total");
  t.is(sumOf(series, "flowtap_meter_packets_total"), delivered + sampledOut);
});

test("each scrape reads the state anew; an output that is opened again starts at 0", async (t) => {
  const first = heldOutput("ipfix+udp://192.0.2.1:4739");
  const source = heldSource({ outputs: [first] });
  const registry = new MetricsRegistry(source);
  const name = 'flowtap_export_records_total{output="ipfix+udp://192.0.2.1:4739"}';
  first.counters.exportedRecords = 10;
  t.is(seriesOf(await registry.text()).get(name), 10);
  first.counters.exportedRecords = 25;
  t.is(seriesOf(await registry.text()).get(name), 25);
  source.outputs = [heldOutput(first.name), heldOutput("json:a.json")];
  source.store = storeStatus();
  source.service.reloaded("failure");
  const series = seriesOf(await registry.text());
  t.is(series.get(name), 0);
  t.is(series.get('flowtap_export_connected{output="json:a.json"}'), 1);
  t.is(series.get("flowtap_store_seal_seconds_total"), 0.75);
  t.is(series.get("flowtap_store_last_seal_timestamp_seconds"), 1_700_000_000);
  t.is(series.get('flowtap_config_reloads_total{result="failure"}'), 1);
  t.is(series.get("flowtap_config_last_reload_successful"), 0);
  source.outputs = [];
  source.store = undefined;
  const names = [...seriesOf(await registry.text()).keys()];
  t.false(names.some((each) => /^flowtap_(export|store)/.test(each)));
});

test("outputs with equal names are told apart, and names are escaped", async (t) => {
  const outputs = [heldOutput('json:a"b\\.json'), heldOutput("null"), heldOutput("null")];
  const series = seriesOf(await new MetricsRegistry(heldSource({ outputs })).text());
  t.is(series.get('flowtap_export_connected{output="null"}'), 1);
  t.is(series.get('flowtap_export_connected{output="null (2)"}'), 1);
  t.is(series.get('flowtap_export_connected{output="json:a\\"b\\\\.json"}'), 1);
});

test("scrapes at the same time each see a whole state", async (t) => {
  const output = heldOutput("null");
  const registry = new MetricsRegistry(heldSource({ outputs: [output] }));
  output.counters.exportedRecords = 1;
  const one = registry.text();
  output.counters.exportedRecords = 2;
  const two = registry.text();
  const name = 'flowtap_export_records_total{output="null"}';
  t.deepEqual([seriesOf(await one).get(name), seriesOf(await two).get(name)], [1, 2]);
});
