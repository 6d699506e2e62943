import { statSync } from "node:fs";
import type { Arguments, Switch } from "../cli/switches.js";
import { InputError, UsageError } from "../errors.js";
import type { Destination } from "../export/destination.js";
import { lostRecords } from "../export/exporter.js";
import { Fanout } from "../export/fanout.js";
import { outputOptions } from "../export/options.js";
import { processReport } from "../export/process_report.js";
import { checkStoreSwitches } from "../store/options.js";
import { ProgressLine } from "../text/progress.js";
import { CapturePathError, expandCaptures } from "./captures.js";
import { Interruption } from "./interruption.js";
import { Meter } from "./meter.js";
import type { MeterStats, SourceNotice } from "./native.js";
import { noticeLine } from "./notice.js";
import { meterOptions } from "./options.js";
import { openAll } from "./outputs.js";
import { progressLine } from "./progress.js";
import { reportLines } from "./report.js";
import { samplingOf } from "./sampling.js";

/** Where packets come from; shared by every command that reads captures. */
export const INPUT_SWITCHES: readonly Switch[] = [
  {
    name: "read",
    short: "r",
    argument: "CAPTURE",
    repeatable: true,
    group: "Input",
    help: "Read a capture file, all captures of a directory in the order of their names, or standard input (-); may be repeated",
  },
  {
    name: "read-list",
    argument: "FILE",
    repeatable: true,
    group: "Input",
    help: "Read the captures that this file names, one a line",
  },
  {
    name: "strict",
    group: "Input",
    help: "End with status 1 when a capture is damaged, instead of only saying so",
  },
];

export const REPORT_SWITCHES: readonly Switch[] = [
  { name: "quiet", short: "q", group: "Report", help: "Print no counters at the end and no warnings" },
];

/** Milliseconds between statistics records in IPFIX outputs, as YAF's. */
const REPORT_INTERVAL = 300_000;

/** Exit statuses of a metering run. */
const OK = 0;
const FAILED = 1;
const SOME_INPUTS_UNREADABLE = 4;

interface RunMode {
  /** Packet time per wall time; 0 is as fast as possible. */
  readonly speed: number;
  readonly progress: boolean;
}

/**
 * Meters captures into outputs, as the switches say, and returns the exit status.
 *
 * @throws FlowtapError before anything is written when a switch, an input or an output is wrong
 */
export async function runMeter(args: Arguments, mode: RunMode): Promise<number> {
  const captures = capturesOf(args);
  if (captures.length === 0)
    throw new UsageError("no capture given: use -r FILE, -r DIRECTORY or -r - for a stream, or -i for an interface");
  const options = meterOptions(args, captures, mode.speed);
  checkStoreSwitches(args);
  const outputSettings = { ...outputOptions(args, options.groups), sampling: samplingOf(args) };
  refuseReadAndWritten(captures, outputSettings.destinations);
  const meter = new Meter(options);
  let opened: Fanout | undefined;
  const interruption = new Interruption({ finish: () => meter.stop(), giveUp: () => opened?.abort() });
  try {
    const names: string[] = [];
    const interfaceName = (slot: number) => (names[slot] ??= meter.stats().interfaces[slot]?.name ?? "");
    const exporters = await openAll(args, outputSettings, interfaceName);
    const outputs = new Fanout(exporters, (error) => say(error.message));
    opened = outputs;
    try {
      const sensor = { domain: outputSettings.observationDomain, started: Date.now() };
      const report = () => outputs.report((counters) => processReport(meter.stats(), counters, sensor));
      const { stats, notices } = await meterInto(outputs, meter, report, args, mode);
      failWhenNothingWasRead(notices, captures);
      report();
      await outputs.close();
      const status = conclude(args, stats, notices, outputs);
      return interruption.status ?? status;
    } catch (error) {
      outputs.abort();
      throw error;
    }
  } finally {
    interruption.end();
    meter.close();
  }
}

async function meterInto(
  outputs: Fanout,
  meter: Meter,
  report: () => void,
  args: Arguments,
  mode: RunMode,
): Promise<{ stats: MeterStats; notices: SourceNotice[] }> {
  const notices: SourceNotice[] = [];
  const reporting = setInterval(report, REPORT_INTERVAL);
  const bar = mode.progress ? new ProgressLine((elapsed) => progressLine(meter.stats(), elapsed)) : undefined;
  try {
    const stats = await meter.run(outputs, (heard) => {
      notices.push(...heard);
      if (!args.flag("quiet")) for (const notice of heard) if (!notice.fatal) say(noticeLine(notice));
    });
    return { stats, notices };
  } finally {
    clearInterval(reporting);
    bar?.stop();
  }
}

function capturesOf(args: Arguments): string[] {
  const names = [...args.values("read"), ...args.values("read-list").map((list) => `@${list}`)];
  try {
    return expandCaptures(names, (text) => {
      if (!args.flag("quiet")) say(text);
    });
  } catch (error) {
    if (error instanceof CapturePathError) throw new InputError(error.message);
    throw error;
  }
}

/** An output replaces what has its name: that must not be what is being read. */
function refuseReadAndWritten(captures: readonly string[], destinations: readonly Destination[]): void {
  for (const each of destinations) {
    if (each.kind !== "file") continue;
    const output = statSync(each.path, { throwIfNoEntry: false, bigint: true });
    if (output === undefined || !output.isFile()) continue;
    for (const capture of captures) {
      const input = statSync(capture, { throwIfNoEntry: false, bigint: true });
      if (input?.ino === output.ino && input.dev === output.dev)
        throw new UsageError(`-o: ${each.path} is also the capture ${capture}, which it would replace`);
    }
  }
}

function failWhenNothingWasRead(notices: readonly SourceNotice[], captures: readonly string[]): void {
  const fatal = notices.filter((notice) => notice.fatal);
  if (fatal.length > 0 && fatal.length >= captures.length) throw new InputError(noticeLine(fatal[0]!));
}

function conclude(args: Arguments, stats: MeterStats, notices: readonly SourceNotice[], outputs: Fanout): number {
  const fatal = notices.filter((notice) => notice.fatal);
  for (const notice of fatal) say(noticeLine(notice));
  if (!args.flag("quiet")) for (const line of reportLines(stats, outputs.exporters)) say(line);
  let status = fatal.length > 0 ? SOME_INPUTS_UNREADABLE : OK;
  if (args.flag("strict") && notices.length > 0) status = FAILED;
  for (const exporter of outputs.exporters) {
    const lost = lostRecords(exporter.counters);
    if (outputs.hasFailed(exporter)) status = FAILED;
    if (lost === 0 || outputs.hasFailed(exporter)) continue;
    say(
      `${exporter.name}: ${lost} records did not get out${exporter.trouble === undefined ? "" : `: ${exporter.trouble}`}`,
    );
    status = FAILED;
  }
  if (stats.table.lostPackets > 0) {
    say(`${stats.table.lostPackets} packets were lost for want of memory`);
    status = FAILED;
  }
  return status;
}

function say(line: string): void {
  process.stderr.write(`flowtap: ${line}\n`);
}
