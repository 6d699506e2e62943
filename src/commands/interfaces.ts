import type { Command } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { INTERFACE_FORMATS, interfaceLines } from "../sensor/interface_table.js";
import { listInterfaces } from "../sensor/interfaces.js";
import { openTextOutput, TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TABLE_SWITCHES, tableStyle } from "../text/table.js";

export const interfacesCommand: Command = {
  name: "interfaces",
  summary: "list what can be captured: link type, state, speed",
  usage: "[switches]",
  description:
    "Lists the network interfaces of this host, as flowtap meter -i takes them. One that is down can be named, too: " +
    "it is captured as soon as it is up. No privilege is needed to list them.",
  switches: [
    {
      name: "output-format",
      argument: "FORMAT",
      group: "Output",
      help: "Print text, csv or json (one object a line; speed in bits a second)",
      fallback: "text",
    },
    ...TABLE_SWITCHES,
    ...TEXT_OUTPUT_SWITCHES,
  ],
  examples: [
    { command: "flowtap interfaces", does: "list the interfaces" },
    {
      command: "flowtap interfaces --output-format=json | jq -r 'select(.state == \"up\").name'",
      does: "names of those that are up",
    },
  ],
  async run(args) {
    if (args.positionals.length > 0) throw new UsageError(`unexpected argument '${args.positionals[0]}'`);
    const given = args.value("output-format") ?? "text";
    const format = INTERFACE_FORMATS.find((each) => each === given);
    if (format === undefined)
      throw new ArgumentError(
        "output-format",
        `Expected one of ${INTERFACE_FORMATS.join(", ")}`,
        "output-format",
        given,
      );
    const style = tableStyle(args);
    const lines = interfaceLines(listInterfaces(), format, style);
    const output = openTextOutput(args);
    output.add(lines);
    await output.end();
    return 0;
  },
};
