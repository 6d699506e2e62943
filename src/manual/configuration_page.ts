/** flowtap.yaml(5): the keys of the configuration, which are switches. */
import type { Switch } from "../cli/switches.js";
import { SECTIONS, type Section, variablePrefix } from "../config/section.js";
import { head, paragraphs, references, sectionLines } from "./mdoc.js";
import { type Block, literal, paragraph, terms } from "./page.js";

function keyTerm(each: Switch): readonly [string, string] {
  const fallback = each.fallback ?? (each.argument === undefined ? "false" : undefined);
  return [each.name, `${each.help}.${fallback === undefined ? "" : ` The default is: ${fallback}.`}`];
}

function groupsOf({ switches }: Section): string[] {
  return [...new Set(switches.map(({ group }) => group))];
}

function sectionBlocks(section: Section, group: string): readonly Block[] {
  const keys = section.switches.filter((each) => each.group === group && each.legacy === undefined);
  return [terms(keys.map(keyTerm))];
}

export function configurationPage(date: Date): string {
  const lines = [
    ...head("flowtap.yaml", 5, date),
    ".Sh NAME",
    ".Nm flowtap.yaml",
    ".Nd configuration of flowtap meter and flowtap collect",
    ".Sh DESCRIPTION",
    ...paragraphs(
      "A YAML 1.2 file with a section for each service. Its keys are the long switches of the command; the command " +
        "line wins over the environment, the environment over the file. Keys that do not exist are errors, told with " +
        "line and column.",
    ),
    ...sectionLines(".Ss", "Example", [
      literal(
        "meter:",
        "  interface: [eth1, eth2]",
        "  output:",
        "    - ipfix+udp://collector.example:4739",
        "  idle-timeout: {default: 15, tcp: 60}",
        "  store: /var/lib/flowtap",
        "  metrics: 127.0.0.1:9469",
        "collect:",
        "  listen: [netflow+udp://0.0.0.0:2055, sflow+udp://0.0.0.0:6343]",
        "  store: /var/lib/flowtap",
      ),
    ]),
    ...sectionLines(".Ss", "Environment", [
      paragraph(
        `A variable for each key begins with ${SECTIONS.map(variablePrefix).join(" or ")}, the key follows in capitals ` +
          "with _ for -. Several values are separated by blanks.",
      ),
    ]),
    ...SECTIONS.flatMap((section) =>
      groupsOf(section).flatMap((group) =>
        sectionLines(".Ss", `${section.name}: ${group}`, sectionBlocks(section, group)),
      ),
    ),
    ...references([
      ["flowtap-check-config", 1],
      ["flowtap-collect", 1],
      ["flowtap-environment", 7],
      ["flowtap-meter", 1],
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
