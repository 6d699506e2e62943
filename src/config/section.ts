/** Sections of the configuration: which switches of which command are keys. Light: loaded with every meter and collector. */
import type { Arguments, Switch } from "../cli/switches.js";
import { COLLECTOR_SWITCHES, LISTEN_SWITCHES } from "../collector/switches.js";
import { REPORT_SWITCHES } from "../meter/run.js";
import { LIVE_ONLY_SWITCHES, SENSOR_METER_SWITCHES } from "../sensor/settings.js";

export const METER_CONFIG_SWITCHES: readonly Switch[] = [configSwitch("meter", "FLOWTAP_METER_MAX_FLOWS")];
export const COLLECT_CONFIG_SWITCHES: readonly Switch[] = [configSwitch("collect", "FLOWTAP_COLLECT_LISTEN")];

function configSwitch(section: string, variable: string): Switch {
  return {
    name: "config",
    argument: "FILE",
    group: "Operation",
    help:
      `Take switches that are not given from the section ${section} of this YAML file; variables such as ` +
      `${variable} come in between`,
    fallback: "the environment's FLOWTAP_CONFIG",
  };
}

/** What a key's value is in YAML. `choice`: true, false, on or off. */
export type ValueKind = "choice" | "number" | "text";

/** One section: the switches of one command. */
export interface Section {
  readonly name: string;
  /** Each is a key by its long name. */
  readonly switches: readonly Switch[];
  /** Keys that do not count beside what was typed. */
  omitted(typed: Arguments): readonly Switch[];
}

/** `flowtap meter`: all its switches but those that name captures. */
export const METER_SECTION: Section = {
  name: "meter",
  switches: [...SENSOR_METER_SWITCHES, ...REPORT_SWITCHES],
  // Who reads a capture does not listen, too.
  omitted: (typed) => (typed.flag("read") || typed.flag("read-list") ? LIVE_ONLY_SWITCHES : []),
};

/** `flowtap collect`: all its switches but those that name files. */
export const COLLECT_SECTION: Section = {
  name: "collect",
  switches: [...COLLECTOR_SWITCHES, ...REPORT_SWITCHES],
  omitted: (typed) => (typed.flag("read") ? LISTEN_SWITCHES : []),
};

export const SECTIONS: readonly Section[] = [METER_SECTION, COLLECT_SECTION];

const NUMBERS: readonly string[] = ["SECONDS", "N", "OCTETS", "MIB"];

export function valueKind({ argument }: Switch): ValueKind {
  if (argument === undefined || argument === "ON|OFF") return "choice";
  return NUMBERS.includes(argument) ? "number" : "text";
}

/** `FLOWTAP_METER_MAX_FLOWS` */
export function variableName(section: Section, each: Switch): string {
  return `${variablePrefix(section)}${each.name.toUpperCase().replaceAll("-", "_")}`;
}

export function variablePrefix({ name }: Section): string {
  return `FLOWTAP_${name.toUpperCase()}_`;
}

/** The words that a switch is given by a choice: those of the command line. */
export function choiceWords(each: Switch, choice: "on" | "off"): readonly string[] {
  if (each.argument !== undefined) return [choice];
  return choice === "on" ? [""] : [];
}
