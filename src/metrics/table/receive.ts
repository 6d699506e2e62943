/** What listeners of a collector did; the label is the listener as the user named it with --listen. */
import type { ListenerState } from "../../collector/collector_state.js";
import type { ConnectionCounters, ListenerCounters } from "../../receive/listener.js";
import type { Metric, Sample } from "../metric.js";

const REFUSED_CONNECTIONS: Readonly<Record<string, keyof ConnectionCounters>> = {
  address: "refusedAddress",
  limit: "refusedLimit",
  tls: "refusedTls",
};

const CLOSED_CONNECTIONS: Readonly<Record<string, keyof ConnectionCounters>> = { idle: "idle", malformed: "malformed" };

export const RECEIVE_METRICS: readonly Metric[] = [
  counter("messages_total", "Datagrams that came in, or messages of streams", ({ messages }) => messages),
  counter("bytes_total", "Octets of these", ({ octets }) => octets),
  counter("taken_messages_total", "Messages that went on to be decoded", ({ gate }) => gate.taken),
  byReason(
    "refused_messages_total",
    "Messages that were not taken: from an address that is not accepted, or of a protocol that is not for the listener",
    ({ gate }) => ({ address: gate.address, protocol: gate.protocol }),
  ),
  byReason(
    "dropped_datagrams_total",
    "Datagrams that the kernel dropped: ring (decoding or the store was too slow), kernel (the receive buffer was full " +
      "otherwise)",
    ({ droppedRing, droppedKernel }) => ({ ring: droppedRing, kernel: droppedKernel }),
  ),
  gauge("waiting_bytes", "Octets of datagrams that wait to be decoded", ({ waitingOctets }) => waitingOctets),
  counter("errors_total", "Failed system calls and broken connections", ({ errors }) => errors),
  gauge("connections", "Connections of TCP and TLS that are open", ({ connections }) => connections.open),
  counter("connections_total", "Connections that were accepted", ({ connections }) => connections.accepted),
  byReason(
    "refused_connections_total",
    "Connections that were refused: address (not accepted), limit (--connections), tls (no certificate, or no TLS)",
    ({ connections }) => picked(connections, REFUSED_CONNECTIONS),
  ),
  byReason(
    "closed_connections_total",
    "Connections that were closed by the collector: idle (--connection-idle), malformed (no IPFIX)",
    ({ connections }) => picked(connections, CLOSED_CONNECTIONS),
  ),
];

function picked(counts: ConnectionCounters, names: Readonly<Record<string, keyof ConnectionCounters>>) {
  return Object.fromEntries(Object.entries(names).map(([label, name]) => [label, counts[name]]));
}

function counter(name: string, help: string, value: (counters: ListenerCounters) => number): Metric {
  return byListener(name, "counter", ["listener"], help, ({ name: listener, counters }) => [
    [value(counters), listener],
  ]);
}

function gauge(name: string, help: string, value: (counters: ListenerCounters) => number): Metric {
  return byListener(name, "gauge", ["listener"], help, ({ name: listener, counters }) => [[value(counters), listener]]);
}

function byReason(
  name: string,
  help: string,
  values: (counters: ListenerCounters) => Readonly<Record<string, number>>,
): Metric {
  return byListener(name, "counter", ["listener", "reason"], help, ({ name: listener, counters }) =>
    Object.entries(values(counters)).map(([reason, value]) => [value, listener, reason] as const),
  );
}

function byListener(
  name: string,
  type: Metric["type"],
  labels: readonly string[],
  help: string,
  samples: (listener: ListenerState) => readonly Sample[],
): Metric {
  return {
    name: `flowtap_receive_${name}`,
    type,
    labels,
    help,
    read: ({ collector }) => (collector?.listeners ?? []).flatMap(samples),
  };
}
