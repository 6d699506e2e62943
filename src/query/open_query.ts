/** Makes the query of an analysis command from its switches: input, selection and partition. */
import { parseArguments } from "../cli/parse.js";
import type { Arguments, Switch } from "../cli/switches.js";
import { words } from "../cli/words.js";
import { COUNTRY_CODES_SWITCH } from "../country/country_switches.js";
import { UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdout } from "../files/octet_sink.js";
import type { RowSource } from "../record/columns.js";
import { loadSite } from "../site/load.js";
import { showsProgress } from "../text/progress.js";
import { AddressTypes } from "./address_types.js";
import { CopiedRows } from "./copied_rows.js";
import { Countries } from "./countries.js";
import { Directions } from "./directions.js";
import { type FlowFiles, isParquet } from "./flow_files.js";
import { FlowInputs } from "./flow_inputs.js";
import { openFlowOutput, suggestedFormat } from "./flow_output.js";
import { Explained, FlowQuery } from "./flow_query.js";
import { ZERO_DURATION_SWITCH, zeroDuration } from "./flow_rates.js";
import { PMAP_FILE_SWITCH, pmapArguments } from "./map_switches.js";
import { namedMaps, partitionsOf } from "./partition/prefix_maps.js";
import { SITE_PARTITIONS } from "./partition/site.js";
import type { ColumnFunction, PartitionContext } from "./partition/switch.js";
import { PARTITION_OPTIONS, PARTITION_SWITCHES, partitionConditions } from "./partition/switches.js";
import { PrefixMaps } from "./prefix_maps.js";
import { IPV6_POLICY_SWITCH, ipv6Policy, policyConditions } from "./print_style.js";
import { SELECTING } from "./selection.js";
import { type QueryInputs, storeInputs } from "./store_inputs.js";

/** Functions that conditions declare; the engine learns them when it opens. */
export class ColumnFunctions {
  readonly all: ColumnFunction[] = [];

  add: PartitionContext["addFunction"] = (parameters, compute) => {
    const name = `condition_${this.all.length + 1}`;
    this.all.push({ name, parameters, compute });
    return name;
  };
}

/**
 * @throws FlowtapError when an input or an argument is wrong
 */
function openQuery(args: Arguments, own: readonly Switch[], called: string, unnamed: UnnamedInput): FlowQuery {
  const announce = args.flag("print-filenames")
    ? (path: string) => void process.stderr.write(`${path === "-" ? "stdin" : path}\n`)
    : () => {};
  const fromStore = readsStore(args, unnamed);
  checkCopy(args, own, fromStore ? "store" : "files");
  const { site, inputs } = fromStore ? storeInputs(args, announce) : namedInputs(args, called, announce);
  const functions = new ColumnFunctions();
  const filter = args.value("filter");
  const filterWords = filter === undefined ? [] : words(filter);
  const maps = namedMaps([...new Set([...args.values(PMAP_FILE_SWITCH.name), ...pmapArguments(filterWords)])]);
  const ofMaps = maps.flatMap(partitionsOf);
  const inner =
    filter === undefined ? undefined : parseArguments([...FILTER_TABLE, ...PARTITION_OPTIONS, ...ofMaps], filterWords);
  const databases = [args, inner].map((each) => each?.value(COUNTRY_CODES_SWITCH.name));
  const countries = new Countries(
    databases.find((each) => each !== undefined),
    functions.add,
  );
  const prefixMaps = new PrefixMaps(maps, functions.add);
  const lookups = {
    addressTypes: new AddressTypes(functions.add),
    directions: new Directions(args, site),
    zeroDuration: zeroDuration(inner?.flag(ZERO_DURATION_SWITCH.name) ? inner : args),
  };
  const context = { site, countries, lookups, prefixMaps, addFunction: functions.add };
  const taken = new Set(own.map(({ name }) => name));
  // Of a store, files were selected: their flows need not be looked at for the same again.
  const all = [...PARTITION_SWITCHES, ...ofMaps, ...(fromStore ? [] : SITE_PARTITIONS)];
  const direct = all.filter(({ name }) => !taken.has(name));
  const conditions = [...partitionConditions(direct, args, context)];
  if (inner !== undefined) conditions.push(...partitionConditions([...FILTER_TABLE, ...ofMaps], inner, context));
  if (own.includes(IPV6_POLICY_SWITCH)) conditions.push(...policyConditions(ipv6Policy(args)).map((sql) => ({ sql })));
  return new FlowQuery({
    site,
    inputs,
    conditions,
    functions: functions.all,
    countries,
    lookups,
    prefixMaps,
    temporary: args.value("temp-directory"),
    explain: args.flag("sql"),
    // Names of files are printed where the bar would be.
    progress: showsProgress(args) && !args.flag("print-filenames") ? "shown" : "hidden",
  });
}

/** Switches of `--filter`. */
const FILTER_TABLE = [...PARTITION_SWITCHES, ...SITE_PARTITIONS];

/** @throws UsageError when copied flows would be lost, or mixed with what the command prints */
function checkCopy(args: Arguments, own: readonly Switch[], reads: "store" | "files"): void {
  const copy = args.value("copy-input");
  if (copy === undefined) return;
  if (reads === "store") throw new UsageError("Cannot use --copy-input when flows come from the store");
  const prints = own.some(({ name }) => name === "output-path") && isStdout(args.value("output-path") ?? "-");
  if (prints && isStdout(copy)) throw new UsageError("Multiple outputs are using standard output");
}

/** What a command reads when no file is named and nothing is selected: rwfilter asks the store. */
export type UnnamedInput = "stdin" | "store";

/** Switches that only selecting from a store takes. */
const STORE_ONLY = ["start-date", "end-date", "data-rootdir", "print-missing-files"];

/**
 * Whether flows come from a store and not from files or standard input.
 *
 * @throws UsageError when a switch that only a store takes is given with files
 */
export function readsStore(args: Arguments, unnamed: UnnamedInput): boolean {
  const named = args.positionals.length > 0 || args.flag("xargs") || args.flag("input-pipe");
  if (!named) return unnamed === "store" || [...SELECTING, ...STORE_ONLY].some((name) => args.flag(name));
  for (const name of STORE_ONLY)
    if (name !== "data-rootdir" && args.flag(name))
      throw new UsageError(`Cannot use --${name} when input files are given`);
  return false;
}

function namedInputs(args: Arguments, called: string, announce: (path: string) => void): QueryInputs {
  const site = loadSite(args);
  const copy = args.value("copy-input");
  const copied = (files: FlowFiles): RowSource =>
    copy === undefined
      ? files
      : new CopiedRows(files, () => {
          const format = suggestedFormat(files.format());
          return openFlowOutput(copy, format, { site, files }, args, called);
        });
  const pipe = args.value("input-pipe");
  const paths = pipe === undefined ? inputPaths(args) : [pipe];
  if (copy !== undefined && paths.some(isParquet)) throw new UsageError("Cannot use --copy-input with Parquet files");
  return { site, inputs: FlowInputs.ofPaths(paths, site, announce, copied) };
}

/**
 * Runs a command's question and returns its exit status.
 *
 * @param own the command's own switches: partitioning switches of the same name are not looked at
 * @param called how the command was called
 * @param unnamed what is read when no file is named and nothing is selected
 */
export async function withQuery(
  args: Arguments,
  own: readonly Switch[],
  called: string,
  ask: (query: FlowQuery) => Promise<number>,
  unnamed: UnnamedInput = "stdin",
): Promise<number> {
  const query = openQuery(args, own, called, unnamed);
  try {
    return await ask(query);
  } catch (error) {
    if (error instanceof Explained) return 0;
    throw error;
  } finally {
    query.close();
  }
}
