import type { Command } from "./switches.js";

/** A command as the list knows it; the rest of it is loaded only when it runs. */
export interface CommandEntry {
  readonly name: string;
  /** The name that SiLK's users type for it. */
  readonly silk?: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands in the order of help. */
export const COMMANDS: readonly CommandEntry[] = [
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
  {
    name: "cut",
    silk: "rwcut",
    summary: "print flows as text",
    load: async () => (await import("../commands/cut.js")).cutCommand,
  },
  {
    name: "uniq",
    silk: "rwuniq",
    summary: "group flows by fields and count each group",
    load: async () => (await import("../commands/uniq.js")).uniqCommand,
  },
  {
    name: "cat",
    silk: "rwcat",
    summary: "concatenate flow files into one SiLK file",
    load: async () => (await import("../commands/cat.js")).catCommand,
  },
  {
    name: "fileinfo",
    silk: "rwfileinfo",
    summary: "describe SiLK files: format, records, history",
    load: async () => (await import("../commands/fileinfo.js")).fileinfoCommand,
  },
  {
    name: "tuc",
    silk: "rwtuc",
    summary: "make flow records of text, such as rwcut prints",
    load: async () => (await import("../commands/tuc.js")).tucCommand,
  },
];
