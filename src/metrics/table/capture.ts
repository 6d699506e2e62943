/** What the kernel and the interfaces did with packets, by interface. */

import { INTERFACE_STATES } from "../../meter/merged_interfaces.js";
import type { LiveInterfaceStats } from "../../meter/native.js";
import { type Metric, plain } from "../metric.js";

export const CAPTURE_METRICS: readonly Metric[] = [
  byInterface(
    "flowtap_capture_packets_total",
    "Packets that the kernel had for the meter at an interface, those that it dropped among them",
    (each) => each.received,
  ),
  byInterface(
    "flowtap_capture_delivered_packets_total",
    "Packets that the meter read from an interface",
    (each) => each.delivered,
  ),
  {
    name: "flowtap_capture_dropped_packets_total",
    type: "counter",
    labels: ["interface", "reason"],
    help:
      "Packets lost before the meter: kernel (the capture buffer was full), interface (the card or its driver " +
      "dropped them; these are not in flowtap_capture_packets_total)",
    read: ({ interfaces }) =>
      interfaces.flatMap(({ name, droppedByKernel, droppedByInterface }) => [
        [droppedByKernel, name, "kernel"],
        [droppedByInterface, name, "interface"],
      ]),
  },
  byInterface(
    "flowtap_capture_sampled_out_packets_total",
    "Packets that --sample left out in the kernel, before a copy was made",
    (each) => each.sampledOut,
  ),
  byInterface(
    "flowtap_capture_super_packets_total",
    "Frames of several segments, as receive offload makes them",
    (each) => each.superPackets,
  ),
  byInterface(
    "flowtap_capture_reopenings_total",
    "Times that an interface was opened again after it had vanished or gone down",
    (each) => each.reopenings,
  ),
  {
    name: "flowtap_capture_state",
    type: "gauge",
    labels: ["interface", "state"],
    help: "1 for the state that an interface is in: capturing, down or absent",
    read: ({ interfaces }) =>
      interfaces.flatMap((each) =>
        INTERFACE_STATES.map((state) => [each.state === state ? 1 : 0, each.name, state] as const),
      ),
  },
  {
    name: "flowtap_capture_sampling_interval",
    type: "gauge",
    labels: [],
    help: "Packets of which one is metered; 1 without --sample",
    read: ({ samplingInterval }) => plain(samplingInterval),
  },
];

function byInterface(name: string, help: string, value: (stats: LiveInterfaceStats) => number): Metric {
  return {
    name,
    type: "counter",
    labels: ["interface"],
    help,
    read: ({ interfaces }) => interfaces.map((each) => [value(each), each.name] as const),
  };
}
