import type { Command } from "../cli/switches.js";
import { COLLECTOR_SWITCHES, LISTEN_SWITCHES, READ_SWITCHES } from "../collector/switches.js";
import { COLLECT_CONFIG_SWITCHES } from "../config/section.js";
import { collectArguments } from "../config/section_arguments.js";
import { UsageError } from "../errors.js";
import { REPORT_SWITCHES } from "../meter/run.js";

export const collectCommand: Command = {
  name: "collect",
  summary: "collect NetFlow, IPFIX and sFlow of routers, switches and sensors into a store",
  usage: "--listen URL ... | --sensor-config FILE | -r FILE ... --store DIR [switches]",
  description:
    "Listens for flow records that others export, over UDP, TCP and TLS, and keeps them in a store: NetFlow 5, 7 and 9, " +
    "IPFIX, sFlow 5. Queries see them within a second. Where sensors.conf has probes, these say where to listen, whom " +
    "to accept, which folders to take files from, and which sensors the flows are of. With -r it reads exported " +
    "datagrams from captures, or flow files.\n\n" +
    "A live collector runs until SIGTERM or SIGINT, which store what has come in; SIGHUP reads the configuration " +
    "again, SIGUSR1 prints statistics.",
  switches: [...READ_SWITCHES, ...COLLECTOR_SWITCHES, ...COLLECT_CONFIG_SWITCHES, ...REPORT_SWITCHES],
  examples: [
    {
      command:
        "flowtap collect --listen netflow+udp://0.0.0.0:2055 --listen sflow+udp://0.0.0.0:6343 --store /data/flows",
      does: "collect what routers and switches send",
    },
    {
      command:
        "flowtap collect --listen ipfix+tls://[::]:4740 --tls-cert c.pem --tls-key c.key --tls-ca ca.pem --store /data/flows",
      does: "collect IPFIX over TLS from exporters with a certificate",
    },
    {
      command: "flowtap collect --sensor-config sensors.conf --site-config-file silk.conf --store /data/flows",
      does: "listen as the probes of a SiLK installation do",
    },
    { command: "flowtap collect -r export.pcap -o - | rwcut", does: "print the flows that a capture of exports holds" },
  ],
  async run(typed) {
    if (typed.positionals.length > 0)
      throw new UsageError(`unexpected argument '${typed.positionals[0]}': files are given with -r`);
    const { args, reread, explained } = await collectArguments(typed);
    try {
      if (args.flag("read")) {
        const stray = LISTEN_SWITCHES.find(({ name }) => args.flag(name));
        if (stray !== undefined)
          throw new UsageError(`--${stray.name} and -r exclude each other: files or the network`);
        const { collectFiles } = await import("../collector/read_files.js");
        return await collectFiles(args);
      }
      const { runCollector } = await import("../collector/collector.js");
      return await runCollector(args, reread);
    } catch (error) {
      throw explained(error);
    }
  },
};
