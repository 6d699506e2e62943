import type { Command } from "../cli/switches.js";
import { IPV6_POLICY_SWITCH } from "../query/print_style.js";
import { PREFIX_SWITCHES } from "../records/netmask.js";
import { RECORD_SWITCHES } from "../records/record_files.js";

export const netmaskCommand: Command = {
  name: "netmask",
  silk: "rwnetmask",
  summary: "set the host parts of addresses to zero",
  usage: "--4sip-prefix-length=N [switches] [FILE ...]",
  description:
    "Writes flows with the lower bits of their addresses set to zero, so that flows can be grouped by network or shared " +
    "without naming hosts. Addresses without a prefix length stay as they are.",
  switches: [...PREFIX_SWITCHES, IPV6_POLICY_SWITCH, ...RECORD_SWITCHES],
  examples: [
    {
      command: "rwnetmask --4sip-prefix-length=24 --6sip-prefix-length=64 flows.rw | rwuniq --fields=sip",
      does: "count flows of each /24 and /64",
    },
  ],
  async run(args, called) {
    const [{ netmask }, { transformRecords }] = await Promise.all([
      import("../records/netmask.js"),
      import("../records/transform.js"),
    ]);
    await transformRecords(args, called, netmask(args));
    return 0;
  },
};
