/** What SiLK's script would tell yaf and rwipfix2silk, in terms of flowtap's meter and writer. */
import { parseArguments } from "../cli/parse.js";
import type { Arguments, Switch } from "../cli/switches.js";
import { words } from "../cli/words.js";
import { InputError, UsageError } from "../errors.js";
import { isStdin } from "../files/octet_source.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { INTERFACE_VALUES_SWITCH } from "../records/interface_values.js";
import { CapturePathError, expandCaptures } from "./captures.js";
import type { NativeMeterOptions } from "./native.js";
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
export interface Stages {
  readonly input: string;
  readonly output: string;
  readonly meter: Arguments;
  readonly writer: Arguments;
}

/** @throws UsageError naming the switch that cannot be followed */
export function stagesOf(args: Arguments): Stages {
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
  return { input, output, meter, writer };
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

/** The captures that are read, in order. @throws InputError when there is none */
export function capturesOf({ input, meter }: Stages): readonly string[] {
  const name = isStdin(input) ? "-" : input;
  try {
    return expandCaptures([meter.flag("caplist") ? `@${name}` : name], () => {});
  } catch (error) {
    if (error instanceof CapturePathError) throw new InputError(error.message);
    throw error;
  }
}

/** A pipeline of flowtap's commands that does the same. */
export function equivalent({ input, output, meter, writer }: Stages): string {
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

/** What the native meter is to do. @throws UsageError */
export function nativeOptions({ meter }: Stages, captures: readonly string[]): NativeMeterOptions {
  if (!endsAtOnce(meter)) return meterOptions(withYafsTimeout(meter), captures, 0);
  const others = { ...meter, values: (name: string) => (name === "idle-timeout" ? [] : meter.values(name)) };
  const options = meterOptions(others, captures, 0);
  return { ...options, idleTimeouts: options.idleTimeouts.map(() => NO_IDLE_TIME) };
}

/** YAF's idle timeout holds where none is given for all protocols. */
function withYafsTimeout(meter: Arguments): Arguments {
  const name = "idle-timeout";
  const values = meter.values(name);
  if (values.some((each) => !each.includes("="))) return meter;
  return {
    ...meter,
    values: (of) => (of === name ? [YAF_IDLE_TIMEOUT, ...values] : meter.values(of)),
    flag: (of) => of === name || meter.flag(of),
  };
}
