/** What the sensor host says while it runs: structured lines on standard error. */
import type { Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { LOG_LEVELS, type LogLevel } from "./levels.js";
import { RepeatLimit } from "./repeat_limit.js";

export const LOG_SWITCHES: readonly Switch[] = [
  {
    name: "log-level",
    argument: "LEVEL",
    values: LOG_LEVELS,
    group: "Log",
    help: `Say this and what is graver: ${LOG_LEVELS.join(", ")}`,
    fallback: "info, error with --quiet",
  },
  {
    name: "log-format",
    argument: "FORMAT",
    values: ["json", "text"],
    group: "Log",
    help: "json (one object a line) or text",
    fallback: "text on a terminal, else json",
  },
];

/** Facts of a message beyond its text: what a log service can search. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The log of a service. The same message more than a few times in a while is counted instead of said. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Hears how much is said and kept back. */
export interface LogCounters {
  logged(level: LogLevel): void;
  suppressed(messages: number): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: "json" | "text";
}

/** Log options from the switches of `LOG_SWITCHES`. @throws UsageError */
export function logOptions(args: { value(name: string): string | undefined; flag(name: string): boolean }): LogOptions {
  const level = LOG_LEVELS.find(
    (each) => each === (args.value("log-level") ?? (args.flag("quiet") ? "error" : "info")),
  );
  if (level === undefined)
    throw new UsageError(`--log-level: '${args.value("log-level")}' is none of ${LOG_LEVELS.join(", ")}`);
  const format = args.value("log-format") ?? (process.stderr.isTTY ? "text" : "json");
  if (format !== "json" && format !== "text")
    throw new UsageError(`--log-format: '${format}' is neither json nor text`);
  return { level, format };
}

/** Opens the log on standard error. */
export async function openLog({ level, format }: LogOptions, counters: LogCounters): Promise<Log> {
  const { pino } = await import("pino");
  // Synchronous: what a dying process says last must get out.
  const jsonStream = () => {
    const stream = pino.destination({ fd: 2, sync: true });
    stream.on("error", () => {}); // a full disk is no reason to stop metering
    return stream;
  };
  const destination = format === "json" ? jsonStream() : textStream();
  const logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const limit = new RepeatLimit();
  const say = (at: LogLevel) => (fields: LogFields, message: string) => {
    if (!logger.isLevelEnabled(at)) return;
    const before = limit.admit(`${at} ${message} ${String(fields.output ?? fields.source ?? "")}`, Date.now());
    if (before === "suppress") return counters.suppressed(1);
    counters.logged(at);
    logger[at](before === 0 ? fields : { ...fields, suppressed: before }, message);
  };
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

/** Lines for people: `flowtap: 12:00:01 warn: eth1: the interface is down`. */
function textStream() {
  const names: Readonly<Record<number, string>> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error" };
  return {
    write(line: string): void {
      const { level, time, msg, pid: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const rest = Object.entries(fields).map(
        ([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      );
      const clock = String(time).slice(11, 19);
      const text = `flowtap: ${clock} ${names[Number(level)] ?? "fatal"}: ${String(msg)}${rest.join("")}`;
      // One line, whatever a peer's words have in them.
      process.stderr.write(`${text.replace(/\p{Cc}+/gu, " ")}\n`);
    },
  };
}
