import type { Command } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { runMapBuild } from "../pmaps/build_map.js";
import { INVOCATION_STRIP_SWITCH } from "../sets/record_switches.js";

export const pmapbuildCommand: Command = {
  name: "pmapbuild",
  silk: "rwpmapbuild",
  summary: "make a prefix map of text: labels for networks or ports",
  usage: "[switches]",
  description:
    "Reads lines that give a CIDR block, a range of addresses (LOW HIGH) or of protocols and ports (6/80 6/81) a label, " +
    "and writes a prefix map. Later lines win over earlier ones: put wide blocks first. Other lines say `mode ipv4`, " +
    "`mode ipv6` or `mode proto-port`, `map-name NAME`, `default LABEL`, `label NUMBER LABEL`, and `delimiter C` when " +
    "something other than blanks is between the parts of a range. What follows # is a comment.",
  switches: [
    { name: "input-path", argument: "PATH", group: "Input", help: "Read text from PATH", fallback: "standard input" },
    {
      name: "mode",
      argument: "MODE",
      values: ["ipv4", "ipv6", "proto-port"],
      group: "Input",
      help: "Keys are ipv4, ipv6 or proto-port",
      fallback: "ipv4",
    },
    { name: "ignore-errors", group: "Input", help: "Write the map though there are lines with errors" },
    { name: "dry-run", group: "Output", help: "Check the text and write nothing" },
    {
      name: "output-path",
      argument: "PATH",
      group: "Output",
      help: "Write the map to PATH",
      fallback: "standard output",
    },
    INVOCATION_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES.filter(({ name }) => name !== "compression-method"),
    { name: "input-file", argument: "PATH", group: "Input", help: "The same as --input-path", legacy: true },
    { name: "output-file", argument: "PATH", group: "Output", help: "The same as --output-path", legacy: true },
  ],
  examples: [
    {
      command: "rwpmapbuild --input-path=sites.txt --output-path=sites.pmap",
      does: "make a map of a list of networks",
    },
    { command: "echo '10.0.0.0/8 inside' | rwpmapbuild --output-path=inside.pmap", does: "make a map of one network" },
    { command: "rwpmapbuild --input-path=ports.txt --dry-run", does: "check a list of ports for errors" },
  ],
  run: runMapBuild,
};
