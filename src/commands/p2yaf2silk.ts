import type { Command } from "../cli/switches.js";

export const p2yaf2silkCommand: Command = {
  name: "p2yaf2silk",
  silk: "rwp2yaf2silk",
  summary: "meter captures into a SiLK file",
  usage: "--in=CAPTURE --out=FILE [switches]",
  description:
    "Turns a capture (pcap, pcapng; plain, gzip or zstd) into SiLK's flows, one for each direction, as SiLK's script does " +
    "with yaf --silk and rwipfix2silk. Both are done here, by flowtap's meter: no other program is needed or run. Flows " +
    "end as YAF ends them, after 300 s without a packet or 1800 s at the longest.",
  switches: [
    {
      name: "in",
      argument: "CAPTURE",
      group: "Files",
      help: "Read this capture, - for standard input, or all captures in a folder",
    },
    { name: "out", argument: "FILE", group: "Files", help: "Write flows to this file, - for standard output" },
    {
      name: "dry-run",
      group: "Files",
      help: "Only print the pipeline of flowtap's commands that would do the same",
    },
    {
      name: "yaf-args",
      argument: "SWITCHES",
      group: "Conversion",
      help: "Meter by these switches of yaf: --idle-timeout, --active-timeout, --max-flows, --filter, --uniflow, --caplist; --silk, --mac and --verbose change nothing",
    },
    {
      name: "rwipfix2silk-args",
      argument: "SWITCHES",
      group: "Conversion",
      help: "Write by these switches of rwipfix2silk: --compression-method, --interface-values, --note-add, --note-file-add, --print-statistics",
    },
    { name: "man", group: "Files", help: "The same as --help", legacy: true },
    { name: "yaf-program", argument: "PATH", group: "Conversion", help: "Refused: no program is run" },
    { name: "rwipfix2silk-program", argument: "PATH", group: "Conversion", help: "Refused: no program is run" },
  ],
  examples: [
    { command: "rwp2yaf2silk --in=office.pcap --out=office.rw", does: "make SiLK's flows of a capture" },
    {
      command: "rwp2yaf2silk --in=office.pcap --out=- | rwstats --fields=sip --values=bytes --count=10",
      does: "top sources of a capture",
    },
    {
      command: "rwp2yaf2silk --in=office.pcap --out=web.rw --yaf-args='--idle-timeout=60 --filter=\"tcp port 80\"'",
      does: "the flows of some packets, ended after a minute of silence",
    },
  ],
  async run(args, called) {
    if (args.flag("man")) {
      const [{ commandHelp }, { openSink }] = await Promise.all([
        import("../cli/help.js"),
        import("../files/octet_sink.js"),
      ]);
      const sink = openSink("-", "text");
      sink.write(new TextEncoder().encode(commandHelp(p2yaf2silkCommand, called)));
      sink.close();
      return 0;
    }
    const { capturesToSilk } = await import("../meter/captures_to_silk.js");
    return capturesToSilk(args, called);
  },
};
