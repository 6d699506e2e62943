/** rwp2yaf2silk: captures through the meter into SiLK's records, where SiLK's script runs yaf and rwipfix2silk. */
import { parseArguments } from "../cli/parse.js";
import type { Arguments, Switch } from "../cli/switches.js";
import { words } from "../cli/words.js";
import { InputError, UsageError } from "../errors.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { isStdin } from "../files/octet_source.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import { invocationEntry, noteEntries, outputCompression, SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { INTERFACE_VALUES_SWITCH, interfaceValues } from "../records/interface_values.js";
import { ROWS } from "../records/record_files.js";
import { SilkBounds } from "../records/silk_bounds.js";
import { TextOutput } from "../text/output.js";
import { CapturePathError, expandCaptures } from "./captures.js";
import { FlowRows } from "./flow_rows.js";
import { Interruption } from "./interruption.js";
import { Meter } from "./meter.js";
import type { NativeMeterOptions, SourceNotice } from "./native.js";
import { noticeLine } from "./notice.js";
import { METER_SWITCHES, meterOptions } from "./options.js";

/** Seconds after which YAF ends an idle flow. */
const YAF_IDLE_TIMEOUT = "300";

/** Microseconds of a timeout that ends a flow with its first packet, as YAF does without idle time. */
const NO_IDLE_TIME = -1;

/** Of yaf's switches, those that say how packets become flows, by flowtap's meter. */
const METERED = ["idle-timeout", "active-timeout", "max-flows", "filter", "uniflow"];

/** Of yaf's switches, those that change nothing here: what they ask for is always so, or is not in SiLK's records. */
const IMPLIED: readonly Switch[] = [
  { name: "silk", group: "YAF", help: "Always so" },
  { name: "mac", group: "YAF", help: "SiLK's records have no room for it" },
  { name: "caplist", group: "YAF", help: "--in is a list of captures" },
  { name: "verbose", group: "YAF", help: "Nothing more is said" },
];

const YAF_SWITCHES: readonly Switch[] = [...METER_SWITCHES.filter(({ name }) => METERED.includes(name)), ...IMPLIED];

const RWIPFIX2SILK_SWITCHES: readonly Switch[] = [
  ...SILK_OUTPUT_SWITCHES,
  INTERFACE_VALUES_SWITCH,
  { name: "print-statistics", group: "Output", help: "Print on standard error how many flows were written" },
];

/** What the two programs of SiLK's script would have been told. */
interface Stages {
  readonly input: string;
  readonly captures: readonly string[];
  readonly output: string;
  readonly meter: Arguments;
  readonly writer: Arguments;
}

/** Writes the flows of captures and returns the exit status. */
export async function capturesToSilk(args: Arguments, called: string): Promise<number> {
  const stages = stagesOf(args);
  if (args.flag("dry-run")) {
    const output = new TextOutput(openSink("-", "text"));
    output.add(`${equivalent(stages)}\n`);
    await output.end();
    return 0;
  }
  return convert(stages, called);
}

function stagesOf(args: Arguments): Stages {
  const [positional] = args.positionals;
  if (positional !== undefined)
    throw new UsageError(`Unexpected argument '${positional}': captures are given with --in`);
  const input = required(args, "in");
  const output = required(args, "out");
  for (const name of ["yaf-program", "rwipfix2silk-program"])
    if (args.flag(name))
      throw new UsageError(`--${name} cannot be used: flowtap meters and writes itself, no program is run`);
  const meter = stage(args, "yaf-args", YAF_SWITCHES, "flowtap's meter takes the place of yaf");
  const writer = stage(args, "rwipfix2silk-args", RWIPFIX2SILK_SWITCHES, "flowtap writes the SiLK file itself");
  return { input, captures: capturesIn(input, meter.flag("caplist")), output, meter, writer };
}

function required(args: Arguments, name: string): string {
  const given = args.value(name);
  if (given === undefined || given === "") throw new UsageError(`The --${name} switch is required`);
  return given;
}

/** The switches in one argument. @throws UsageError naming those that cannot be followed */
function stage(args: Arguments, name: string, table: readonly Switch[], why: string): Arguments {
  try {
    const parsed = parseArguments(table, words(args.value(name) ?? ""));
    if (parsed.positionals.length > 0) throw new UsageError(`unexpected argument '${parsed.positionals[0]}'`);
    return parsed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const known = table.map((each) => `--${each.name}`).join(", ");
    throw new UsageError(`--${name}: ${error.message} (${why} and knows ${known})`);
  }
}

function capturesIn(input: string, isList: boolean): readonly string[] {
  const name = isStdin(input) ? "-" : input;
  try {
    return expandCaptures([isList ? `@${name}` : name], () => {});
  } catch (error) {
    if (error instanceof CapturePathError) throw new InputError(error.message);
    throw error;
  }
}

/** A pipeline of flowtap's commands that does the same. */
function equivalent({ input, output, meter, writer }: Stages): string {
  if (endsAtOnce(meter)) return "# --idle-timeout=0: each packet becomes a flow, which only this command does";
  const read = isStdin(input) ? "-" : input;
  const metering = [
    "flowtap meter --quiet",
    meter.flag("caplist") ? `--read-list=${quoted(read)}` : `--read=${quoted(read)}`,
    ...given(withYafsTimeout(meter), METER_SWITCHES),
    "--output=ipfix:-",
  ];
  const writing = ["flowtap ipfix2silk", ...given(writer, RWIPFIX2SILK_SWITCHES), `--silk-output=${quoted(output)}`];
  return `${metering.join(" ")} | ${writing.join(" ")}`;
}

function given(args: Arguments, table: readonly Switch[]): string[] {
  return table
    .filter(({ name }) => args.flag(name))
    .flatMap(({ name, argument }) =>
      argument === undefined ? [`--${name}`] : args.values(name).map((value) => `--${name}=${quoted(value)}`),
    );
}

/** A word as a shell reads it again. */
function quoted(word: string): string {
  return /^[\w./:=,+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether flows end with their first packet. */
function endsAtOnce(meter: Arguments): boolean {
  return /^0+(\.0*)?$/.test(meter.value("idle-timeout") ?? "");
}

function nativeOptions(meter: Arguments, captures: readonly string[]): NativeMeterOptions {
  if (!endsAtOnce(meter)) return meterOptions(withYafsTimeout(meter), captures, 0);
  const others = { ...meter, values: (name: string) => (name === "idle-timeout" ? [] : meter.values(name)) };
  const options = meterOptions(others, captures, 0);
  return { ...options, idleTimeouts: options.idleTimeouts.map(() => NO_IDLE_TIME) };
}

/** YAF's idle timeout holds where none is given. */
function withYafsTimeout(meter: Arguments): Arguments {
  if (meter.flag("idle-timeout")) return meter;
  return {
    ...meter,
    value: (name) => (name === "idle-timeout" ? YAF_IDLE_TIMEOUT : meter.value(name)),
    values: (name) => (name === "idle-timeout" ? [YAF_IDLE_TIMEOUT] : meter.values(name)),
    flag: (name) => name === "idle-timeout" || meter.flag(name),
  };
}

async function convert(
  { captures, output, meter: metering, writer: writing }: Stages,
  called: string,
): Promise<number> {
  const compression = outputCompression(writing, output);
  const bounds = new SilkBounds(interfaceValues(writing));
  const entries = [invocationEntry(called), ...noteEntries(writing)];
  const options = nativeOptions(metering, captures);
  const sink = openSink(isStdout(output) ? "-" : output, "binary");
  const meter = new Meter(options);
  const interruption = new Interruption({ finish: () => meter.stop(), giveUp: () => sink.abort() });
  const notices: SourceNotice[] = [];
  try {
    const writer = new SilkFlowWriter(sink, { records: "any", byteOrder: NATIVE_BYTE_ORDER, compression, entries });
    const rows = new FlowRows(ROWS, (each) => {
      bounds.fit(each);
      writer.write(each);
    });
    const flows = { write: rows.write.bind(rows), ready: () => undefined, flush: () => {} };
    await meter.run(flows, (heard) => notices.push(...heard));
    const fatal = notices.filter((notice) => notice.fatal);
    if (fatal.length >= captures.length) throw new InputError(noticeLine(fatal[0]!));
    writer.end();
  } catch (error) {
    sink.abort();
    throw error;
  } finally {
    interruption.end();
    meter.close();
  }
  sink.close();
  for (const notice of notices) process.stderr.write(`${called}: ${noticeLine(notice)}\n`);
  if (writing.flag("print-statistics"))
    process.stderr.write(`${called}: Wrote ${bounds.written} SiLK records to '${sink.name}'\n`);
  return interruption.status ?? (notices.some((notice) => notice.fatal) ? 1 : 0);
}
