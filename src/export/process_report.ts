import type { OptionsRecord } from "../formats/ipfix/options.js";
import { exportStatistics, interfaceName, meterStatistics } from "../formats/ipfix/options.js";
import type { MeterStats } from "../meter/native.js";
import { type ExportCounters, lostRecords } from "./exporter.js";

/** What both processes and this output are called in their statistics: there is one of each. */
const PROCESS = 1;

/** What an IPFIX output says about the sensor itself: interface names and statistics of both processes. */
export function processReport(
  stats: MeterStats,
  counters: ExportCounters,
  process: { readonly domain: number; readonly started: number },
): OptionsRecord[] {
  const ignoredPackets = stats.ignored.reduce((sum, packets) => sum + packets, 0);
  return [
    // Interfaces of captures have no index: there the slot is what records carry.
    ...stats.interfaces.flatMap(({ name, index }, slot) =>
      name === "" ? [] : [interfaceName({ index: index === 0 ? slot : index, name, description: "" })],
    ),
    meterStatistics(process.domain, {
      meteringProcess: PROCESS,
      started: process.started,
      packets: stats.meteredPackets,
      droppedPackets: stats.live.reduce((sum, { droppedByKernel }) => sum + droppedByKernel, 0),
      ignoredPackets,
    }),
    exportStatistics(process.domain, {
      exportingProcess: PROCESS,
      messages: counters.exportedMessages,
      flows: counters.exportedRecords,
      octets: counters.exportedOctets,
      notSentFlows: lostRecords(counters),
    }),
  ];
}
