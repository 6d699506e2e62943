/** Which numbers SiLK's records have for interfaces. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import type { InterfaceValues } from "./silk_bounds.js";

export const INTERFACE_VALUES_SWITCH: Switch = {
  name: "interface-values",
  argument: "KIND",
  values: ["snmp", "vlan"],
  group: "Conversion",
  help: "Take snmp (ifIndex) or vlan (the tag) for the interfaces of flows",
  fallback: "snmp",
};

export function interfaceValues(args: Arguments): InterfaceValues {
  const given = args.value("interface-values") ?? "snmp";
  if (given !== "snmp" && given !== "vlan")
    throw new ArgumentError("interface-values", "Expected snmp or vlan", "interface-values", given);
  return given;
}
