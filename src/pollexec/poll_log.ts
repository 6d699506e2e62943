/** What rwpollexec says while it runs, a line a message, as SiLK's daemons write it. */
import { appendFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";

/** From the gravest to the slightest. */
const LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;
type Level = (typeof LEVELS)[number];

export const POLL_LOG_SWITCHES: readonly Switch[] = [
  {
    name: "log-destination",
    argument: "WHERE",
    group: "Log",
    help: "Log to stderr, stdout, none or a file",
    fallback: "stderr",
  },
  { name: "log-pathname", argument: "FILE", group: "Log", help: "Append the log to this file" },
  { name: "log-directory", argument: "DIR", group: "Log", help: "Log to a file a day in this folder" },
  {
    name: "log-basename",
    argument: "NAME",
    group: "Log",
    help: "With --log-directory: what the files' names begin with",
    fallback: "rwpollexec",
  },
  {
    name: "log-level",
    argument: "LEVEL",
    group: "Log",
    help: `Log this and what is graver: ${LEVELS.join(", ")}`,
    fallback: "info",
  },
  { name: "log-post-rotate", argument: "COMMAND", group: "Refused", help: "Refused", legacy: true },
  { name: "log-sysfacility", argument: "NUMBER", group: "Refused", help: "Refused", legacy: true },
];

const DESTINATIONS = ["log-destination", "log-pathname", "log-directory"] as const;

export class PollLog {
  readonly #name: string;
  readonly #level: number;
  readonly #write: (line: string) => void;

  private constructor(name: string, level: number, write: (line: string) => void) {
    this.#name = name;
    this.#level = level;
    this.#write = write;
  }

  /**
   * @param called what lines begin with
   * @throws UsageError when switches contradict each other or cannot be followed
   */
  static of(args: Arguments, called: string): PollLog {
    const given = DESTINATIONS.filter((name) => args.flag(name));
    if (given.length > 1)
      throw new UsageError(`Only one of ${given.map((name) => `--${name}`).join(", ")} may be given`);
    if (args.flag("log-post-rotate"))
      throw new UsageError("--log-post-rotate is not supported: logrotate or the service manager's journal do it");
    if (args.flag("log-sysfacility"))
      throw new UsageError("--log-sysfacility is not supported: nothing goes to syslog");
    if (args.flag("log-basename") && !args.flag("log-directory"))
      throw new UsageError("--log-basename needs --log-directory");
    const level = args.value("log-level") ?? "info";
    const number = (LEVELS as readonly string[]).indexOf(level);
    if (number < 0) throw new ArgumentError("log-level", `Expected one of ${LEVELS.join(", ")}`, "log-level", level);
    return new PollLog(called, number, writerOf(args));
  }

  error(message: string): void {
    this.#say("err", message);
  }

  warn(message: string): void {
    this.#say("warning", message);
  }

  info(message: string): void {
    this.#say("info", message);
  }

  debug(message: string): void {
    this.#say("debug", message);
  }

  #say(level: Level, message: string): void {
    if (LEVELS.indexOf(level) > this.#level) return;
    const time = new Date().toISOString();
    // Whoever puts files into the folder chooses their names.
    const text = message.replace(/\p{Cc}/gu, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
    this.#write(`${time} ${this.#name}[${process.pid}]: ${text}\n`);
  }
}

function writerOf(args: Arguments): (line: string) => void {
  const folder = args.value("log-directory");
  if (folder !== undefined) {
    const name = args.value("log-basename") ?? "rwpollexec";
    return append(() => join(folder, `${name}-${new Date().toISOString().slice(0, 10).replaceAll("-", "")}.log`));
  }
  const path = args.value("log-pathname") ?? args.value("log-destination") ?? "stderr";
  if (args.flag("log-destination")) {
    if (path === "none") return () => {};
    if (path === "syslog" || path === "both")
      throw new UsageError(`--log-destination=${path} is not supported: the service manager keeps what goes to stderr`);
  }
  if (args.flag("log-pathname") || !["stdout", "stderr"].includes(path)) return append(() => path);
  return descriptor(path === "stdout" ? 1 : 2);
}

/** @throws UsageError when the first line cannot be written; later ones that cannot are lost */
function append(path: () => string): (line: string) => void {
  try {
    appendFileSync(path(), "");
  } catch {
    throw new UsageError(`cannot write the log ${path()}`);
  }
  return (line) => {
    try {
      appendFileSync(path(), line);
    } catch {
      // A full disk is no reason to leave files unprocessed.
    }
  };
}

function descriptor(fd: 1 | 2): (line: string) => void {
  return (line) => {
    try {
      writeSync(fd, line);
    } catch {
      // Whoever read the log has gone.
    }
  };
}
