import type { Command } from "../cli/switches.js";

export const resolveCommand: Command = {
  name: "resolve",
  silk: "rwresolve",
  summary: "print names of hosts for addresses in columns of text",
  usage: "[switches] < TEXT",
  description:
    "Reads text in columns from standard input, such as rwcut prints, and writes it with the names that DNS has for the " +
    "addresses in some columns. An address without a name, or whose name does not come in time, stays as it is. Lines " +
    "keep their order and are printed as soon as their names are known, so that it may stand at the end of a pipe that " +
    "never ends. Characters in names that could upset a terminal or the columns are written as \\DDD.",
  switches: [
    {
      name: "ip-fields",
      argument: "LIST",
      group: "Columns",
      help: "Look at these columns, counted from 1",
      fallback: "1,2",
    },
    { name: "delimiter", argument: "CHAR", group: "Columns", help: "Columns end with this character", fallback: "|" },
    {
      name: "column-width",
      argument: "N",
      group: "Columns",
      help: "Fill these columns to N characters with blanks on the left; longer names are not cut",
      fallback: "0, which fills nothing",
    },
    {
      name: "resolver",
      argument: "NAME",
      group: "Names",
      help: "Taken for SiLK's sake: c-ares, adns, getnameinfo and gethostbyaddr all mean the same here",
      fallback: "c-ares",
    },
    {
      name: "max-requests",
      argument: "N",
      group: "Names",
      help: "Ask for at most N names at a time",
      fallback: "128",
    },
    {
      name: "servers",
      argument: "LIST",
      group: "Names",
      help: "Ask these name servers: ADDRESS or ADDRESS:PORT, several with commas",
      fallback: "the system's",
      shared: true,
    },
    {
      name: "timeout",
      argument: "SECONDS",
      group: "Names",
      help: "Wait for a name no longer than this",
      fallback: "5",
      shared: true,
    },
  ],
  examples: [
    {
      command: "rwcut --fields=sip,dip,bytes flows.rw | rwresolve --column-width=40",
      does: "print flows between hosts by their names",
    },
    {
      command: "rwstats --fields=dip --count=10 --no-columns flows.rw | rwresolve --ip-fields=1 --servers=192.0.2.53",
      does: "name the top destinations as one's own name server knows them",
    },
  ],
  async run(args) {
    const { resolveColumns } = await import("../resolve/resolve_columns.js");
    await resolveColumns(args);
    return 0;
  },
};
