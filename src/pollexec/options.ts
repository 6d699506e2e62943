/** What rwpollexec's switches ask for. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, InputError, UsageError } from "../errors.js";
import type { Destinations } from "../incoming/finished_file.js";
import { oneInteger } from "../query/values/number.js";
import { commandScript } from "./command_script.js";
import type { Timeout } from "./file_command.js";
import { POLL_LOG_SWITCHES } from "./poll_log.js";
import { signalNamed } from "./signal_name.js";

const MOST_SIMULTANEOUS = 50;
const LONGEST_INTERVAL = 86_400;
const LONGEST_TIMEOUT = 10_000_000;

export const POLLEXEC_SWITCHES: readonly Switch[] = [
  { name: "incoming-directory", argument: "DIR", group: "Files", help: "Watch this folder for files" },
  { name: "error-directory", argument: "DIR", group: "Files", help: "Move files here whose command failed" },
  {
    name: "archive-directory",
    argument: "DIR",
    group: "Files",
    help: "Move files here whose command succeeded, into folders YEAR/MONTH/DAY/HOUR",
    fallback: "they are deleted",
  },
  { name: "flat-archive", group: "Files", help: "Move them right into --archive-directory" },
  {
    name: "polling-interval",
    argument: "SECONDS",
    group: "Files",
    help: "Look at the folder this often; a file is taken when its size was the same twice",
    fallback: "15",
  },
  {
    name: "command",
    argument: "COMMAND",
    group: "Command",
    help: "Run this by /bin/sh for each file: %s is the file's full path, %% a percent sign",
  },
  {
    name: "simultaneous",
    argument: "N",
    group: "Command",
    help: "Run at most N commands at a time, up to 50",
    fallback: "1",
  },
  {
    name: "timeout",
    argument: "SIGNAL,SECONDS",
    repeatable: true,
    group: "Command",
    help: "Send SIGNAL (name or number) to a command that still runs after SECONDS; may be repeated",
  },
  ...POLL_LOG_SWITCHES,
  { name: "pidfile", argument: "FILE", group: "Service", help: "Write the process number to FILE while it runs" },
  { name: "no-daemon", group: "Service", help: "Stay in the foreground: required when called rwpollexec" },
  { name: "no-chdir", group: "Service", help: "Taken for SiLK's sake: the folder is never changed" },
];

export interface PollOptions {
  readonly incoming: string;
  readonly destinations: Destinations;
  /** Folder for files whose command failed. */
  readonly failures: string;
  /** For `/bin/sh -c`. */
  readonly script: string;
  readonly simultaneous: number;
  readonly timeouts: readonly Timeout[];
  /** Milliseconds. */
  readonly interval: number;
}

/** @throws UsageError, or InputError for a folder that is none */
export function pollOptions(args: Arguments, called: string): PollOptions {
  if (args.positionals.length > 0) throw new UsageError(`Unexpected argument '${args.positionals[0]}'`);
  if (!args.flag("no-daemon") && !called.startsWith("flowtap"))
    throw new UsageError(
      "running as a daemon is not supported: run it with --no-daemon by a service manager (systemd), which restarts it and keeps its log",
    );
  const script = commandScript(required(args, "command"));
  const incoming = folder(args, "incoming-directory");
  const error = folder(args, "error-directory");
  const archive = args.flag("archive-directory") ? folder(args, "archive-directory") : undefined;
  if (args.flag("flat-archive") && archive === undefined)
    throw new UsageError("--flat-archive needs --archive-directory");
  for (const [name, path] of [
    ["error-directory", error],
    ["archive-directory", archive],
  ])
    if (path === incoming) throw new UsageError(`--${name} and --incoming-directory are the same folder`);
  return {
    incoming,
    destinations: { archive, archiving: args.flag("flat-archive") ? "flat" : "by hour" },
    failures: error,
    script,
    simultaneous: integer(args, "simultaneous", MOST_SIMULTANEOUS) ?? 1,
    timeouts: args.values("timeout").map(timeout),
    interval: 1000 * (integer(args, "polling-interval", LONGEST_INTERVAL) ?? 15),
  };
}

function required(args: Arguments, name: string): string {
  const given = args.value(name);
  if (given === undefined || given === "") throw new UsageError(`The --${name} switch is required`);
  return given;
}

function folder(args: Arguments, name: string): string {
  const path = required(args, name);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InputError(`--${name}: ${path} is not a folder`);
  return resolve(path);
}

function integer(args: Arguments, option: string, most: number): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, 1, most, { option, what: option, given });
}

function timeout(given: string): Timeout {
  const option = "timeout";
  const [name, seconds, more] = given.split(",");
  if (name === undefined || seconds === undefined || more !== undefined)
    throw new ArgumentError(option, "Expected SIGNAL,SECONDS", option, given);
  const signal = signalNamed(name);
  if (signal === undefined) throw new ArgumentError(option, `Unknown signal '${name}'`, option, given);
  return { signal, seconds: oneInteger(seconds, 1, LONGEST_TIMEOUT, { option, what: option, given }) };
}
