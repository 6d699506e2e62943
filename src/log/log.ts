/** What the sensor host says while it runs: structured lines on standard error. */
import type { Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { RepeatLimit } from "./repeat_limit.js";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_SWITCHES: readonly Switch[] = [
  {
    name: "log-level",
    argument: "LEVEL",
    group: "Log",
    help: `Say this and what is graver: ${LOG_LEVELS.join(", ")}`,
    fallback: "info, error with --quiet",
  },
  {
    name: "log-format",
    argument: "FORMAT",
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
  /** Messages so far by level, those that were not said among them. */
  readonly messages: Readonly<Record<LogLevel, number>>;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: "json" | "text";
}

/** Log options from the switches of `LOG_SWITCHES`. @throws UsageError */
export function logOptions(args: { value(name: string): string | undefined; flag(name: string): boolean }): LogOptions {
  const level = LOG_LEVELS.find((each) => each === (args.value("log-level") ?? (args.flag("quiet") ? "error" : "info")));
  if (level === undefined)
    throw new UsageError(`--log-level: '${args.value("log-level")}' is none of ${LOG_LEVELS.join(", ")}`);
  const format = args.value("log-format") ?? (process.stderr.isTTY ? "text" : "json");
  if (format !== "json" && format !== "text") throw new UsageError(`--log-format: '${format}' is neither json nor text`);
  return { level, format };
}

/** Opens the log on standard error. */
export async function openLog({ level, format }: LogOptions): Promise<Log> {
  const { pino } = await import("pino");
  // Synchronous: what a dying process says last must get out.
  const destination = format === "json" ? pino.destination({ fd: 2, sync: true }) : textStream();
  const logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const messages = Object.fromEntries(LOG_LEVELS.map((each) => [each, 0])) as Record<LogLevel, number>;
  const limit = new RepeatLimit();
  const say = (at: LogLevel) => (fields: LogFields, message: string) => {
    messages[at] += 1;
    const suppressed = limit.admit(`${at} ${message} ${String(fields.output ?? fields.interface ?? "")}`, Date.now());
    if (suppressed === "suppress") return;
    logger[at](suppressed === 0 ? fields : { ...fields, suppressed }, message);
  };
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error"), messages };
}

/** Lines for people: `flowtap: 12:00:01 warn: eth1: the interface is down`. */
function textStream() {
  const names: Readonly<Record<number, string>> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error" };
  return {
    write(line: string): void {
      const { level, time, msg, pid: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
      const clock = String(time).slice(11, 19);
      process.stderr.write(`flowtap: ${clock} ${names[Number(level)] ?? "fatal"}: ${String(msg)}${rest.join("")}\n`);
    },
  };
}
