import type { Command } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { CELL_FORMAT_SWITCH, cellFormat, writeCells } from "../query/table/cell_table.js";
import { INTERFACE_COLUMNS, interfaceCells, interfaceLines } from "../sensor/interface_table.js";
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
  switches: [CELL_FORMAT_SWITCH, ...TABLE_SWITCHES, ...TEXT_OUTPUT_SWITCHES],
  examples: [
    { command: "flowtap interfaces", does: "list the interfaces" },
    {
      command: "flowtap interfaces --output-format=json | jq -r 'select(.state == \"up\").name'",
      does: "names of those that are up",
    },
  ],
  async run(args) {
    if (args.positionals.length > 0) throw new UsageError(`unexpected argument '${args.positionals[0]}'`);
    const format = cellFormat(args);
    const style = tableStyle(args);
    const interfaces = listInterfaces();
    if (format !== undefined) {
      await writeCells(args, format, INTERFACE_COLUMNS, (add) => {
        for (const each of interfaces) add(interfaceCells(each));
      });
      return 0;
    }
    const output = openTextOutput(args);
    output.add(interfaceLines(interfaces, style));
    await output.end();
    return 0;
  },
};
