/** What the metering threads did with the packets that they read. */
import { IGNORED } from "../../meter/native.js";
import type { Metric, Sample } from "../metric.js";
import type { Snapshot } from "../snapshot.js";
import type { MeteringThread } from "../source.js";

/** Label values of the reasons of `IGNORED`; the first is no reason. */
const IGNORED_REASONS = [
  "metered",
  "not_ip",
  "truncated_link",
  "truncated_ip",
  "malformed_ip",
  "malformed_link",
  "unknown_link_type",
  "too_deep",
  "filtered",
  "sampled_out",
  "out_of_range",
  "undescribed",
  "no_room",
] as const satisfies NameOfEach<typeof IGNORED>;

type NameOfEach<Rows extends readonly unknown[]> = { readonly [Row in keyof Rows]: string };

export const METER_METRICS: readonly Metric[] = [
  byThread(
    "flowtap_meter_packets_total",
    "counter",
    "Packets that came to a metering thread, or that --sample kept from it in the kernel",
    ({ stats }) => stats.packets,
  ),
  byThread(
    "flowtap_meter_bytes_total",
    "counter",
    "Octets of these packets as they were on the wire",
    ({ stats }) => stats.octets,
  ),
  byThread(
    "flowtap_meter_metered_packets_total",
    "counter",
    "Packets that became part of a flow",
    ({ stats }) => stats.meteredPackets,
  ),
  byThread(
    "flowtap_meter_metered_bytes_total",
    "counter",
    "Octets of the IP packets that became part of a flow",
    ({ stats }) => stats.meteredOctets,
  ),
  byThread(
    "flowtap_meter_added_segments_total",
    "counter",
    "Packets on the wire that super-packets (GRO, GSO) stand for beyond one each: flows count them, the packets above do not",
    ({ stats }) => stats.addedSegments,
  ),
  {
    name: "flowtap_meter_ignored_packets_total",
    type: "counter",
    labels: ["reason"],
    help: `Packets that are in no flow, by reason: ${IGNORED_REASONS.slice(1).join(", ")}`,
    read: (snapshot) =>
      IGNORED.flatMap((_, reason) =>
        reason === 0
          ? []
          : [[sum(snapshot, ({ stats }) => stats.ignored[reason] ?? 0), IGNORED_REASONS[reason]!] as const],
      ),
  },
  {
    name: "flowtap_meter_orphan_fragments_total",
    type: "counter",
    labels: [],
    help: "Metered fragments whose first fragment was not seen: their flows have no ports",
    read: (snapshot) => [[sum(snapshot, ({ stats }) => stats.orphanFragments)]],
  },
  {
    name: "flowtap_meter_clock_steps_total",
    type: "counter",
    labels: [],
    help: "Times that packet time jumped back beyond the idle timeout, which ended all flows of a thread",
    read: (snapshot) => [[sum(snapshot, ({ stats }) => stats.table.clockSteps)]],
  },
  byThread(
    "flowtap_meter_last_packet_timestamp_seconds",
    "gauge",
    "Time of the latest metered packet; absent before the first",
    ({ stats }) => (stats.lastTime < 0 ? undefined : stats.lastTime / 1e6),
  ),
  byThread(
    "flowtap_meter_heartbeat_timestamp_seconds",
    "gauge",
    "When a metering thread last published its counters, which it does every 200 ms; absent before the first time",
    ({ stats }) => (stats.heartbeat === 0 ? undefined : stats.heartbeat / 1e6),
  ),
];

/** Adds a number up over the threads. */
export function sum(snapshot: Snapshot, value: (thread: MeteringThread) => number): number {
  return snapshot.threads.reduce((total, each) => total + value(each), 0);
}

/** A metric with a value for each thread, or none where a thread has none yet. */
export function byThread(
  name: string,
  type: Metric["type"],
  help: string,
  value: (thread: MeteringThread, snapshot: Snapshot) => number | undefined,
): Metric {
  return {
    name,
    type,
    labels: ["thread"],
    help,
    read: (snapshot) =>
      snapshot.threads.flatMap((each): Sample[] => {
        const number = value(each, snapshot);
        return number === undefined ? [] : [[number, String(each.thread)]];
      }),
  };
}
