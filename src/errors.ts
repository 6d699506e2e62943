/**
 * Every error that flowtap reports to its user. The message is one line that names the thing and the place; `code` is
 * stable for scripts and tests; `exitStatus` is what the program ends with.
 */
export class FlowtapError extends Error {
  override readonly name: string = "FlowtapError";
  readonly code: string = "FLOWTAP";
  readonly exitStatus: number = 1;

  /** What the user reads, a line for each thing that is wrong. */
  get lines(): readonly string[] {
    return [this.message];
  }
}

/** The command line cannot be understood: exit status 2. */
export class UsageError extends FlowtapError {
  override readonly name: string = "UsageError";
  override readonly code: string = "USAGE";
  override readonly exitStatus = 2;
}

/** The argument of a switch cannot be understood. SiLK's tools say so in two lines, flowtap in one. */
export class ArgumentError extends UsageError {
  /**
   * @param what what the value is: `protocol`
   * @param reason what is wrong with it, a sentence without final stop
   * @param option name of the switch without dashes
   */
  constructor(
    readonly what: string,
    readonly reason: string,
    readonly option: string,
    readonly given: string,
  ) {
    super(`--${option}=${given}: invalid ${what}: ${reason}`);
  }
}

/** The configuration, a file or variables of the environment, is wrong: exit status 3. */
export class ConfigurationError extends FlowtapError {
  override readonly name = "ConfigurationError";
  override readonly code = "CONFIGURATION";
  override readonly exitStatus = 3;

  /** @param problems one or more, each with its place */
  constructor(readonly problems: readonly string[]) {
    super(problems.length === 1 ? problems[0]! : `${problems[0]} (and ${problems.length - 1} more)`);
  }

  override get lines(): readonly string[] {
    return this.problems;
  }
}

/** An input cannot be read or is not what it should be. */
export class InputError extends FlowtapError {
  override readonly name = "InputError";
  override readonly code = "INPUT";
}

/** An output cannot be written or reached. */
export class OutputError extends FlowtapError {
  override readonly name = "OutputError";
  override readonly code = "OUTPUT";
}

/** Whoever reads our standard output, or a FIFO that we write, has gone. */
export class ClosedPipeError extends FlowtapError {
  override readonly name = "ClosedPipeError";
  override readonly code = "CLOSED_PIPE";
}

/** Text of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Text of a system error without Node's prefixes: `ENOENT: no such file or directory, open 'x'` becomes its middle. */
export function systemReason(error: unknown): string {
  const message = reasonOf(error);
  const found = /^[A-Z0-9_]+: ([^,]+)/.exec(message);
  return found?.[1] ?? message;
}

/** The `code` of a Node system error such as `ENOENT`, or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
