/** What a collector made of the messages, in sum and by exporter. */
import type { SessionCounters } from "../../collect/counters.js";
import type { CollectorState } from "../../collector/collector_state.js";
import { sumOf } from "../../collector/report.js";
import type { Metric, Sample } from "../metric.js";

type Counts = Readonly<Record<string, number>>;

export const COLLECT_METRICS: readonly Metric[] = [
  byOutcome(
    "messages_total",
    "outcome",
    "Messages by what became of them: decoded, or the first fault",
    ({ messages }) => messages,
  ),
  byOutcome("data_sets_total", "outcome", "Data sets by what became of them", ({ dataSets }) => dataSets),
  byOutcome("records_total", "outcome", "Records by what became of them", ({ records }) => records),
  byOutcome("templates_total", "event", "What happened to templates", ({ templates }) => templates),
  byOutcome(
    "sequence_total",
    "event",
    "What sequence numbers tell: lost messages, records and samples, reordered ones, restarts; packets left unsampled",
    ({ sequence }) => sequence,
  ),
  byOutcome("row_events_total", "event", "Rows written, corrected and scaled", ({ rows }) => rows),
  single("rows_total", "counter", "Rows handed on to the store", ({ rows }) => rows),
  single("sessions", "gauge", "Sessions of exporters that are known", ({ sessions }) => sessions),
  single(
    "evicted_sessions_total",
    "counter",
    "Sessions that were given up because there were too many (--max-exporters)",
    ({ evictedSessions }) => evictedSessions,
  ),
  ofCollector(
    "files_total",
    "counter",
    ["folder", "outcome"],
    "Files of polled folders: taken, or failed because they could not be read to their end",
    ({ folders }) =>
      folders.flatMap(({ path, taken, failed }) => [
        [taken, path, "taken"],
        [failed, path, "failed"],
      ]),
  ),
  byExporter("messages_total", "Messages of an exporter", ({ messages }) => sumOf(messages)),
  byExporter("bytes_total", "Octets of these", ({ octets }) => octets),
  byExporter(
    "malformed_messages_total",
    "Messages that could not be read to their end",
    ({ messages }) => sumOf(messages) - messages.decoded,
  ),
  byExporter("records_total", "Records of an exporter", ({ records }) => sumOf(records)),
  byExporter("rows_total", "Rows that they became", ({ rows }) => rows.written),
  byExporter(
    "lost_messages_total",
    "Messages that did not come, sequence numbers say",
    ({ sequence }) => sequence.lostMessages,
  ),
  byExporter(
    "lost_records_total",
    "Records that did not come, sequence numbers say",
    ({ sequence }) => sequence.lostRecords,
  ),
];

/** `lostMessages` as a label: `lost_messages`. */
function labelText(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function byOutcome(name: string, label: string, help: string, counts: (totals: SessionCounters) => Counts): Metric {
  return ofCollector(name, "counter", [label], help, ({ totals }) =>
    Object.entries(counts(totals)).map(([outcome, value]) => [value, labelText(outcome)] as const),
  );
}

function single(name: string, type: Metric["type"], help: string, value: (state: CollectorState) => number): Metric {
  return ofCollector(name, type, [], help, (state) => [[value(state)]]);
}

function byExporter(name: string, help: string, value: (counters: SessionCounters) => number): Metric {
  return ofCollector(`exporter_${name}`, "counter", ["exporter", "protocol"], help, ({ exporters }) =>
    exporters.map(({ exporter, protocol, counters }) => [value(counters), exporter, protocol] as const),
  );
}

function ofCollector(
  name: string,
  type: Metric["type"],
  labels: readonly string[],
  help: string,
  samples: (state: CollectorState) => readonly Sample[],
): Metric {
  return {
    name: `flowtap_collect_${name}`,
    type,
    labels,
    help,
    read: ({ collector }) => (collector === undefined ? [] : samples(collector)),
  };
}
