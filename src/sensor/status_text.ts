import { type ExportCounters, type Exporter, lostRecords } from "../export/exporter.js";
import type { LiveInterfaceStats, MeterStats } from "../meter/native.js";
import { IGNORED } from "../meter/native.js";
import { packageVersion } from "../version.js";
import type { Rates } from "./rates.js";

/** What the status is made of. */
export interface SensorStatus {
  /** Seconds since the start. */
  readonly uptime: number;
  readonly threads: readonly MeterStats[];
  readonly total: MeterStats;
  readonly rates: Rates;
  readonly maxFlows: number;
  /** Seconds. */
  readonly activeTimeout: number;
  readonly idleTimeout: number;
  readonly outputs: readonly Exporter[];
}

/**
 * The state of the sensor as a page of text: what users of ipt_netflow read in /proc/net/stat/ipt_netflow, in that
 * order: settings, flows, rates, packets, drops, exports.
 */
export function statusText(status: SensorStatus): string {
  const { total, rates } = status;
  const [now, minute, five] = [5_000, 60_000, 300_000].map((span) => rates.over(span));
  return [
    `flowtap ${packageVersion()}: up ${uptimeText(status.uptime)}; ${total.live.map(({ name, state }) => `${name} ${state}`).join(", ")}`,
    `Timeouts: active ${status.activeTimeout}s, idle ${status.idleTimeout}s. Maxflows ${status.maxFlows}`,
    `Flows: active ${total.table.live} (peak ${total.table.peak}), started ${total.table.flows}; ${endedText(total)}`,
    `Rate: ${whole(now!.bits)} bits/sec, ${whole(now!.packets)} packets/sec; ` +
      `1 min: ${whole(minute!.bits)} bps, ${whole(minute!.packets)} pps; ` +
      `5 min: ${whole(five!.bits)} bps, ${whole(five!.packets)} pps`,
    `Packets: ${total.packets} pkt, ${total.octets} bytes; metered ${total.meteredPackets} pkt, ${total.meteredOctets} bytes`,
    `Ignored: ${ignoredText(total)}`,
    ...status.threads.map(
      (thread, number) =>
        `thread${number}: ${thread.packets} pkt, flows ${thread.table.live} active ${thread.table.flows} started`,
    ),
    ...total.live.map(interfaceText),
    `Export: ${exportText(status.outputs)}`,
    ...status.outputs.map(outputText),
    "",
  ].join("\n");
}

const REASONS = ["", "idle", "active", "end", "forced", "resources"];

function endedText({ table }: MeterStats): string {
  const parts = table.ended.flatMap((flows, reason) => (reason === 0 ? [] : [`${REASONS[reason]} ${flows}`]));
  return `ended: ${parts.join(", ")}, lost packets ${table.lostPackets}`;
}

function ignoredText({ ignored }: MeterStats): string {
  const parts = ignored.flatMap((packets, reason) => (packets > 0 ? [`${IGNORED[reason]} ${packets}`] : []));
  return parts.length === 0 ? "none" : parts.join(", ");
}

function interfaceText(live: LiveInterfaceStats): string {
  return (
    `${live.name}: received ${live.received}, dropped by kernel ${live.droppedByKernel}, by interface ${live.droppedByInterface}, ` +
    `sampled out ${live.sampledOut}, super-packets ${live.superPackets}, opened again ${live.reopenings}`
  );
}

function exportText(outputs: readonly Exporter[]): string {
  const sum = (of: (counters: ExportCounters) => number) =>
    outputs.reduce((all, { counters }) => all + of(counters), 0);
  return (
    `Total ${sum(({ exportedMessages }) => exportedMessages)} messages, ${sum(({ exportedOctets }) => exportedOctets)} bytes, ` +
    `${sum(({ exportedRecords }) => exportedRecords)} records; Errors ${sum(({ errors }) => errors)}; Lost ${sum(lostRecords)} records`
  );
}

function outputText({ name, counters, connected, trouble }: Exporter): string {
  return (
    `${name}: ${connected ? "connected" : "away"}, ${counters.exportedRecords} records, ${counters.exportedMessages} messages, ` +
    `${counters.exportedOctets} bytes, queue ${counters.queuedRecords} records ${counters.queuedOctets} bytes; ` +
    `err: lost ${lostRecords(counters)}, sends ${counters.errors}, reconnects ${counters.reconnects}` +
    (connected || trouble === undefined ? "" : `; ${trouble}`)
  );
}

function uptimeText(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 86_400)}d${Math.floor((whole % 86_400) / 3600)}h${Math.floor((whole % 3600) / 60)}m${whole % 60}s`;
}

function whole(value: number): string {
  return String(Math.round(value));
}
