import type { Command } from "../cli/switches.js";

export const num2dotCommand: Command = {
  name: "num2dot",
  silk: "num2dot",
  summary: "print numbers in columns of text as IPv4 addresses",
  usage: "[--ip-fields=LIST] [--delimiter=CHAR] < TEXT",
  description:
    "Reads text in columns from standard input, such as rwcut --ip-format=decimal prints, and writes it with the numbers " +
    "of some columns as dotted addresses. What is not such a number stays as it is.",
  switches: [
    {
      name: "ip-fields",
      argument: "LIST",
      group: "Columns",
      help: "Change these columns, counted from 1",
      fallback: "1",
    },
    { name: "delimiter", argument: "CHAR", group: "Columns", help: "Columns end with this character", fallback: "|" },
  ],
  examples: [
    {
      command: "rwcut --ip-format=decimal --fields=sport,sip,dip flows.rw | num2dot --ip-fields=2,3",
      does: "print the second and third column as addresses",
    },
  ],
  async run(args) {
    const { dotColumns } = await import("../records/dotted_columns.js");
    await dotColumns(args);
    return 0;
  },
};
