import { isatty } from "node:tty";
import type { Command } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { INVOCATION_STRIP_SWITCH, RECORD_VERSION_SWITCH, saveOptions } from "../sets/record_switches.js";
import { AddressSetBuilder } from "../sets/set_builder.js";
import { saveAddressSet } from "../sets/set_file.js";
import { addLines, type LineSyntax } from "../sets/text_lines.js";

export const setbuildCommand: Command = {
  name: "setbuild",
  silk: "rwsetbuild",
  summary: "make a set of addresses from text",
  usage: "[switches] [TEXT-FILE [SET-FILE]]",
  description:
    "Reads lines of text that each name an IP address, a CIDR block or a wildcard such as 10.x.1-3.0-127, and writes " +
    "the set of all addresses. What follows # is a comment. Without files, standard input and output are used.",
  switches: [
    {
      name: "ip-ranges",
      argument: "DELIM",
      optional: true,
      group: "Input",
      help: "Lines hold one address, or the lowest and highest address of a range with this character between them",
      fallback: "a hyphen when DELIM is left out",
    },
    RECORD_VERSION_SWITCH,
    INVOCATION_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES,
  ],
  examples: [
    { command: "rwsetbuild servers.txt servers.set", does: "make a set file from a list" },
    { command: "echo 10.0.0.0/8 | rwsetbuild - inside.set", does: "make a set of one network" },
    { command: "rwsetbuild --ip-ranges=, ranges.csv ranges.set", does: "read pairs of addresses with a comma between" },
  ],
  async run(args, called) {
    const [input, output = "-", extra] = args.positionals;
    if (extra !== undefined) throw new UsageError(`Too many arguments or unrecognized switch '${extra}'`);
    if (input === undefined && isatty(0)) throw new UsageError("No input files given and standard input is a terminal");
    const syntax = lineSyntax(args.flag("ip-ranges") ? args.value("ip-ranges") : undefined);
    const options = saveOptions(args, called, output);
    const builder = new AddressSetBuilder();
    const source = new OctetSource(input ?? "-");
    try {
      addLines(source, syntax, builder);
    } finally {
      source.close();
    }
    saveAddressSet(output, builder.build(), options);
    return 0;
  },
};

function lineSyntax(delimiter: string | undefined): LineSyntax {
  if (delimiter === undefined) return { kind: "wildcards" };
  if (delimiter.length > 1) throw new UsageError(`Invalid ip-ranges '${delimiter}': Delimiter is not one character`);
  if (/^[0-9a-zA-Z.:/]$/.test(delimiter))
    throw new UsageError(`Invalid ip-ranges '${delimiter}': Delimiter may be part of an address`);
  return { kind: "ranges", delimiter: delimiter || "-" };
}
