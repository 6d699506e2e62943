/** The switches that say how fields print, shared by all commands that print them. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import { CANONICAL, IP_FORMAT_SWITCHES, ipFormat } from "../text/ip_format.js";
import { TIME_FORMAT_DEFAULT, TIME_SWITCHES, timeFormat } from "../text/silk_time.js";
import { TABLE_SWITCHES, type TableStyle } from "../text/table.js";
import type { FlowField, PrintStyle } from "./field.js";
import type { FlowQuery } from "./flow_query.js";
import { PMAP_WIDTH_SWITCH } from "./map_switches.js";
import { IS_IPV4 } from "./partition/numbers.js";
import { oneInteger } from "./values/number.js";

export const IPV6_POLICY_SWITCH: Switch = {
  name: "ipv6-policy",
  argument: "POLICY",
  values: ["mix", "ignore", "asv4", "force", "only"],
  group: "Table",
  help: "What to do with IPv6 flows: ignore, asv4, mix, force or only",
  fallback: "SILK_IPV6_POLICY, or mix",
};

export const PRINT_SWITCHES: readonly Switch[] = [
  IPV6_POLICY_SWITCH,
  ...TIME_SWITCHES,
  ...IP_FORMAT_SWITCHES,
  { name: "integer-sensors", group: "Table", help: "Print sensors as numbers" },
  { name: "integer-tcp-flags", group: "Table", help: "Print TCP flags as numbers" },
  ...TABLE_SWITCHES,
];

const POLICIES = ["ignore", "asv4", "mix", "force", "only"] as const;
export type Ipv6Policy = (typeof POLICIES)[number];

/** The policy of the switch or of the environment. */
export function ipv6Policy(args: Arguments): Ipv6Policy {
  const given = args.value("ipv6-policy");
  const text = (given ?? process.env.SILK_IPV6_POLICY ?? "").toLowerCase();
  const found = POLICIES.find((each) => each === text);
  if (found !== undefined) return found;
  if (given !== undefined)
    throw new ArgumentError("ipv6-policy", `Unrecognized value '${given}'`, "ipv6-policy", given);
  return "mix";
}

/** The condition on flows that a policy makes. */
export function policyConditions(policy: Ipv6Policy): readonly string[] {
  if (policy === "ignore" || policy === "asv4") return [IS_IPV4];
  return policy === "only" ? [`NOT ${IS_IPV4}`] : [];
}

/** How fields print when no switch says anything: for commands that need only what they are made from. */
export function plainStyle({ site, countries, lookups }: FlowQuery): PrintStyle {
  return {
    site,
    countries,
    lookups,
    time: TIME_FORMAT_DEFAULT,
    ip: CANONICAL,
    addresses: "ipv4-and-ipv6",
    sensors: "names",
    flags: "letters",
    padded: true,
  };
}

/** Fields that only this query has, of its prefix maps, in the width of `--pmap-column-width`. */
export function mapFields(args: Arguments, query: FlowQuery): readonly FlowField[] {
  const option = PMAP_WIDTH_SWITCH.name;
  const given = args.value(option);
  const most = given === undefined ? undefined : oneInteger(given, 1, 2 ** 31 - 1, { option, what: option, given });
  return query.prefixMaps.fields(most);
}

export function printStyle(args: Arguments, query: FlowQuery, table: TableStyle): PrintStyle {
  const policy = ipv6Policy(args);
  const ip = ipFormat(args);
  return {
    site: query.site,
    countries: query.countries,
    lookups: query.lookups,
    time: timeFormat(args),
    ip: policy === "force" ? { ...ip, ipv4: "as-ipv6" } : ip,
    addresses: policy === "ignore" || policy === "asv4" ? "ipv4" : "ipv4-and-ipv6",
    sensors: args.flag("integer-sensors") ? "numbers" : "names",
    flags: args.flag("integer-tcp-flags") ? "numbers" : "letters",
    padded: table.padded,
  };
}
