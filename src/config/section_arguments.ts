/** Settings of a service from everywhere. Light where only the command line has any. */
import type { Arguments } from "../cli/switches.js";
import { ConfigurationError } from "../errors.js";
import { concernsSection } from "./environment.js";
import { COLLECT_SECTION, METER_SECTION, type Section } from "./section.js";

/** What a run starts with, and can ask for again. */
export interface SectionArguments {
  readonly args: Arguments;
  /** Reads file and environment again. @throws FlowtapError where something is wrong with them, all of it told */
  reread(): Promise<Arguments>;
  /** The error in terms of where the value came from that it is about. */
  explained(error: unknown): unknown;
}

/** Looks for mistakes in settings before anything is opened. @throws FlowtapError naming the switch */
type Check = (args: Arguments) => unknown;

/** Settings of `flowtap meter`. @throws FlowtapError: status 3 when file or environment are wrong */
export function meterArguments(typed: Arguments, environment = process.env): Promise<SectionArguments> {
  return sectionArguments(
    METER_SECTION,
    async () => (await import("./sensor_check.js")).checkSensor,
    typed,
    environment,
  );
}

/** Settings of `flowtap collect`. @throws FlowtapError: status 3 when file or environment are wrong */
export function collectArguments(typed: Arguments, environment = process.env): Promise<SectionArguments> {
  return sectionArguments(
    COLLECT_SECTION,
    async () => (await import("./collector_check.js")).checkCollector,
    typed,
    environment,
  );
}

/**
 * The arguments as typed, on top of the environment, on top of the file that `--config` or FLOWTAP_CONFIG names.
 *
 * @throws FlowtapError: status 3 when file or environment are wrong
 */
async function sectionArguments(
  section: Section,
  loadCheck: () => Promise<Check>,
  typed: Arguments,
  environment: NodeJS.ProcessEnv,
): Promise<SectionArguments> {
  const file = typed.value("config") ?? (environment.FLOWTAP_CONFIG || undefined);
  if (file === undefined && !concernsSection(section, environment))
    return { args: typed, reread: async () => typed, explained: (error) => error };
  const { Configuration } = await import("./configuration.js");
  const read = async () => {
    const configuration = await Configuration.read(section, typed, { file, environment });
    if (typed.flag("read") || typed.flag("read-list")) return configuration;
    const problems = await configuration.problems(await loadCheck());
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
