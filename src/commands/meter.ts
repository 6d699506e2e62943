import type { Command } from "../cli/switches.js";
import { METER_CONFIG_SWITCHES } from "../config/section.js";
import { meterArguments } from "../config/section_arguments.js";
import { UsageError } from "../errors.js";
import { INPUT_SWITCHES } from "../meter/input_switches.js";
import { refuseWithoutInterface } from "../meter/live_options.js";
import { REPORT_SWITCHES, runMeter } from "../meter/run.js";
import { LIVE_ONLY_SWITCHES, SENSOR_METER_SWITCHES } from "../sensor/settings.js";

export const meterCommand: Command = {
  name: "meter",
  summary: "turn packets into flows: from interfaces or captures, to collectors, files, a store",
  usage: "-i INTERFACE | -r CAPTURE [-o OUTPUT ...] [switches]",
  description:
    "Listens on interfaces, or reads captures (pcap, pcapng; plain, gzip or zstd) in order, into one flow table, and " +
    "writes bidirectional flow records (RFC 5103). The time of captures is their packets' time, so the result does not " +
    "depend on the machine. Without -o, flows are printed as a table on a terminal and written as IPFIX into a pipe.\n\n" +
    "A live meter runs until SIGTERM or SIGINT, which export what is in the flow table; SIGHUP reads the configuration " +
    "again, SIGUSR1 prints statistics.",
  switches: [...INPUT_SWITCHES, ...SENSOR_METER_SWITCHES, ...METER_CONFIG_SWITCHES, ...REPORT_SWITCHES],
  examples: [
    {
      command: "flowtap meter -i eth1 -o ipfix+udp://192.0.2.7 --store /data/flows --metrics 9469",
      does: "meter a mirror port: export to a collector, keep the flows, be scraped by Prometheus",
    },
    {
      command: "flowtap meter --config /etc/flowtap/flowtap.yaml",
      does: "the same with switches from a file (flowtap check-config checks it)",
    },
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
  async run(typed) {
    if (typed.positionals.length > 0)
      throw new UsageError(`unexpected argument '${typed.positionals[0]}': captures are given with -r`);
    const { args, reread, explained } = await meterArguments(typed);
    try {
      if (!args.flag("interface")) {
        refuseWithoutInterface(args, LIVE_ONLY_SWITCHES);
        return await runMeter(args, { speed: 0, progress: false });
      }
      const { runSensor } = await import("../sensor/sensor.js");
      return await runSensor(args, reread);
    } catch (error) {
      throw explained(error);
    }
  },
};
