/** What rwptoflow's switches ask for. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { isStdin } from "../files/octet_source.js";
import { splitWindow, UNIT } from "../query/partition/times.js";
import { PLUGIN, refuse } from "../query/refused.js";
import { argument } from "../query/values/argument.js";
import { oneInteger } from "../query/values/number.js";
import { FlowColumns, MAPPED_IPV4, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../record/columns.js";
import { parseAddress } from "../text/parse_address.js";
import { parseSilkTime } from "../text/parse_time.js";
import { FRAGMENT_CHOICES, type PacketFlowOptions } from "./packet_flows.js";

const MOST_SENSOR = 65534;
const MOST_INTERFACE = 65535;

/** @throws UsageError when not one capture is named, or a switch is wrong */
export function packetFlowOptions(args: Arguments): PacketFlowOptions {
  refuse([PLUGIN], args);
  const [capture, other] = args.positionals;
  if (capture === undefined) throw new UsageError("Missing the name of the capture: one file, or stdin");
  if (other !== undefined) throw new UsageError(`Too many arguments: '${other}'; one capture is read`);
  const fragments = args.flag("reject-all-fragments")
    ? "none"
    : args.flag("reject-nonzero-fragments")
      ? "first"
      : "all";
  return {
    capture: isStdin(capture) ? "-" : capture,
    ...activeTime(args.value("active-time")),
    fragments: FRAGMENT_CHOICES.indexOf(fragments),
    rejectIncomplete: args.flag("reject-incomplete"),
    takeIpv6: args.flag("ipv6"),
    keepPassed: args.flag("packet-pass-output"),
    keepRejected: args.flag("packet-reject-output"),
  };
}

/** `START-END`, the end padded to the end of its smallest unit; without an END all that follows START. */
function activeTime(given: string | undefined): Pick<PacketFlowOptions, "from" | "before"> {
  const option = "active-time";
  if (given === undefined) return { from: Number.MIN_SAFE_INTEGER, before: Number.MAX_SAFE_INTEGER };
  const [start = "", end, more] = splitWindow(given);
  if (more !== undefined) throw new ArgumentError(option, "Expected a time or START-END", option, given);
  const from = argument(() => parseSilkTime(start), option, given).microseconds;
  if (end === undefined || end.trim() === "") return { from, before: Number.MAX_SAFE_INTEGER };
  const last = argument(() => parseSilkTime(end), option, given);
  // A fraction is exact to the microsecond.
  const before = last.microseconds + (last.precision === "fraction" ? 1 : UNIT[last.precision]);
  if (before <= from) throw new ArgumentError(option, "End of the window is before its start", option, given);
  return { from, before };
}

/** Rows with what is the same in every flow: one packet, and what `--set-…` say. */
export function constantRows(args: Arguments, capacity: number): FlowColumns {
  const rows = new FlowColumns(capacity);
  const sensor = integer(args, "set-sensorid", MOST_SENSOR) ?? UNKNOWN_SENSOR;
  const input = integer(args, "set-inputindex", MOST_INTERFACE) ?? 0;
  const output = integer(args, "set-outputindex", MOST_INTERFACE) ?? 0;
  rows.arrays.sensor!.fill(sensor);
  rows.arrays.flowtype!.fill(UNKNOWN_FLOWTYPE);
  for (let i = 0; i < capacity; i++) {
    rows.arrays.packets![2 * i] = 1;
    rows.arrays.input![2 * i] = input;
    rows.arrays.output![2 * i] = output;
  }
  return rows;
}

/**
 * The lower half of `--set-nexthopip`, an IPv4 address.
 *
 * @throws ArgumentError when it is none
 */
export function nextHop(args: Arguments): number | undefined {
  const option = "set-nexthopip";
  const given = args.value(option);
  if (given === undefined) return undefined;
  const [first, second, third, address] = argument(() => parseAddress(given), option, given);
  if (first !== 0 || second !== 0 || third !== MAPPED_IPV4)
    throw new ArgumentError(option, "Not an IPv4 address", option, given);
  return address;
}

function integer(args: Arguments, option: string, most: number): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, 0, most, { option, what: option, given });
}
