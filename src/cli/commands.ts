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
    name: "setbuild",
    silk: "rwsetbuild",
    summary: "make a set of addresses from text",
    load: async () => (await import("../commands/setbuild.js")).setbuildCommand,
  },
  {
    name: "setcat",
    silk: "rwsetcat",
    summary: "print sets of addresses",
    load: async () => (await import("../commands/setcat.js")).setcatCommand,
  },
  {
    name: "setmember",
    silk: "rwsetmember",
    summary: "tell which sets hold an address",
    load: async () => (await import("../commands/setmember.js")).setmemberCommand,
  },
  {
    name: "settool",
    silk: "rwsettool",
    summary: "combine sets of addresses, or choose from them",
    load: async () => (await import("../commands/settool.js")).settoolCommand,
  },
];
