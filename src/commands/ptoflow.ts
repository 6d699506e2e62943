import type { Command, Switch } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { PLUGIN } from "../query/refused.js";

const value = (name: string, argument: string, help: string, fallback: string): Switch => ({
  name,
  argument,
  group: "Flows",
  help,
  fallback,
});

export const ptoflowCommand: Command = {
  name: "ptoflow",
  silk: "rwptoflow",
  summary: "write each packet of a capture as a flow",
  usage: "[switches] CAPTURE",
  description:
    "Reads a capture (pcap, pcapng; plain, gzip or zstd) and writes a SiLK flow of one packet for each IPv4 packet in it. " +
    "Nothing is put together: each fragment is a flow, later ones without ports. Other packets are rejected.",
  switches: [
    {
      name: "flow-output",
      argument: "FILE",
      group: "Output",
      help: "Write flows to FILE",
      fallback: "standard output, unless packets go there",
    },
    {
      name: "packet-pass-output",
      argument: "FILE",
      group: "Output",
      help: "Write the packets that became flows to FILE, as pcap",
    },
    {
      name: "packet-reject-output",
      argument: "FILE",
      group: "Output",
      help: "Write the packets that became no flows to FILE, as pcap; without those outside of --active-time",
    },
    { name: "print-statistics", group: "Output", help: "Print on standard error what became of the packets" },
    {
      name: "active-time",
      argument: "WINDOW",
      group: "Packets",
      help: "Look only at packets in this time: START-END, or START for all that follow",
    },
    { name: "reject-all-fragments", group: "Packets", help: "Reject fragmented packets" },
    {
      name: "reject-nonzero-fragments",
      group: "Packets",
      help: "Reject fragments but the first of each packet, which has the ports",
    },
    {
      name: "reject-incomplete",
      group: "Packets",
      help: "Reject packets of which ports, TCP flags or ICMP type were not captured",
    },
    { name: "ipv6", group: "Packets", help: "Take IPv6 packets, too, which SiLK rejects", shared: true },
    value("set-sensorid", "ID", "Sensor of all flows", "65535, unknown"),
    value("set-inputindex", "N", "Input interface of all flows", "0"),
    value("set-outputindex", "N", "Output interface of all flows", "0"),
    value("set-nexthopip", "ADDRESS", "Next hop of all flows", "0.0.0.0"),
    ...SILK_OUTPUT_SWITCHES,
    PLUGIN,
  ],
  examples: [
    { command: "rwptoflow --flow-output=packets.rw office.pcap", does: "write each packet as a flow" },
    {
      command: "rwptoflow --reject-all-fragments --packet-reject-output=other.pcap --print-stat office.pcap | rwcut",
      does: "print packets, keep the ones that are no whole IPv4 packets",
    },
  ],
  async run(args, called) {
    const { packetsToFlows } = await import("../ptoflow/packets_to_flows.js");
    return packetsToFlows(args, called);
  },
};
