import type { Command } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { OUTPUT_SWITCHES } from "../export/options.js";
import { LIVE_SWITCHES } from "../meter/live_options.js";
import { METER_SWITCHES } from "../meter/options.js";
import { INPUT_SWITCHES, REPORT_SWITCHES, runMeter } from "../meter/run.js";
import { STORE_SWITCHES } from "../store/options.js";

export const meterCommand: Command = {
  name: "meter",
  summary: "turn packets of captures into flows: files, collectors, a table",
  usage: "-r CAPTURE [-r CAPTURE ...] [-o OUTPUT ...] [switches]",
  description:
    "Reads captures (pcap, pcapng; plain, gzip or zstd) in order into one flow table and writes bidirectional flow " +
    "records (RFC 5103). Time is the packets' time, so the result does not depend on the machine. Without -o, flows " +
    "are printed as a table on a terminal and written as IPFIX into a pipe.",
  switches: [
    ...INPUT_SWITCHES,
    ...LIVE_SWITCHES,
    ...METER_SWITCHES,
    ...OUTPUT_SWITCHES,
    ...STORE_SWITCHES,
    ...REPORT_SWITCHES,
  ],
  examples: [
    { command: "flowtap meter -r office.pcap", does: "print the flows of a capture" },
    { command: "flowtap meter -r a.pcap -r b.pcapng.gz -o flows.ipfix", does: "meter two captures into an IPFIX file" },
    {
      command: "zcat big.pcap.gz | flowtap meter -r - --filter 'tcp port 443' -o json:eve.json",
      does: "meter part of a stream into JSON lines as Suricata writes them",
    },
    {
      command: "flowtap meter -r office.pcap -o ipfix+udp://192.0.2.7:4739 -o netflow9+udp://192.0.2.8:2055",
      does: "export the same flows to two collectors",
    },
    {
      command: "flowtap meter -r office.pcap --store /data/flows --sensor S0",
      does: "keep the flows in a store, for rwfilter and the like",
    },
  ],
  async run(args) {
    if (args.positionals.length > 0)
      throw new UsageError(`unexpected argument '${args.positionals[0]}': captures are given with -r`);
    return runMeter(args, { speed: 0, progress: false });
  },
};
