/** The commands as the program's help lists them: by what one wants to do. */

/** Commands on one line: one with its own summary, or a family with one for all. */
export interface CommandRow {
  readonly names: readonly string[];
  /** Of a family. */
  readonly summary?: string;
}

export interface CommandGroup {
  readonly title: string;
  readonly rows: readonly CommandRow[];
}

const each = (...names: readonly string[]): readonly CommandRow[] => names.map((name) => ({ names: [name] }));
const family = (summary: string, ...names: readonly string[]): CommandRow => ({ names, summary });

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    title: "Flows: made of packets, collected",
    rows: each("meter", "collect", "replay", "top", "interfaces", "p2yaf2silk", "ptoflow"),
  },
  {
    title: "Questions to flows",
    rows: each("filter", "stats", "uniq", "cut", "count", "total", "addrcount", "diff", "group", "match", "scan"),
  },
  {
    title: "What answers are kept in",
    rows: [
      family("sets of addresses", "set", "setbuild", "setcat", "setmember", "settool"),
      family("volumes by one key", "bag", "bagbuild", "bagcat", "bagtool"),
      family("volumes by several keys", "aggbag", "aggbagbuild", "aggbagcat", "aggbagtool"),
      family("labels for networks and ports", "pmapbuild", "pmapcat", "pmaplookup"),
    ],
  },
  {
    title: "Files of flows",
    rows: [
      ...each("convert", "sort", "cat", "split", "append", "dedupe", "combine"),
      family("addresses hidden or cut to networks", "randomizeip", "netmask"),
      family("described, compared, turned", "fileinfo", "compare", "swapbytes"),
      family("made of text, IPFIX; made into IPFIX", "tuc", "ipfix2silk", "silk2ipfix"),
    ],
  },
  {
    title: "Around it",
    rows: [
      ...each("siteinfo", "glob", "seal", "check-config"),
      family("addresses in text: their names, dotted numbers", "resolve", "num2dot"),
      ...each("pollexec", "completion"),
    ],
  },
];
