/** rwfilter: flows that pass the conditions, those that fail, all of them, and how many. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { isStdin } from "../files/octet_source.js";
import { COLUMN_NAMES, type FlowColumns } from "../record/columns.js";
import { withTextOutput } from "../text/output.js";
import { type Engine, number64, type ResultArray } from "./engine.js";
import { type FilterCounts, statisticsLine, type Volume, volumeTable } from "./filter_statistics.js";
import {
  type FlowOutput,
  openFlowOutput,
  outputFormat,
  type RecordFormat,
  recordWriter,
  withOutputs,
} from "./flow_output.js";
import type { FlowQuery } from "./flow_query.js";
import { asRows, ROW_PARTS } from "./result_rows.js";
import { RowSplitter } from "./row_splitter.js";
import { type DestinationPath, filterToParquet } from "./table/parquet_filter.js";
import type { TableWriter } from "./table/table_sink.js";
import { oneInteger } from "./values/number.js";

type Kind = DestinationPath["kind"];

interface Destination {
  readonly kind: Kind;
  readonly output: FlowOutput;
  /** Flows that may still be written. */
  left: number;
}

/** A limit of `--max-pass-records` or `--max-fail-records`; none or 0 is none. */
function limit(args: Arguments, option: string): number {
  const given = args.value(option);
  const value =
    given === undefined ? 0 : oneInteger(given, 0, Number.MAX_SAFE_INTEGER, { option, what: option, given });
  return value === 0 ? Number.POSITIVE_INFINITY : value;
}

function destinationPaths(args: Arguments): readonly DestinationPath[] {
  const limits: Readonly<Record<Kind, number>> = {
    pass: limit(args, "max-pass-records"),
    fail: limit(args, "max-fail-records"),
    all: Number.POSITIVE_INFINITY,
  };
  const found = (["pass", "fail", "all"] as const).flatMap((kind) =>
    args.values(`${kind}-destination`).map((path) => ({ kind, path, most: limits[kind] })),
  );
  const toStdout = found.filter(({ path }) => isStdout(path));
  if (toStdout.length > 1) throw new UsageError("Multiple outputs are using standard output");
  return found;
}

function openDestinations(
  args: Arguments,
  query: FlowQuery,
  format: RecordFormat | TableWriter,
  called: string,
): Destination[] {
  return destinationPaths(args).map(({ kind, path, most }) => ({
    kind,
    output: openFlowOutput(path, format, query, args, called),
    left: most,
  }));
}

/** Where statistics go: the switch's argument, or standard error. */
function statisticsTargets(
  args: Arguments,
): readonly { readonly path: string; readonly text: (c: FilterCounts) => string }[] {
  const targets = [];
  if (args.flag("print-statistics"))
    targets.push({ path: args.value("print-statistics") || "stderr", text: statisticsLine });
  if (args.flag("print-volume-statistics"))
    targets.push({ path: args.value("print-volume-statistics") || "stderr", text: volumeTable });
  return targets;
}

/** Filters and returns the exit status. */
export async function runFilter(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const statistics = statisticsTargets(args);
  const wanted = destinationPaths(args);
  // Text among records would make both unreadable.
  if (wanted.some(({ path }) => isStdout(path)) && statistics.some(({ path }) => isStdout(path)))
    throw new UsageError("Multiple outputs are using standard output");
  if (wanted.length === 0 && statistics.length === 0)
    throw new UsageError(
      "No output(s) specified: use --pass-destination, --fail-destination, --all-destination or --print-statistics",
    );
  for (const kind of ["pass", "fail"] as const)
    if (query.partitioning === "none" && wanted.some((each) => each.kind === kind))
      throw new UsageError(`Must specify partitioning rules when using --${kind}-destination`);
  if (args.flag("dry-run")) {
    await withTextOutput(args, async (output) => {
      for (const path of query.inputs.paths) output.add(`${isStdin(path) ? "stdin" : path}\n`);
    });
    return 0;
  }
  const format = outputFormat(args, query.inputs.format());
  if (query.explains) query.statement("SELECT * FROM flows");
  const counts = { total: emptyVolume(), pass: emptyVolume() };
  if (format === "parquet") {
    const counted = statistics.length > 0;
    const flows = await filterToParquet(query, wanted, counted ? "counted" : "uncounted");
    if (counted) await countFrom(await query.engine(), flows, counts);
  } else await filterRows(query, args, await recordWriter(format), called, counts);
  for (const { path, text } of statistics) {
    const sink = openSink(path, "text");
    sink.write(new TextEncoder().encode(text({ files: query.inputs.count, ...counts })));
    sink.close();
  }
  return 0;
}

/** Writes flows to all destinations. */
async function filterRows(
  query: FlowQuery,
  args: Arguments,
  format: RecordFormat | TableWriter,
  called: string,
  counts: Counts,
): Promise<void> {
  const destinations = openDestinations(args, query, format, called);
  const counted = statisticsTargets(args).length > 0;
  await withOutputs(
    destinations.map(({ output }) => output),
    async () => {
      const passOnly = destinations.length > 0 && destinations.every(({ kind }) => kind === "pass");
      if (passOnly && !counted) await passing(query, destinations);
      else if (destinations.length === 0) await count(query, counts);
      else if (query.inputs.rereadable) {
        for (const kind of ["pass", "fail", "all"] as const) await one(query, destinations, kind);
        if (counted) await count(query, counts);
      } else await split(query, destinations, counts);
    },
  );
}

/** Flows read, and those of them that pass. */
interface Counts {
  total: Volume;
  pass: Volume;
}

function emptyVolume(): Volume {
  return { records: 0, packets: 0, octets: 0 };
}

async function deliver(query: FlowQuery, statement: string, destinations: readonly Destination[]): Promise<void> {
  await query.deliver(statement, COLUMN_NAMES, ROW_PARTS, (arrays, count) => {
    const rows = asRows(arrays, count);
    writeAll(destinations, rows);
  });
}

function writeAll(destinations: readonly Destination[], rows: FlowColumns): void {
  for (const each of destinations) write(each, rows);
}

function write(destination: Destination, rows: FlowColumns): void {
  const { count } = rows;
  if (destination.left < count) rows.count = destination.left;
  if (rows.count > 0) destination.output.write(rows);
  destination.left -= rows.count;
  rows.count = count;
}

/** Only flows that pass are wanted: the query need not give others. */
async function passing(query: FlowQuery, destinations: readonly Destination[]): Promise<void> {
  const most = Math.max(...destinations.map(({ left }) => left));
  await query.engine();
  const bound = most === Number.POSITIVE_INFINITY ? "" : ` LIMIT ${most}`;
  await deliver(query, query.statement(`SELECT * FROM flows${bound}`), destinations);
}

/** One kind of outputs, of an input that can be read several times. */
async function one(query: FlowQuery, destinations: readonly Destination[], kind: Kind): Promise<void> {
  const those = destinations.filter((each) => each.kind === kind);
  if (those.length === 0) return;
  if (kind === "pass") return passing(query, those);
  await query.engine();
  const where = kind === "all" ? "" : ` WHERE NOT (${query.condition})`;
  await deliver(query, query.unfiltered(`SELECT * FROM flows${where}`), those);
}

/** Counts without writing flows. */
async function count(query: FlowQuery, counts: Counts): Promise<void> {
  const engine = await query.engine();
  const flows = query.unfiltered(`SELECT packets, bytes, (${query.condition}) AS passes FROM flows`);
  await countFrom(engine, flows, counts);
}

/** @param flows SELECT of packets, bytes and passes */
async function countFrom(engine: Engine, flows: string, counts: Counts): Promise<void> {
  const sums = "count(*)::BIGINT, coalesce(sum(packets), 0)::BIGINT, coalesce(sum(bytes), 0)::BIGINT";
  const passing = sums.replaceAll(/(count|sum)\((\*|\w+)\)/g, "$1($2) FILTER (WHERE passes)");
  const [row = []] = await engine.numbers(`SELECT ${sums}, ${passing} FROM (${flows})`);
  const [records, packets, octets, passRecords, passPackets, passOctets] = row as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  counts.total = { records, packets, octets };
  counts.pass = { records: passRecords, packets: passPackets, octets: passOctets };
}

/** All flows of an input that can be read once pass by, each with whether it passes. */
async function split(query: FlowQuery, destinations: readonly Destination[], counts: Counts): Promise<void> {
  await query.engine();
  const splitter = new RowSplitter();
  const of = (kind: Kind) => destinations.filter((each) => each.kind === kind);
  const [pass, fail, all] = [of("pass"), of("fail"), of("all")];
  const statement = query.unfiltered(`SELECT *, (${query.condition})::SMALLINT AS passes FROM flows`);
  await query.deliver(
    statement,
    [...COLUMN_NAMES, "passes"],
    [...ROW_PARTS, { sql: "passes", type: "SMALLINT" }],
    (arrays, count) => {
      const rows = asRows(arrays, count);
      const passes = arrays[COLUMN_NAMES.length] as Int16Array;
      add(counts.total, arrays, count, undefined);
      add(counts.pass, arrays, count, passes);
      writeAll(all, rows);
      if (pass.length > 0) writeAll(pass, splitter.choose(rows, passes, 1));
      if (fail.length > 0) writeAll(fail, splitter.choose(rows, passes, 0));
    },
  );
}

const PACKETS = COLUMN_NAMES.indexOf("packets");
const BYTES = COLUMN_NAMES.indexOf("bytes");

function add(volume: Volume, arrays: readonly ResultArray[], count: number, passes: Int16Array | undefined): void {
  const packets = arrays[PACKETS]!;
  const octets = arrays[BYTES]!;
  for (let i = 0; i < count; i++) {
    if (passes !== undefined && passes[i] === 0) continue;
    volume.records += 1;
    volume.packets += number64(packets, i);
    volume.octets += number64(octets, i);
  }
}
