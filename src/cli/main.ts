import { FlowtapError, UsageError } from "../errors.js";
import { packageVersion } from "../version.js";
import { commandHelp, programHelp } from "./help.js";
import { nearest, parseArguments } from "./parse.js";
import type { Command } from "./switches.js";

/** Commands by name, with what help says of them; each is loaded only when it runs. */
const COMMANDS: readonly { readonly name: string; readonly summary: string; load(): Promise<Command> }[] = [
  {
    name: "meter",
    summary: "turn packets of captures into flows: files, collectors, a table",
    load: async () => (await import("../commands/meter.js")).meterCommand,
  },
  {
    name: "replay",
    summary: "meter a capture at the speed it was recorded with, or N times faster",
    load: async () => (await import("../commands/replay.js")).replayCommand,
  },
];

/** Runs one command line and returns the exit status. Errors go to standard error as one line. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that has gone is no reason for a stack trace; outputs on standard output look after themselves.
  process.stdout.on("error", () => {
    process.exitCode = 1;
  });
  process.stderr.on("error", () => {});
  try {
    return await dispatch(argv);
  } catch (error) {
    if (!(error instanceof FlowtapError)) throw error;
    process.stderr.write(`flowtap: ${error.message}\n`);
    if (error instanceof UsageError) process.stderr.write("flowtap: see flowtap --help\n");
    return error.exitStatus;
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h") {
    (name === undefined ? process.stderr : process.stdout).write(programHelp(COMMANDS));
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-V") {
    process.stdout.write(`flowtap ${packageVersion()}\nnode ${process.versions.node}\n`);
    return 0;
  }
  if (name === "help") return dispatch(rest[0] === undefined ? ["--help"] : [rest[0], "--help"]);
  const entry = COMMANDS.find((each) => each.name === name);
  if (entry === undefined) {
    const near = nearest(
      name,
      COMMANDS.map((each) => each.name),
    );
    throw new UsageError(`unknown command '${name}'${near === undefined ? "" : `, did you mean '${near}'?`}`);
  }
  const command = await entry.load();
  const args = parseArguments(
    [...command.switches, { name: "help", short: "h", group: "Help", help: "Show this text" }],
    rest,
  );
  if (args.flag("help")) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(args);
}
