/**
 * Classification by SiLK's two-way logic: which type a row is of follows from the networks that its source and its
 * destination lie in. The rules are plain values (they are stored beside journals) and compile to one SQL expression.
 */
import { InputError } from "../errors.js";
import { all, any, not, within } from "../query/partition/condition.js";
import type { NumberRange } from "../query/values/number.js";
import { ROW_ATTRIBUTE } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { type AddressRange, addressCondition } from "./address_ranges.js";

/** The three networks around a sensor; `null` is where dropped packets go. */
export type NetworkName = "internal" | "external" | "null";

/** How a network is recognised. `vlan` interfaces are VLAN tags in place of ifIndexes. */
export type Match =
  | { readonly kind: "addresses"; readonly ranges: readonly AddressRange[] }
  | { readonly kind: "interfaces"; readonly numbers: readonly NumberRange[]; readonly values: "snmp" | "vlan" }
  | { readonly kind: "remainder" };

/** Rows for which the condition holds (`when`) or does not (`unless`) are dropped. */
export interface DiscardRule {
  readonly discard: "when" | "unless";
  readonly side: "source" | "destination" | "any";
  readonly match: Exclude<Match, { kind: "remainder" }>;
}

export interface SensorRules {
  readonly networks: Readonly<Record<NetworkName, readonly Match[]>>;
  /** Networks that all flows come from or go to, whatever their addresses. */
  readonly source?: NetworkName | undefined;
  readonly destination?: NetworkName | undefined;
  readonly discard: readonly DiscardRule[];
  /** Whether rows that a firewall refused (ROW_ATTRIBUTE.denied) went to the null network, wherever they were headed. */
  readonly denied?: "to null" | undefined;
}

type Side = "source" | "destination";

/** Types that stand for others in sites that do not define them. */
const STAND_IN: Readonly<Record<string, string>> = { inweb: "in", outweb: "out", inicmp: "in", outicmp: "out" };

const IS_WEB = "(proto = 6 AND (sport IN (80, 443, 8080) OR dport IN (80, 443, 8080)))";
const IS_ICMP = "proto IN (1, 58)";

/**
 * SQL expression of a row's flowtype identifier, NULL for rows to be dropped.
 *
 * @param className class of the sensor
 * @throws InputError when the site lacks a type that the logic needs
 */
export function flowtypeExpression(rules: SensorRules, site: Site, className: string): string {
  const id = (type: string): string => {
    const found = site.flowtypeOf(className, type) ?? site.flowtypeOf(className, STAND_IN[type] ?? type);
    if (found !== undefined) return String(found.id);
    throw new InputError(
      `${site.config.path ?? "site"}: class ${className} lacks the type '${type}' of the two-way logic`,
    );
  };
  const from = (network: NetworkName) => networkCondition(rules, network, "source");
  const to = (network: NetworkName) => networkCondition(rules, network, "destination");
  const icmp = separatesIcmp(site);
  const plain = (direction: "in" | "out") =>
    `CASE WHEN ${IS_WEB} THEN ${id(`${direction}web`)}` +
    `${icmp ? ` WHEN ${IS_ICMP} THEN ${id(`${direction}icmp`)}` : ""} ELSE ${id(direction)} END`;
  const denied = rules.denied === undefined ? [] : [`(attributes & ${ROW_ATTRIBUTE.denied}) <> 0`];
  const toNull = any([...denied, to("null")]);
  const incoming =
    `CASE WHEN ${toNull} THEN ${id("innull")} WHEN ${to("internal")} THEN ${plain("in")} ` +
    `WHEN ${to("external")} THEN ${id("ext2ext")} ELSE ${id("other")} END`;
  const outgoing =
    `CASE WHEN ${toNull} THEN ${id("outnull")} WHEN ${to("external")} THEN ${plain("out")} ` +
    `WHEN ${to("internal")} THEN ${id("int2int")} ELSE ${id("other")} END`;
  return (
    `CASE WHEN ${any(rules.discard.map(discardCondition))} THEN NULL WHEN ${from("external")} THEN ${incoming} ` +
    `WHEN ${from("internal")} THEN ${outgoing} ELSE ${id("other")} END`
  );
}

/** SiLK's own logic leaves inicmp and outicmp empty; a packing-logic whose name has `icmp` fills them. */
function separatesIcmp(site: Site): boolean {
  return site.config.packingLogic?.includes("icmp") === true;
}

function networkCondition(rules: SensorRules, network: NetworkName, side: Side): string {
  const fixed = side === "source" ? rules.source : rules.destination;
  if (fixed !== undefined) return fixed === network ? "true" : "false";
  return any(
    rules.networks[network].map((match) =>
      match.kind === "remainder" ? remainder(rules, network, side) : matchCondition(match, side),
    ),
  );
}

/** What lies in neither of the other networks. */
function remainder(rules: SensorRules, network: NetworkName, side: Side): string {
  const others = (["internal", "external", "null"] as const).filter((each) => each !== network);
  return not(
    any(
      others.flatMap((each) =>
        rules.networks[each].flatMap((match) => (match.kind === "remainder" ? [] : [matchCondition(match, side)])),
      ),
    ),
  );
}

function matchCondition(match: Exclude<Match, { kind: "remainder" }>, side: Side): string {
  if (match.kind === "addresses") return addressCondition(side === "source" ? "sip" : "dip", match.ranges);
  if (match.values === "vlan") return within("vlan", match.numbers);
  return within(side === "source" ? "input" : "output", match.numbers);
}

function discardCondition({ discard, side, match }: DiscardRule): string {
  const holds = all([
    side === "any"
      ? any([matchCondition(match, "source"), matchCondition(match, "destination")])
      : matchCondition(match, side),
  ]);
  return discard === "when" ? holds : not(holds);
}
