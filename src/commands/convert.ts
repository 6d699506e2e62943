import type { Command, Switch } from "../cli/switches.js";
import { CAPTURE_SWITCHES } from "../convert/capture_switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { TEMPORARY_SWITCH } from "../query/query_switches.js";
import { SITE_SWITCH } from "../site/load.js";
import { PROGRESS_SWITCHES } from "../text/progress.js";

const OWN: readonly Switch[] = [
  ...FLOW_OUTPUT_SWITCHES.map((each) =>
    each.name === "output-format" ? { ...each, fallback: "what the ending of OUT says" } : each,
  ),
  {
    name: "fit",
    group: "Output",
    help:
      "Bring flows into the bounds of SiLK's records, as rwipfix2silk does, instead of failing: counters of 32 bits, " +
      "interfaces of 16; flows without packets are left out",
  },
  ...CAPTURE_SWITCHES,
  SITE_SWITCH,
  ...PROGRESS_SWITCHES,
  TEMPORARY_SWITCH,
];

export const convertCommand: Command = {
  name: "convert",
  summary: "turn flow files and captures into another format",
  usage: "IN... OUT [switches]",
  description:
    "Reads files of flows (IPFIX, SiLK, nfdump's nfcapd, Parquet) and captures (pcap, pcapng; the meter makes flows of " +
    "them), puts their flows together in the order given, those of Parquet last, and writes OUT. The ending of OUT says " +
    "the format: .ipfix, .rw, .parquet, .arrow, .json or .csv. Inputs are recognised by what they begin with; - is " +
    "standard input or output. Only flows that pass rwfilter's switches are written, when there are any. OUT stands " +
    "under its name only when it is complete. What a format has no room for is in flowtap help formats; datagrams of " +
    "exporters inside captures are read by flowtap collect.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "flowtap convert nfcapd.202611210800 flows.rw", does: "bring nfdump's flows to SiLK's tools" },
    { command: "flowtap convert office.pcap office.parquet", does: "meter a capture for pandas or DuckDB" },
    {
      command: "flowtap convert day*.ipfix old.rw --dport=53 dns.json",
      does: "put DNS flows of many files together as lines of JSON",
    },
  ],
  async run(args, called) {
    const { convert } = await import("../convert/convert.js");
    return convert(args, OWN, called);
  },
};
