/** The state of a collector as a page of text, for SIGUSR1. */
import { packageVersion } from "../version.js";
import type { CollectorState, ExporterState, ListenerState } from "./collector_state.js";
import { collectionLines, sumOf } from "./report.js";

/** @param uptime seconds */
export function statusText(uptime: number, state: CollectorState): string {
  return [
    `flowtap ${packageVersion()}: collecting for ${Math.floor(uptime)} s`,
    ...state.listeners.map(listenerLine),
    ...state.folders.map(({ path, taken, failed }) => `${path}: ${taken} files read, ${failed} not to their end`),
    ...collectionLines(state.totals, state.sessions, state),
    ...state.exporters.map(exporterLine),
    "",
  ].join("\n");
}

function listenerLine({ name, place, counters }: ListenerState): string {
  const { messages, octets, gate, droppedRing, droppedKernel, waitingOctets, errors, connections } = counters;
  return (
    `${name} at ${place}: ${messages} messages ${octets} bytes; refused: address ${gate.address}, protocol ` +
    `${gate.protocol}; dropped: ring ${droppedRing}, kernel ${droppedKernel}; waiting ${waitingOctets} bytes; ` +
    `errors ${errors}; connections ${connections.open}`
  );
}

function exporterLine({ exporter, protocol, counters }: ExporterState): string {
  const { messages, records, rows, sequence } = counters;
  return (
    `${exporter} ${protocol}: ${sumOf(messages)} messages, ${sumOf(records)} records, ${rows.written} rows; lost: ` +
    `${sequence.lostMessages} messages, ${sequence.lostRecords} records; restarts ${sequence.restarts}`
  );
}
