/** docs/metrics.md from the table of metrics: `node build/js/src/metrics/document.js > docs/metrics.md`. */
import { pathToFileURL } from "node:url";
import { type Metric, SUBJECTS, type Subject } from "./metric.js";
import { PROCESS_METRICS } from "./process_metrics.js";
import { METRICS } from "./table.js";

const TITLES: Readonly<Record<Subject, string>> = {
  capture: "Interfaces",
  meter: "Packets in the meter",
  flows: "Flows",
  export: "Outputs",
  receive: "Listeners of a collector",
  collect: "What a collector decodes",
  store: "The store",
  service: "The service",
};

/** What one has to know to use the metrics of a subject. */
const NOTES: Readonly<Record<Subject, readonly string[]>> = {
  capture: [
    "Only with `-i`. Counters grow for the life of the process, over every opening of the interface, and add up over",
    'capture threads. What `reason="interface"` counts was lost whether or not it was for the meter.',
    "",
    "`flowtap_capture_packets_total` = `flowtap_capture_delivered_packets_total` +",
    '`flowtap_capture_dropped_packets_total{reason="kernel"}`, but for packets that wait in the capture buffer.',
  ],
  meter: [
    "`thread` is the number of the capture thread, from 0.",
    "",
    "Summed over threads and interfaces: `flowtap_capture_delivered_packets_total` +",
    "`flowtap_capture_sampled_out_packets_total` = `flowtap_meter_packets_total` =",
    "`flowtap_meter_metered_packets_total` + `flowtap_meter_ignored_packets_total`.",
  ],
  flows: [
    "Summed over threads: `flowtap_flows_started_total` = `flowtap_flowtable_flows` + `flowtap_flows_ended_total`.",
    'What ended with `reason="resources"` was evicted: it is exported, but earlier than its timeouts say.',
    'Packets that found no room at all are in `flowtap_meter_ignored_packets_total{reason="no_room"}`.',
  ],
  export: [
    "`output` is the output as it was named with `-o`; a second one of the same name is called `NAME (2)`. When a",
    "reload opens an output again its counters start at 0, which `rate` and `increase` understand. An output that a",
    "reload removes takes its series with it.",
    "",
    "Every record is in `flowtap_export_records_total`, in `flowtap_export_lost_records_total` or in",
    "`flowtap_export_queue_records`.",
  ],
  receive: [
    "Only of `flowtap collect`. `listener` is the listener as it was named with `--listen`, or the place of a probe.",
    "",
    "`flowtap_receive_messages_total` = `flowtap_receive_taken_messages_total` + `flowtap_receive_refused_messages_total`,",
    "but for datagrams that wait in the ring.",
  ],
  collect: [
    "Only of `flowtap collect`. Totals are of all sessions that ever were. `exporter` is an address: the first hundred",
    "have series of their own, the others are `other`. Counters of exporters are of the sessions that are known now, and",
    "start at 0 with a new session.",
    "",
    "`flowtap_receive_taken_messages_total`, summed = `flowtap_collect_messages_total`, summed.",
  ],
  store: ["Only with `--store`. The store is an output, too, by the name of its folder."],
  service: ["The metrics of the process are prom-client's; these are the ones to look at:"],
};

function row({ name, type, labels, help }: Metric): string {
  return `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} |`;
}

function section(subject: Subject): string[] {
  const table = ["| metric | type | labels | meaning |", "|---|---|---|---|", ...METRICS[subject].map(row)];
  if (subject !== "service") return [`## ${TITLES[subject]}`, "", ...NOTES[subject], "", ...table, ""];
  const ofProcess = PROCESS_METRICS.map((each) => `| \`${each.name}\` | ${each.type} | ${each.help} |`);
  return [
    `## ${TITLES[subject]}`,
    "",
    ...table,
    "",
    ...NOTES[subject],
    "",
    "| metric | type | meaning |",
    "|---|---|---|",
    ...ofProcess,
    "",
    "Delays of JavaScript are those since the last scrape: two Prometheus servers see half each.",
    "",
  ];
}

/** The reference of metrics in Markdown. */
export function metricsDocument(): string {
  return [
    "# Metrics",
    "",
    "Generated from the table of metrics in `src/metrics/table.ts`. `flowtap meter --metrics PORT` and",
    "`flowtap collect --metrics PORT` serve them at",
    "`/metrics`; [monitoring.md](monitoring.md) says how to scrape them, and what dashboard and alert rules there are.",
    "Every series exists from the start, at 0. Values are read when Prometheus asks: all of one scrape are of the same",
    "moment, and the sums below hold.",
    "",
    ...SUBJECTS.flatMap(section),
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.stdout.write(metricsDocument());
