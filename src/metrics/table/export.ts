/** What outputs did; the label is the output as the user named it with -o. */
import type { LossReason } from "../../export/exporter.js";
import type { Metric } from "../metric.js";
import type { OutputState } from "../snapshot.js";

const LOSS_REASONS: Readonly<Record<LossReason, string>> = {
  queueFull: "queue_full",
  sendFailed: "send_failed",
  unwritable: "unwritable",
  closed: "closed",
};

export const EXPORT_METRICS: readonly Metric[] = [
  counter("records_total", "Data records handed to the file or the kernel", (each) => each.exportedRecords),
  counter("messages_total", "Messages handed to the file or the kernel", (each) => each.exportedMessages),
  counter("bytes_total", "Octets handed to the file or the kernel", (each) => each.exportedOctets),
  {
    name: "flowtap_export_lost_records_total",
    type: "counter",
    labels: ["output", "reason"],
    help:
      "Records that did not get out: queue_full (the collector is too slow or away), send_failed (the system refused " +
      "them), closed (left when the output was closed)",
    read: ({ outputs }) =>
      outputs.flatMap(({ name, counters }) =>
        (Object.keys(LOSS_REASONS) as LossReason[]).map(
          (reason) => [counters.lost[reason], name, LOSS_REASONS[reason]] as const,
        ),
      ),
  },
  counter("refused_flows_total", "Flows that the output's format cannot carry", (each) => each.refusedFlows),
  counter(
    "saturated_counters_total",
    "Counters beyond what the format can hold, written as its largest number",
    (each) => each.saturatedCounters,
  ),
  counter("errors_total", "Failed sends and broken connections", (each) => each.errors),
  counter("reconnects_total", "Connections made after the first", (each) => each.reconnects),
  gauge("queue_records", "Records that wait in the output's queue", (each) => each.counters.queuedRecords),
  gauge("queue_bytes", "Octets that wait in the output's queue", (each) => each.counters.queuedOctets),
  gauge("connected", "Whether records get out now: 1 or 0", (each) => (each.connected ? 1 : 0)),
];

function counter(name: string, help: string, value: (counters: OutputState["counters"]) => number): Metric {
  return byOutput(name, "counter", help, (output) => value(output.counters));
}

function gauge(name: string, help: string, value: (output: OutputState) => number): Metric {
  return byOutput(name, "gauge", help, value);
}

function byOutput(name: string, type: Metric["type"], help: string, value: (output: OutputState) => number): Metric {
  return {
    name: `flowtap_export_${name}`,
    type,
    labels: ["output"],
    help,
    read: ({ outputs }) => outputs.map((each) => [value(each), each.name] as const),
  };
}
