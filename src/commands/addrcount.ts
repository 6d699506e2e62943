import type { Command, Switch } from "../cli/switches.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { filterSwitches } from "../query/filter_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { OLD_VOLUME_LIMIT_SWITCHES, VOLUME_LIMIT_SWITCHES } from "../query/volume_limits.js";
import { IP_FORMAT_SWITCHES } from "../text/ip_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TIME_SWITCHES } from "../text/silk_time.js";
import { TABLE_SWITCHES } from "../text/table.js";

const OWN: readonly Switch[] = [
  { name: "print-recs", group: "Output", help: "Print each address with its volumes, first and last time" },
  { name: "print-ips", group: "Output", help: "Print the addresses only" },
  { name: "print-stat", group: "Output", help: "Print how many addresses there are, and the sums of their volumes" },
  { name: "set-file", argument: "PATH", group: "Output", help: "Write the set of the addresses to PATH" },
  { name: "use-dest", group: "Bins", help: "Count destination addresses instead of sources" },
  ...VOLUME_LIMIT_SWITCHES,
  ...OLD_VOLUME_LIMIT_SWITCHES,
  { name: "sort-ips", group: "Table", help: "Sort by address, which is done anyway" },
  ...TIME_SWITCHES.filter(({ name }) => name !== "epoch-time"),
  ...IP_FORMAT_SWITCHES,
  ...TABLE_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  ...beyondSilk(["sql", "temp-directory"], [...QUERY_SWITCHES, TEMPORARY_SWITCH]),
];

export const addrcountCommand: Command = {
  name: "addrcount",
  silk: "rwaddrcount",
  summary: "volumes and times of each IPv4 address",
  usage: "{--print-recs | --print-ips | --print-stat | --set-file=PATH} [switches] [FILE ...]",
  description:
    "Counts flows, octets and packets of each source or destination address and notes when it was first and last seen. " +
    "Flows with IPv6 addresses are left out: rwuniq --fields=sip counts those, too.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwaddrcount --print-recs --min-bytes=1000000 flows.rw", does: "sources that sent a megabyte or more" },
    { command: "rwaddrcount --print-stat --use-dest flows.rw", does: "count the destinations" },
  ],
  async run(args, called) {
    const [{ withQuery }, { checkAddressOutputs, runAddrcount }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/addrcount.js"),
    ]);
    checkAddressOutputs(args);
    return withQuery(args, OWN, called, (query) => runAddrcount(query, args, called));
  },
};
