/** The flow tables, and how flows end. */
import type { Metric } from "../metric.js";
import { byThread, sum } from "./meter.js";

/** Label values of IPFIX flowEndReason, which is the index; the words of docs/meter.md. */
const END_REASONS = [undefined, "idle", "active", "end", "forced", "resources"] as const;

export const FLOW_METRICS: readonly Metric[] = [
  byThread("flowtap_flowtable_flows", "gauge", "Flows in the table of a thread now", ({ stats }) => stats.table.live),
  byThread(
    "flowtap_flowtable_flows_max",
    "gauge",
    "Flows that the table of a thread may hold: at this number flows end early, with reason resources",
    (_, { maxFlows }) => maxFlows,
  ),
  byThread(
    "flowtap_flowtable_flows_peak",
    "gauge",
    "The most flows that were in the table of a thread at once",
    ({ stats }) => stats.table.peak,
  ),
  {
    name: "flowtap_flows_started_total",
    type: "counter",
    labels: [],
    help: "Flows that began: those in the tables and those that ended",
    read: (snapshot) => [[sum(snapshot, ({ stats }) => stats.table.flows)]],
  },
  {
    name: "flowtap_flows_ended_total",
    type: "counter",
    labels: ["reason"],
    help:
      "Flows that ended, by flowEndReason: idle, active (timeouts), end (TCP closed), forced (stop or clock step), " +
      "resources (evicted early because the table was full)",
    read: (snapshot) =>
      END_REASONS.flatMap((name, reason) =>
        name === undefined ? [] : [[sum(snapshot, ({ stats }) => stats.table.ended[reason] ?? 0), name] as const],
      ),
  },
];
