import { type ExportCounters, lostRecords } from "../export/exporter.js";
import { etherTypeName } from "./ethertypes.js";
import { IGNORED, type LiveInterfaceStats, type MeterStats } from "./native.js";

const END_REASONS = ["", "idle", "active timeout", "end of flow", "end of input", "lack of resources"];

/** The counters at the end of a run, one subject a line, without prefix. */
export function reportLines(
  stats: MeterStats,
  outputs: readonly { name: string; counters: ExportCounters }[],
): string[] {
  const lines = [
    `${count(stats.packets, "packet")}, ${count(stats.octets, "octet")} on the wire; ` +
      `${number(stats.meteredPackets)} metered${listed(ignoredParts(stats))}`,
    `${count(stats.table.flows, "flow")}${listed(endParts(stats))}; most at once ${number(stats.table.peak)}`,
  ];
  if (stats.nonIp.length > 0) lines.push(`not IP: ${stats.nonIp.map(nonIpPart).join(", ")}`);
  if (stats.orphanFragments > 0)
    lines.push(`${count(stats.orphanFragments, "fragment")} without a first fragment: their flows have no ports`);
  if (stats.table.clockSteps > 0)
    lines.push(`time jumped back ${count(stats.table.clockSteps, "time")}: all flows ended there`);
  if (stats.addedSegments > 0)
    lines.push(`super-packets stand for ${count(stats.addedSegments, "further packet")}, which flows count`);
  for (const live of stats.live) lines.push(liveLine(live));
  for (const { name, counters } of outputs) lines.push(outputLine(name, counters));
  return lines;
}

function ignoredParts(stats: MeterStats): string[] {
  return stats.ignored.flatMap((packets, reason) => (packets > 0 ? [`${number(packets)} ${IGNORED[reason]}`] : []));
}

function endParts(stats: MeterStats): string[] {
  return stats.table.ended.flatMap((flows, reason) => (flows > 0 ? [`${number(flows)} ${END_REASONS[reason]}`] : []));
}

function nonIpPart(each: MeterStats["nonIp"][number]): string {
  return `${etherTypeName(each.ethertype)} ${number(each.packets)}`;
}

function liveLine(live: LiveInterfaceStats): string {
  const parts = [`${live.name}: ${count(live.received, "packet")} received`];
  parts.push(`${number(live.droppedByKernel)} of them dropped by the kernel`);
  parts.push(`${number(live.droppedByInterface)} dropped by the interface`);
  if (live.sampledOut > 0) parts.push(`${number(live.sampledOut)} left out by sampling in the kernel`);
  if (live.superPackets > 0) parts.push(count(live.superPackets, "super-packet"));
  if (live.reopenings > 0) parts.push(`opened again ${count(live.reopenings, "time")}`);
  return parts.join(", ");
}

function outputLine(name: string, counters: ExportCounters): string {
  const parts = [`${name}: ${count(counters.exportedRecords, "record")}`];
  if (counters.exportedOctets > 0) parts.push(count(counters.exportedOctets, "octet"));
  if (counters.refusedFlows > 0) parts.push(`${count(counters.refusedFlows, "flow")} the format cannot carry`);
  if (counters.saturatedCounters > 0)
    parts.push(`${count(counters.saturatedCounters, "counter")} beyond what the format can hold`);
  if (lostRecords(counters) > 0) parts.push(`${number(lostRecords(counters))} lost`);
  if (counters.reconnects > 0) parts.push(count(counters.reconnects, "reconnect"));
  return parts.join(", ");
}

function listed(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

function count(amount: number, thing: string): string {
  return `${number(amount)} ${thing}${amount === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
