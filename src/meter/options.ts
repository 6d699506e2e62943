import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { GROUP, type GroupName, TUNNELS } from "../record/layout.js";
import { liveOptions } from "./live_options.js";
import { KEY_PART, loadNative, type NativeMeterOptions } from "./native.js";
import { integer, seconds } from "./numbers.js";
import { SAMPLING_MODES, SAMPLING_SWITCH, samplingOf } from "./sampling.js";

const GROUPS = Object.keys(GROUP) as GroupName[];
const KEY_PARTS = ["mac", "tos", "interface", "mpls"] as const;
const TUNNEL_NAMES = TUNNELS.slice(1);
const SECOND = 1_000_000;

/** Protocols that `--idle-timeout NAME=SECONDS` knows by name. */
const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmp6: 58,
  ospf: 89,
  sctp: 132,
};

/** Switches that say how packets become flows; shared by every command that runs a meter. */
export const METER_SWITCHES: readonly Switch[] = [
  {
    name: "filter",
    argument: "EXPRESSION",
    group: "Packets",
    help: "Meter only packets that match this libpcap filter expression",
  },
  SAMPLING_SWITCH,
  {
    name: "decapsulate",
    argument: "LIST",
    values: [...TUNNEL_NAMES, "all", "none"],
    group: "Packets",
    help: `Meter what these tunnels carry instead of the tunnel: ${TUNNEL_NAMES.join(", ")}, all or none. MPLS, VLAN and PPPoE are always opened`,
    fallback: "none",
  },
  {
    name: "idle-timeout",
    argument: "SECONDS",
    repeatable: true,
    keyed: "PROTOCOL",
    group: "Flows",
    help: "End a flow after this long without a packet; PROTOCOL=SECONDS sets it for one protocol, by name or number, and may be repeated",
    fallback: "15",
  },
  {
    name: "active-timeout",
    argument: "SECONDS",
    group: "Flows",
    help: "End a flow that lasts longer and go on with a new record",
    fallback: "1800",
  },
  {
    name: "max-flows",
    argument: "N",
    group: "Flows",
    help: "Most flows to keep; at the ceiling those that have been idle longest end early (flowEndReason 5)",
    fallback: "1000000",
  },
  {
    name: "key",
    argument: "LIST",
    values: ["mac", "tos", "interface", "mpls", "no-vlan"],
    group: "Flows",
    help: `What else tells flows apart beside addresses, ports, protocol and VLAN: ${KEY_PARTS.join(", ")}; no-vlan leaves VLANs out`,
  },
  {
    name: "uniflow",
    group: "Flows",
    help: "Keep each direction as a flow of its own",
  },
  {
    name: "stats",
    argument: "LIST",
    values: ["lengths", "tcp", "link", "all", "none"],
    group: "Flows",
    help: "Statistics beyond the base record: lengths (payload, sizes, interarrival), tcp (retransmissions, order, options), link (MAC, MPLS, tunnel), all or none",
    fallback: "none, and link with --decapsulate",
  },
];

/**
 * Native options from the switches of `METER_SWITCHES`.
 *
 * @throws UsageError naming the switch and what is wrong with its argument
 */
export function meterOptions(args: Arguments, captures: readonly string[], speed: number): NativeMeterOptions {
  const decapsulate = bits(args, "decapsulate", TUNNEL_NAMES, (name) => 1 << TUNNELS.indexOf(name));
  let groups = bits(args, "stats", GROUPS, (name) => GROUP[name]);
  if (decapsulate !== 0) groups |= GROUP.link;
  const keyParts = keyBits(args);
  const sampling = samplingOf(args);
  return {
    captures,
    live: liveOptions(args, groups === 0 ? "plain" : "deep"),
    sampling: { mode: SAMPLING_MODES.indexOf(sampling?.mode ?? "systematic"), interval: sampling?.interval ?? 1 },
    filter: checkedFilter(args.value("filter") ?? ""),
    speed,
    decapsulate,
    linkDetail: (groups & GROUP.link) !== 0 || (keyParts & (KEY_PART.mac | KEY_PART.mpls)) !== 0,
    transportDetail: (groups & (GROUP.lengths | GROUP.tcp)) !== 0,
    maxFlows: integer("max-flows", args.value("max-flows") ?? "1000000", 1, 2 ** 28),
    activeTimeout: seconds("active-timeout", args.value("active-timeout") ?? "1800") * SECOND,
    idleTimeouts: idleTimeouts(args.values("idle-timeout")),
    keyParts,
    groups,
    unidirectional: args.flag("uniflow"),
  };
}

function checkedFilter(expression: string): string {
  if (expression === "") return expression;
  const error = loadNative().checkFilter(expression);
  if (error !== null) throw new UsageError(`--filter '${expression}': ${error}`);
  return expression;
}

/** Bits of a comma-separated list of names; `all` and `none` are understood. */
function bits<Name extends string>(
  args: Arguments,
  name: string,
  known: readonly Name[],
  bit: (word: Name) => number,
): number {
  let sum = 0;
  for (const word of words(args.value(name))) {
    if (word === "none") continue;
    const chosen = word === "all" ? known : known.filter((each) => each === word);
    if (chosen.length === 0) throw new UsageError(`--${name}: '${word}' is none of ${known.join(", ")}, all, none`);
    for (const each of chosen) sum |= bit(each);
  }
  return sum;
}

function keyBits(args: Arguments): number {
  let parts: number = KEY_PART.vlan;
  for (const word of words(args.value("key"))) {
    const part = KEY_PARTS.find((each) => each === word);
    if (word === "no-vlan") parts &= ~KEY_PART.vlan;
    else if (part !== undefined) parts |= KEY_PART[part];
    else throw new UsageError(`--key: '${word}' is none of ${KEY_PARTS.join(", ")}, no-vlan`);
  }
  return parts;
}

function words(list: string | undefined): string[] {
  return (list ?? "").split(",").filter((word) => word !== "");
}

function idleTimeouts(given: readonly string[]): number[] {
  const timeouts = new Array<number>(256).fill(15 * SECOND);
  // The general timeout first, wherever it was given: it must not undo those of single protocols.
  for (const each of given) if (!each.includes("=")) timeouts.fill(seconds("idle-timeout", each) * SECOND);
  for (const each of given) {
    const [protocol, value] = each.split("=", 2);
    if (protocol === undefined || value === undefined) continue;
    timeouts[protocolNumber(protocol)] = seconds("idle-timeout", value) * SECOND;
  }
  return timeouts;
}

function protocolNumber(text: string): number {
  const number = PROTOCOL_NUMBERS[text.toLowerCase()] ?? (/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (number >= 0 && number <= 255) return number;
  throw new UsageError(
    `--idle-timeout: '${text}' is no protocol: 0 to 255 or ${Object.keys(PROTOCOL_NUMBERS).join(", ")}`,
  );
}
