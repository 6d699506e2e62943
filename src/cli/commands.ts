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
    name: "top",
    summary: "watch live traffic: rates, top talkers, services, drops",
    load: async () => (await import("../commands/top.js")).topCommand,
  },
  {
    name: "interfaces",
    summary: "list what can be captured: link type, state, speed",
    load: async () => (await import("../commands/interfaces.js")).interfacesCommand,
  },
  {
    name: "convert",
    summary: "turn flow files and captures into another format",
    load: async () => (await import("../commands/convert.js")).convertCommand,
  },
  {
    name: "check-config",
    summary: "check a configuration file, show what it comes to",
    load: async () => (await import("../commands/check_config.js")).checkConfigCommand,
  },
  {
    name: "filter",
    silk: "rwfilter",
    summary: "pick flows of the store, of files or of a pipe",
    load: async () => (await import("../commands/filter.js")).filterCommand,
  },
  {
    name: "stats",
    silk: "rwstats",
    summary: "rank groups of flows: top talkers, ports, pairs",
    load: async () => (await import("../commands/stats.js")).statsCommand,
  },
  {
    name: "uniq",
    silk: "rwuniq",
    summary: "group flows by fields and count each group",
    load: async () => (await import("../commands/uniq.js")).uniqCommand,
  },
  {
    name: "diff",
    summary: "show what is new, gone or changed between two periods or files",
    load: async () => (await import("../commands/diff.js")).diffCommand,
  },
  {
    name: "cut",
    silk: "rwcut",
    summary: "print flows as text",
    load: async () => (await import("../commands/cut.js")).cutCommand,
  },
  {
    name: "count",
    silk: "rwcount",
    summary: "traffic over time, in bins",
    load: async () => (await import("../commands/count.js")).countCommand,
  },
  {
    name: "total",
    silk: "rwtotal",
    summary: "sum up flows by one key: a prefix, a port, a size",
    load: async () => (await import("../commands/total.js")).totalCommand,
  },
  {
    name: "addrcount",
    silk: "rwaddrcount",
    summary: "volumes and times of each IPv4 address",
    load: async () => (await import("../commands/addrcount.js")).addrcountCommand,
  },
  {
    name: "sort",
    silk: "rwsort",
    summary: "sort flows by fields",
    load: async () => (await import("../commands/sort.js")).sortCommand,
  },
  {
    name: "cat",
    silk: "rwcat",
    summary: "concatenate flow files into one SiLK file",
    load: async () => (await import("../commands/cat.js")).catCommand,
  },
  {
    name: "set",
    silk: "rwset",
    summary: "make sets of the addresses of flows",
    load: async () => (await import("../commands/set.js")).setCommand,
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
  {
    name: "pmapbuild",
    silk: "rwpmapbuild",
    summary: "make a prefix map of text: labels for networks or ports",
    load: async () => (await import("../commands/pmapbuild.js")).pmapbuildCommand,
  },
  {
    name: "pmapcat",
    silk: "rwpmapcat",
    summary: "print the networks or ports of a prefix map with their labels",
    load: async () => (await import("../commands/pmapcat.js")).pmapcatCommand,
  },
  {
    name: "pmaplookup",
    silk: "rwpmaplookup",
    summary: "look up labels of addresses or ports in a prefix map",
    load: async () => (await import("../commands/pmaplookup.js")).pmaplookupCommand,
  },
  {
    name: "bag",
    silk: "rwbag",
    summary: "count flows, packets or octets by a key, as bags",
    load: async () => (await import("../commands/bag.js")).bagCommand,
  },
  {
    name: "bagbuild",
    silk: "rwbagbuild",
    summary: "make a bag from text or from a set",
    load: async () => (await import("../commands/bagbuild.js")).bagbuildCommand,
  },
  {
    name: "bagcat",
    silk: "rwbagcat",
    summary: "print bags",
    load: async () => (await import("../commands/bagcat.js")).bagcatCommand,
  },
  {
    name: "bagtool",
    silk: "rwbagtool",
    summary: "combine bags, or choose from them",
    load: async () => (await import("../commands/bagtool.js")).bagtoolCommand,
  },
  {
    name: "aggbag",
    silk: "rwaggbag",
    summary: "sum up flows by several keys, as an aggregate bag",
    load: async () => (await import("../commands/aggbag.js")).aggbagCommand,
  },
  {
    name: "aggbagbuild",
    silk: "rwaggbagbuild",
    summary: "make an aggregate bag from text",
    load: async () => (await import("../commands/aggbagbuild.js")).aggbagbuildCommand,
  },
  {
    name: "aggbagcat",
    silk: "rwaggbagcat",
    summary: "print aggregate bags",
    load: async () => (await import("../commands/aggbagcat.js")).aggbagcatCommand,
  },
  {
    name: "aggbagtool",
    silk: "rwaggbagtool",
    summary: "combine aggregate bags, choose from them, change their fields",
    load: async () => (await import("../commands/aggbagtool.js")).aggbagtoolCommand,
  },
  {
    name: "swapbytes",
    silk: "rwswapbytes",
    summary: "change the byte order of a SiLK flow file",
    load: async () => (await import("../commands/swapbytes.js")).swapbytesCommand,
  },
  {
    name: "append",
    silk: "rwappend",
    summary: "append flows to a SiLK file in place",
    load: async () => (await import("../commands/append.js")).appendCommand,
  },
  {
    name: "split",
    silk: "rwsplit",
    summary: "split flows into files, or take a sample of them",
    load: async () => (await import("../commands/split.js")).splitCommand,
  },
  {
    name: "dedupe",
    silk: "rwdedupe",
    summary: "write each flow once, however often it was recorded",
    load: async () => (await import("../commands/dedupe.js")).dedupeCommand,
  },
  {
    name: "netmask",
    silk: "rwnetmask",
    summary: "set the host parts of addresses to zero",
    load: async () => (await import("../commands/netmask.js")).netmaskCommand,
  },
  {
    name: "compare",
    silk: "rwcompare",
    summary: "tell whether two files hold the same flows",
    load: async () => (await import("../commands/compare.js")).compareCommand,
  },
  {
    name: "randomizeip",
    silk: "rwrandomizeip",
    summary: "put random addresses in place of those of flows",
    load: async () => (await import("../commands/randomizeip.js")).randomizeipCommand,
  },
  {
    name: "combine",
    silk: "rwcombine",
    summary: "put the parts of long flows together",
    load: async () => (await import("../commands/combine.js")).combineCommand,
  },
  {
    name: "group",
    silk: "rwgroup",
    summary: "number flows that are alike, or sum them up",
    load: async () => (await import("../commands/group.js")).groupCommand,
  },
  {
    name: "match",
    silk: "rwmatch",
    summary: "match queries with their responses",
    load: async () => (await import("../commands/match.js")).matchCommand,
  },
  {
    name: "scan",
    silk: "rwscan",
    summary: "find sources that scan networks or ports",
    load: async () => (await import("../commands/scan.js")).scanCommand,
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
  {
    name: "num2dot",
    silk: "num2dot",
    summary: "print numbers in columns of text as IPv4 addresses",
    load: async () => (await import("../commands/num2dot.js")).num2dotCommand,
  },
  {
    name: "silk2ipfix",
    silk: "rwsilk2ipfix",
    summary: "write flows as IPFIX with SiLK's fields",
    load: async () => (await import("../commands/silk2ipfix.js")).silk2ipfixCommand,
  },
  {
    name: "ipfix2silk",
    silk: "rwipfix2silk",
    summary: "write flows of IPFIX files as a SiLK file",
    load: async () => (await import("../commands/ipfix2silk.js")).ipfix2silkCommand,
  },
  {
    name: "p2yaf2silk",
    silk: "rwp2yaf2silk",
    summary: "meter captures into a SiLK file",
    load: async () => (await import("../commands/p2yaf2silk.js")).p2yaf2silkCommand,
  },
  {
    name: "ptoflow",
    silk: "rwptoflow",
    summary: "write each packet of a capture as a flow",
    load: async () => (await import("../commands/ptoflow.js")).ptoflowCommand,
  },
  {
    name: "resolve",
    silk: "rwresolve",
    summary: "print names of hosts for addresses in columns of text",
    load: async () => (await import("../commands/resolve.js")).resolveCommand,
  },
  {
    name: "glob",
    silk: "rwfglob",
    summary: "list the files of the store that a selection reads",
    load: async () => (await import("../commands/glob.js")).globCommand,
  },
  {
    name: "siteinfo",
    silk: "rwsiteinfo",
    summary: "print sensors, classes and types of the site",
    load: async () => (await import("../commands/siteinfo.js")).siteinfoCommand,
  },
  {
    name: "pollexec",
    silk: "rwpollexec",
    summary: "run a command on each file that comes into a folder",
    load: async () => (await import("../commands/pollexec.js")).pollexecCommand,
  },
  {
    name: "seal",
    summary: "seal what killed writers have left in a store, remove what is too old",
    load: async () => (await import("../commands/seal.js")).sealCommand,
  },
  {
    name: "completion",
    summary: "print a script that teaches a shell to complete command lines",
    load: async () => (await import("../commands/completion.js")).completionCommand,
  },
];
