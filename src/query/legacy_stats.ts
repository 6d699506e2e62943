/** rwstats's switches of older releases that name a key each: `--sip=16`, `--dport`, `--icmp`. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { binKeys, type Key } from "./bins.js";
import type { Part, PrintStyle } from "./field.js";
import { IS_IPV4 } from "./partition/numbers.js";
import { oneInteger } from "./values/number.js";

const key = (name: string, of: string, argument: string): Switch => ({
  name,
  argument,
  optional: true,
  group: "Bins",
  help: `Group flows by ${of}`,
  legacy: true,
});

/** Those that are rwfilter's switches, too: with an argument, that is what they mean. */
const KEY_OR_CONDITION: readonly Switch[] = [
  key("sport", "source port; with =LIST, take only these ports", "LIST"),
  key("dport", "destination port; with =LIST, take only these ports", "LIST"),
  key("protocol", "protocol; with =LIST, take only these protocols", "LIST"),
];

export const LEGACY_STATS_SWITCHES: readonly Switch[] = [
  key("sip", "source address, of which only the first PREFIX bits count", "PREFIX"),
  key("dip", "destination address, of which only the first PREFIX bits count", "PREFIX"),
  ...KEY_OR_CONDITION,
  { name: "icmp", group: "Bins", help: "Group flows by ICMP type and code", legacy: true },
  ...["flows", "packets", "bytes"].map(
    (name): Switch => ({ name, group: "Bins", help: `Rank by ${name}`, legacy: true }),
  ),
];

export const LEGACY_HELP_SWITCH: Switch = {
  name: "legacy-help",
  group: "Help",
  help: "List the switches of older releases, and stop",
  legacy: true,
};

/** Whether a switch stands as a condition on flows, not as a key. */
export function isCondition(name: string, args: Arguments): boolean {
  return KEY_OR_CONDITION.some((each) => each.name === name) && (args.value(name) ?? "") !== "";
}

const FIELDS = ["sip", "dip", "sport", "dport", "protocol", "icmp"] as const;

/** Names for `--fields` of the keys given. */
const FIELD_LISTS: Readonly<Record<(typeof FIELDS)[number], string>> = {
  sip: "sip",
  dip: "dip",
  sport: "sport",
  dport: "dport",
  protocol: "protocol",
  icmp: "itype,icode",
};

/** The keys that such switches name, as a list for `--fields`; undefined when there are none. */
export function legacyFields(args: Arguments): string | undefined {
  const given = FIELDS.filter((name) => args.flag(name) && !isCondition(name, args));
  return given.length === 0 ? undefined : given.map((name) => FIELD_LISTS[name]).join(",");
}

/**
 * Keys of such a list, addresses cut to the prefix of `--sip=PREFIX`.
 *
 * @throws UsageError when a prefix is not 1 to 128
 */
export function legacyKeys(list: string, args: Arguments, style: PrintStyle): readonly Key[] {
  return binKeys(list, undefined, style).map((each) => {
    const name = each.field.name.toLowerCase();
    const prefix = name === "sip" || name === "dip" ? (args.value(name) ?? "") : "";
    if (prefix === "") return each;
    const bits = oneInteger(prefix, 1, 128, { option: name, what: name, given: prefix });
    const [high, low] = each.parts as [Part, Part];
    return { ...each, parts: [masked(high, bits, 0), masked(low, bits, 64)] };
  });
}

const ALL = (1n << 64n) - 1n;

/** The part of an address behind its first `before` bits, cut to a prefix that counts IPv4's own bits in IPv4 flows. */
function masked(part: Part, bits: number, before: number): Part {
  const mask = (length: number) => {
    const kept = Math.min(64, Math.max(0, length - before));
    return `(${part.sql} & ${(ALL << BigInt(64 - kept)) & ALL}::UBIGINT)`;
  };
  return { ...part, sql: `(CASE WHEN ${IS_IPV4} THEN ${mask(96 + Math.min(bits, 32))} ELSE ${mask(bits)} END)` };
}

/** Prints the switches of older releases when that was asked for; returns whether there is nothing left to do. */
export function helpsWithLegacy(args: Arguments): boolean {
  if (!args.flag(LEGACY_HELP_SWITCH.name)) return false;
  const lines = LEGACY_STATS_SWITCHES.map(
    ({ name, argument, help }) => `  --${name}${argument === undefined ? "" : `[=${argument}]`}`.padEnd(22) + help,
  );
  const sink = openSink("-", "text");
  sink.write(new TextEncoder().encode(`${lines.join("\n")}\n`));
  sink.close();
  return true;
}

/** @throws UsageError when keys are named in both ways */
export function refuseBothWays(args: Arguments): void {
  if (args.flag("fields") && legacyFields(args) !== undefined)
    throw new UsageError("Cannot use --fields with --sip, --dip, --sport, --dport, --protocol or --icmp");
}
