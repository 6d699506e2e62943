/** What `flowtap help` explains beside commands. */
import type { Topic } from "./page.js";

export interface TopicEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Topic>;
}

export const TOPICS: readonly TopicEntry[] = [
  {
    name: "selection",
    summary: "which flows a command reads: the store, files, standard input",
    load: async () => (await import("./topics/selection.js")).selectionTopic,
  },
  {
    name: "fields",
    summary: "the fields of flows, and the values of bins",
    load: async () => (await import("./topics/fields.js")).fieldsTopic,
  },
  {
    name: "lists",
    summary: "how numbers, ranges, addresses, flags and labels are written",
    load: async () => (await import("./topics/lists.js")).listsTopic,
  },
  {
    name: "times",
    summary: "how times are written and printed",
    load: async () => (await import("./topics/times.js")).timesTopic,
  },
  {
    name: "formats",
    summary: "what is read and written: captures, flows, tables, sets, bags, prefix maps",
    load: async () => (await import("./topics/formats.js")).formatsTopic,
  },
  {
    name: "environment",
    summary: "variables that commands heed",
    load: async () => (await import("./topics/environment.js")).environmentTopic,
  },
  {
    name: "exit-status",
    summary: "how commands end",
    load: async () => (await import("./topics/exit_status.js")).exitStatusTopic,
  },
  {
    name: "examples",
    summary: "the files that the sessions in manual pages work with",
    load: async () => (await import("./topics/examples.js")).examplesTopic,
  },
];
