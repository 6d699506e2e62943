import { runBagBuild } from "../bags/bag_build.js";
import { KEY_MAP_SWITCH } from "../bags/key_map.js";
import type { Command } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { INVOCATION_STRIP_SWITCH } from "../sets/record_switches.js";

export const bagbuildCommand: Command = {
  name: "bagbuild",
  silk: "rwbagbuild",
  summary: "make a bag from text or from a set",
  usage: "{--set-input=SET | --bag-input=TEXT} [switches]",
  description:
    "Reads lines of text with a key and a counter each, or the addresses of a set, and writes a bag. A key may be an " +
    "address, a CIDR block, a wildcard, or what --key-type says. Counters of equal keys are added. What follows # is a " +
    "comment.",
  switches: [
    { name: "set-input", argument: "SET", group: "Input", help: "Make the addresses of this set the keys" },
    { name: "bag-input", argument: "TEXT", group: "Input", help: "Read keys and counters from this file" },
    {
      name: "delimiter",
      argument: "CHAR",
      group: "Input",
      help: "The character between key and counter",
      fallback: "|",
    },
    {
      name: "proto-port-delimiter",
      argument: "CHAR",
      group: "Input",
      help: "The character between protocol and port of keys that a prefix map labels",
      fallback: "--delimiter",
    },
    {
      name: "default-count",
      argument: "N",
      group: "Input",
      help: "Give all keys this counter, whatever the input says",
      fallback: "1 for keys without counter",
    },
    KEY_MAP_SWITCH,
    {
      name: "key-type",
      argument: "TYPE",
      group: "Output",
      help: "What keys are: sIPv4, sPort, protocol, sensor, sTime, sip-country, sip-pmap and so on",
      fallback: "custom: addresses or numbers",
    },
    {
      name: "counter-type",
      argument: "TYPE",
      group: "Output",
      help: "What counters are: records, sum-packets, sum-bytes and so on",
      fallback: "custom",
    },
    {
      name: "output-path",
      argument: "PATH",
      group: "Output",
      help: "Write the bag to PATH",
      fallback: "standard output",
    },
    INVOCATION_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES,
  ],
  examples: [
    { command: "rwbagbuild --bag-input=counts.txt --delimiter=, > counts.bag", does: "make a bag of lines ADDRESS,N" },
    { command: "rwbagbuild --set-input=hosts.set --default-count=10 > hosts.bag", does: "give all hosts of a set 10" },
    {
      command: "echo '443|12' | rwbagbuild --bag-input=- --key-type=dport | rwbagcat",
      does: "make a bag of ports and print it",
    },
  ],
  run: runBagBuild,
};
