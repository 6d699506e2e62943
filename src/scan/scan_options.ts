/** The models that the switches of rwscan ask for. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { oneInteger } from "../query/values/number.js";
import { loadAddressSet } from "../sets/set_file.js";
import type { WalkOptions } from "./detector.js";
import { USUAL_WALK, type WalkParameters } from "./random_walk.js";

export interface ScanModels {
  readonly walk: WalkOptions | undefined;
  readonly regression: "used" | "not used";
}

/** Numbers of `--scan-model`. */
const BOTH = 0;
const WALK_ONLY = 1;
const REGRESSION_ONLY = 2;

/** The most that `--threads` and `--queue-depth` may be. */
const MOST = 2 ** 31 - 1;

/**
 * @throws UsageError when the set of internal addresses is missing; ArgumentError for what is not a number in its range;
 *   InputError when the set cannot be read
 */
export function scanModels(args: Arguments): ScanModels {
  const model = integer(args, "scan-model", BOTH, REGRESSION_ONLY) ?? BOTH;
  // Work is one thread's: rows come sorted from the engine, which uses all cores.
  for (const option of ["threads", "queue-depth"]) integer(args, option, 1, MOST);
  const parameters = walkParameters(args);
  const walk = model === REGRESSION_ONLY ? undefined : { internal: internalSet(args), parameters };
  return { walk, regression: model === WALK_ONLY ? "not used" : "used" };
}

function internalSet(args: Arguments): WalkOptions["internal"] {
  const path = args.value("trw-internal-set") ?? args.value("trw-sip-set");
  if (path === undefined)
    throw new UsageError("The --trw-internal-set switch is required when using the TRW scan detection model");
  return loadAddressSet(path);
}

function walkParameters(args: Arguments): WalkParameters {
  const benign = probability(args, "trw-theta0") ?? USUAL_WALK.benign;
  const scanner = probability(args, "trw-theta1") ?? USUAL_WALK.scanner;
  if (benign <= scanner) throw new UsageError("--trw-theta0 must be greater than --trw-theta1");
  return { benign, scanner };
}

function probability(args: Arguments, option: string): number | undefined {
  const given = args.value(option);
  if (given === undefined) return undefined;
  const value = /^\s*(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(given) ? Number(given) : Number.NaN;
  if (!(value > 0 && value < 1)) throw new ArgumentError(option, "Expected a number between 0 and 1", option, given);
  return value;
}

function integer(args: Arguments, option: string, least: number, most: number): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, least, most, { option, what: option, given });
}
