/** Where words are known that an argument may be. */
export type ValueSource =
  | "flow-fields"
  | "bin-values"
  | "meter-fields"
  | "site-fields"
  | "file-fields"
  | "sensors"
  | "classes"
  | "types"
  | "flowtypes"
  | "interfaces";

/** One switch of a command: the row from which parsing, help, man pages and completion derive. */
export interface Switch {
  /** Long name without dashes. */
  readonly name: string;
  /** One-letter form. */
  readonly short?: string;
  /** What the argument is called in help; a switch without it is a flag. */
  readonly argument?: string;
  /** The argument may be left out; when given it follows `=`. */
  readonly optional?: true;
  /** May be given several times. */
  readonly repeatable?: true;
  /** The argument may be KEY=ARGUMENT, too, for one KEY of this kind: in the configuration file a map. */
  readonly keyed?: string;
  /** What the argument may be, for completion. A LIST, or what ends with `,…`, may be several with commas. */
  readonly values?: ValueSource | readonly string[];
  /** Heading under which help lists it. */
  readonly group: string;
  /** One sentence without final stop. */
  readonly help: string;
  /** Still taken from scripts, but not listed in help. Abbreviations of current names win. */
  readonly legacy?: true;
  /** Comes from another command's table: names and abbreviations of the command's own switches win. */
  readonly shared?: true;
  /** The value when it is not given, as help shows it. */
  readonly fallback?: string;
}

/** A worked example in a command's help. */
export interface Example {
  readonly command: string;
  readonly does: string;
}

/** One `flowtap NAME`. */
export interface Command {
  readonly name: string;
  /** The name that SiLK's users type for it: `rwcut`. */
  readonly silk?: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Argument part of the usage line. */
  readonly usage: string;
  /** Paragraphs between usage and switches. */
  readonly description: string;
  readonly switches: readonly Switch[];
  /** Switches that the command line itself brings: those of the prefix maps it names. Throws FlowtapError. */
  readonly furtherSwitches?: (argv: readonly string[]) => Promise<readonly Switch[]>;
  readonly examples: readonly Example[];
  /**
   * Runs with parsed arguments and returns the exit status. Throws FlowtapError.
   *
   * @param called how the command was called: `flowtap cut` or `rwcut`; what messages begin with
   */
  run(args: Arguments, called: string): Promise<number>;
}

/** What a user typed, checked against a table of switches. */
export interface Arguments {
  /** The argument of a switch, the last one when it was repeated. */
  value(name: string): string | undefined;
  /** All arguments of a repeatable switch in order. */
  values(name: string): readonly string[];
  flag(name: string): boolean;
  readonly positionals: readonly string[];
}
