import type { Command } from "../cli/switches.js";
import { TOP_SWITCHES } from "../top/options.js";

export const topCommand: Command = {
  name: "top",
  summary: "watch live traffic: rates, top talkers, conversations, services, drops",
  usage: "-i INTERFACE | -r CAPTURE [switches]",
  description:
    "Shows on the terminal what passes an interface, drawn again every second: rates of all traffic, packets dropped, " +
    "and hosts, conversations, services, protocols or links by their rates over 2, 10 and 40 seconds. h shows the " +
    "keys, q leaves.\n\n" +
    "Names of rows are addresses and numbers: nothing is looked up. Of a flood's many addresses those that carry " +
    "least are added up as others.",
  switches: TOP_SWITCHES,
  examples: [
    { command: "flowtap top -i eth1", does: "watch a mirror port" },
    {
      command: "flowtap top -i any --view conversations --filter 'not port 22'",
      does: "who talks to whom, without us",
    },
    {
      command: "flowtap top -i eth1 --once --interval 10 --rows 5",
      does: "print the five busiest hosts of ten seconds",
    },
    { command: "flowtap top -r office.pcap --speed 10x", does: "watch a capture, ten times as fast" },
    { command: "flowtap top -r office.pcap --speed max --once --totals", does: "print the busiest hosts of a capture" },
  ],
  async run(args) {
    const { runTop } = await import("../top/run.js");
    return runTop(args);
  },
};
