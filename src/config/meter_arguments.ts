/** Settings of `flowtap meter` from everywhere. Light where only the command line has any. */
import type { Arguments } from "../cli/switches.js";
import { ConfigurationError } from "../errors.js";
import { concernsSection } from "./environment.js";
import { METER_SECTION } from "./section.js";

/** What a run starts with, and can ask for again. */
export interface MeterArguments {
  readonly args: Arguments;
  /** Reads file and environment again. @throws FlowtapError where something is wrong with them, all of it told */
  reread(): Promise<Arguments>;
  /** The error in terms of where the value came from that it is about. */
  explained(error: unknown): unknown;
}

/**
 * The arguments as typed, on top of the environment, on top of the file that `--config` or FLOWTAP_CONFIG names.
 *
 * @throws FlowtapError: status 3 when file or environment are wrong
 */
export async function meterArguments(
  typed: Arguments,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<MeterArguments> {
  const file = typed.value("config") ?? (environment.FLOWTAP_CONFIG || undefined);
  if (file === undefined && !concernsSection(METER_SECTION, environment))
    return { args: typed, reread: async () => typed, explained: (error) => error };
  const { Configuration } = await import("./configuration.js");
  const read = async () => {
    const configuration = await Configuration.read(METER_SECTION, typed, { file, environment });
    if (typed.flag("read") || typed.flag("read-list")) return configuration;
    const { checkSensor } = await import("./sensor_check.js");
    const problems = await configuration.problems(checkSensor);
    if (problems.length > 0) throw new ConfigurationError(problems);
    return configuration;
  };
  let configuration = await read();
  return {
    args: configuration.args,
    reread: async () => {
      configuration = await read();
      return configuration.args;
    },
    explained: (error) => configuration.explained(error),
  };
}
