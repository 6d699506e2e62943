import { basename } from "node:path";
import { ArgumentError, ClosedPipeError, FlowtapError, UsageError } from "../errors.js";
import { TOPICS } from "../manual/topics.js";
import { packageVersion } from "../version.js";
import { COMMANDS, type CommandEntry } from "./commands.js";
import { commandHelp, programHelp } from "./help.js";
import { FLOWTAP_WORDING, nearest, parseArguments, SILK_WORDING, type Wording } from "./parse.js";

/**
 * Runs one command line and returns the exit status. Errors go to standard error as one line.
 *
 * @param program path the program was called by: a SiLK name such as `rwcut` is that command
 */
export async function main(argv: readonly string[], program = "flowtap"): Promise<number> {
  const called = basename(program);
  const silk = COMMANDS.find((each) => each.silk === called);
  return silk === undefined ? flowtap(argv) : silkCommand(silk, called, argv);
}

/** A command called by its SiLK name: messages and statuses are those that SiLK's users script against. */
async function silkCommand(entry: CommandEntry, called: string, argv: readonly string[]): Promise<number> {
  try {
    return await run(entry, called, argv, SILK_WORDING);
  } catch (error) {
    if (error instanceof ClosedPipeError) return 0;
    if (!(error instanceof FlowtapError)) throw error;
    if (error instanceof ArgumentError) {
      process.stderr.write(`${called}: Invalid ${error.what}: ${error.reason}\n`);
      process.stderr.write(`${called}: Error processing --${error.option} option: '${error.given}'\n`);
      return 1;
    }
    process.stderr.write(`${called}: ${error.message}\n`);
    if (error instanceof UsageError) process.stderr.write(`Use '${called} --help' for usage\n`);
    return 1;
  }
}

async function flowtap(argv: readonly string[]): Promise<number> {
  // A reader of standard output that has gone is no reason for a stack trace; outputs there look after themselves.
  process.stderr.on("error", () => {});
  try {
    return await dispatch(argv);
  } catch (error) {
    if (!(error instanceof FlowtapError)) throw error;
    if (error instanceof ClosedPipeError && COMMANDS.some((each) => each.silk !== undefined && each.name === argv[0]))
      return 0;
    for (const line of error.lines) process.stderr.write(`flowtap: ${line}\n`);
    if (error instanceof UsageError) process.stderr.write("flowtap: see flowtap --help\n");
    return error.exitStatus;
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h") {
    if (name === undefined) {
      process.stderr.write(programHelp(COMMANDS, TOPICS));
      return 2;
    }
    print(programHelp(COMMANDS, TOPICS));
    return 0;
  }
  if (name === "--version" || name === "-V") {
    print(versionText());
    return 0;
  }
  if (name === "help") return help(rest);
  if (name === "complete") return complete(rest);
  const entry = COMMANDS.find((each) => each.name === name);
  if (entry === undefined) {
    const near = nearest(
      name,
      COMMANDS.map((each) => each.name),
    );
    throw new UsageError(`unknown command '${name}'${near === undefined ? "" : `, did you mean '${near}'?`}`);
  }
  return run(entry, `flowtap ${name}`, rest, FLOWTAP_WORDING);
}

/** `flowtap complete -- PROGRAM WORD...`, which the shells' scripts call: what the last word may become. */
async function complete([dashes, ...line]: readonly string[]): Promise<number> {
  if (dashes !== "--") throw new UsageError("complete is for the scripts that flowtap completion prints");
  const { completionText } = await import("../completion/print.js");
  print(await completionText(line));
  return 0;
}

/** `flowtap help`, with the name of a command, SiLK's name of one, or a topic. */
async function help([name, more]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") return dispatch(["--help"]);
  if (more !== undefined) throw new UsageError(`unexpected argument '${more}'`);
  const entry = COMMANDS.find((each) => each.name === name || each.silk === name);
  if (entry !== undefined)
    return run(entry, entry.silk === name ? name : `flowtap ${name}`, ["--help"], FLOWTAP_WORDING);
  const topic = TOPICS.find((each) => each.name === name);
  if (topic === undefined) {
    const near = nearest(
      name,
      [...COMMANDS, ...TOPICS].map((each) => each.name),
    );
    throw new UsageError(`no help on '${name}'${near === undefined ? "" : `, did you mean '${near}'?`}`);
  }
  const { topicText } = await import("../manual/plain.js");
  print(topicText(await topic.load()));
  return 0;
}

async function run(entry: CommandEntry, called: string, argv: readonly string[], wording: Wording): Promise<number> {
  const command = await entry.load();
  const switches = [...command.switches, ...((await command.furtherSwitches?.(argv)) ?? [])];
  const args = parseArguments(
    [
      ...switches,
      { name: "help", short: "h", group: "Help", help: "Show this text" },
      { name: "version", group: "Help", help: "Show versions", legacy: true },
    ],
    argv,
    wording,
  );
  if (args.flag("help")) {
    print(commandHelp({ ...command, switches }, called));
    return 0;
  }
  if (args.flag("version")) {
    print(versionText());
    return 0;
  }
  return command.run(args, called);
}

function versionText(): string {
  return `flowtap ${packageVersion()}\nnode ${process.versions.node}\n`;
}

/** Writes a whole text. A reader that has gone is no reason for a stack trace. */
function print(text: string): void {
  process.stdout.on("error", () => {
    process.exitCode = 1;
  });
  process.stdout.write(text);
}
