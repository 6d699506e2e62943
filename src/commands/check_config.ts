import type { Arguments, Command } from "../cli/switches.js";
import { ConfigurationError, UsageError } from "../errors.js";

const USUAL_FILE = "/etc/flowtap/flowtap.yaml";

export const checkConfigCommand: Command = {
  name: "check-config",
  summary: "check a configuration file, show what it comes to",
  usage: "[FILE] [switches]",
  description:
    `Checks a configuration file as flowtap meter --config and flowtap collect --config take it, ${USUAL_FILE} or the one in FLOWTAP_CONFIG when ` +
    "none is named, together with the FLOWTAP_METER_* and FLOWTAP_COLLECT_* variables of the environment. Every mistake is a line with file, " +
    "line, column and key. Nothing is opened but the files that it names.\n\n" +
    "Exit status: 0 when all is well, 3 when something is wrong.",
  switches: [
    {
      name: "print",
      group: "Output",
      help: "Print the effective configuration as YAML, with the origin of each value",
    },
    {
      name: "schema",
      group: "Output",
      help: "Print the JSON Schema of configuration files, for editors, and check nothing",
    },
  ],
  examples: [
    { command: "flowtap check-config flowtap.yaml", does: "check a file" },
    { command: "FLOWTAP_METER_MAX_FLOWS=50000 flowtap check-config --print", does: "see what the environment changes" },
  ],
  async run(args) {
    const [given, more] = args.positionals;
    if (more !== undefined) throw new UsageError(`unexpected argument '${more}': one file at a time`);
    if (args.flag("schema")) return printSchema();
    const path = given ?? (process.env.FLOWTAP_CONFIG || USUAL_FILE);
    const { Configuration } = await import("../config/configuration.js");
    const { COLLECT_SECTION, METER_SECTION } = await import("../config/section.js");
    const { checkSensor } = await import("../config/sensor_check.js");
    const { checkCollector } = await import("../config/collector_check.js");
    const sources = { file: path, environment: process.env };
    const meter = await Configuration.read(METER_SECTION, NOTHING_TYPED, sources);
    const collect = await Configuration.read(COLLECT_SECTION, NOTHING_TYPED, sources);
    // A file without the section is for the meter alone.
    const collects = collect.settings.size > 0;
    const problems = await meter.problems(checkSensor);
    if (collects) problems.push(...(await collect.problems(checkCollector)));
    if (problems.length > 0) throw new ConfigurationError(problems);
    if (args.flag("print")) {
      const { configurationText } = await import("../config/print.js");
      // A file for a collector alone has no meter to show.
      if (meter.settings.size > 0 || !collects) process.stdout.write(configurationText(meter));
      if (collects) process.stdout.write(configurationText(collect));
    } else {
      process.stdout.write(`${path}: good\n`);
    }
    return 0;
  },
};

async function printSchema(): Promise<number> {
  const [{ jsonSchema }, { SECTIONS }] = await Promise.all([
    import("../config/schema.js"),
    import("../config/section.js"),
  ]);
  process.stdout.write(`${JSON.stringify(jsonSchema(SECTIONS), undefined, 2)}\n`);
  return 0;
}

const NOTHING_TYPED: Arguments = { value: () => undefined, values: () => [], flag: () => false, positionals: [] };
