/** The service itself. */
import { LOG_LEVELS } from "../../log/levels.js";
import { packageVersion } from "../../version.js";
import { type Metric, plain } from "../metric.js";
import { RELOAD_RESULTS } from "../service_counters.js";

const VERSION = packageVersion();

export const SERVICE_METRICS: readonly Metric[] = [
  {
    name: "flowtap_build_info",
    type: "gauge",
    labels: ["version", "node", "libpcap"],
    help: "Always 1; the labels are the versions of flowtap, Node.js and libpcap",
    read: ({ libpcap }) => [[1, VERSION, process.versions.node, libpcap]],
  },
  {
    name: "flowtap_config_reloads_total",
    type: "counter",
    labels: ["result"],
    help: "Reloads of the configuration: success, or failure, after which the old configuration stays",
    read: ({ service }) => RELOAD_RESULTS.map((result) => [service.reloads[result], result] as const),
  },
  {
    name: "flowtap_config_last_reload_successful",
    type: "gauge",
    labels: [],
    help: "Whether the latest reload succeeded: 1 or 0; 1 before the first",
    read: ({ service }) => plain(service.lastReload === "success" ? 1 : 0),
  },
  {
    name: "flowtap_log_messages_total",
    type: "counter",
    labels: ["level"],
    help: "Messages written to the log",
    read: ({ service }) => LOG_LEVELS.map((level) => [service.messages[level], level] as const),
  },
  {
    name: "flowtap_log_suppressed_messages_total",
    type: "counter",
    labels: [],
    help: "Messages that the log's limit on repeated messages kept back",
    read: ({ service }) => plain(service.suppressedMessages),
  },
];
