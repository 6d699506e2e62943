/** Flow records without what depends on when and by which interface the packets came. */
import { csvRows } from "./csv.js";

/**
 * Seconds, the most that the switches take: flows end by nothing but TCP and the end of the run, however much faster
 * than its capture a replay is.
 */
export const NO_TIMEOUTS = ["--idle-timeout=315360000", "--active-timeout=315360000"];

const OF_TIME_AND_PLACE = new Set([
  "flowStart",
  "flowEnd",
  "duration",
  "reverseFlowDelta",
  "interface",
  "reverseInterface",
  "averageInterarrival",
  "reverseAverageInterarrival",
  "standardDeviationInterarrival",
  "reverseStandardDeviationInterarrival",
]);

export type Row = Readonly<Record<string, string>>;

/** One line for each row, sorted: the values of all fields but those of time and place, and `without`. */
export function timeless(rows: readonly Row[], without: readonly string[] = []): string[] {
  const left = ([name, value]: [string, string]) =>
    OF_TIME_AND_PLACE.has(name) || without.includes(name) || value === "" ? [] : [`${name}=${value}`];
  return rows.map((row) => Object.entries(row).flatMap(left).join(" ")).sort();
}

/** One line for each conversation, sorted: packets and octets of both directions of all its records. */
export function conversationSums(rows: readonly Row[]): string[] {
  const sums = new Map<string, [packets: number, octets: number]>();
  for (const row of rows) {
    const key = `${row.communityId} vlan=${row.vlanId}`;
    const [packets, octets] = sums.get(key) ?? [0, 0];
    const [more, moreOctets] = [Number(row.packets), Number(row.octets)];
    sums.set(key, [packets + more + Number(row.reversePackets), octets + moreOctets + Number(row.reverseOctets)]);
  }
  return [...sums].map(([key, [packets, octets]]) => `${key} packets=${packets} octets=${octets}`).sort();
}

/** Rows by the kernel's index of the interface that the flow's first packet came by. */
export function byInterface(csv: string): Map<number, Row[]> {
  const all = new Map<number, Row[]>();
  for (const row of csvRows(csv)) {
    const index = Number(row.interface);
    all.set(index, [...(all.get(index) ?? []), row]);
  }
  return all;
}

/** What two lists do not have in common, each line as often as it is there. */
export function differences(live: readonly string[], offline: readonly string[]) {
  return { live: withoutThese(live, offline), offline: withoutThese(offline, live) };
}

/** What `differences` gives for equal lists. */
export const NO_DIFFERENCES = { live: [], offline: [] };

function withoutThese(all: readonly string[], these: readonly string[]): string[] {
  const left = [...these];
  return all.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
