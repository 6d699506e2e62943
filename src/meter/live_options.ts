/** Switches for packets of live interfaces. */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { addonFolder, type LiveMeterOptions } from "./native.js";
import { integer } from "./numbers.js";

export const LIVE_SWITCHES: readonly Switch[] = [
  {
    name: "interface",
    short: "i",
    argument: "NAME",
    values: "interfaces",
    repeatable: true,
    group: "Input",
    help: "Listen on this interface, or on any; may be repeated, all packets meet in one flow table",
  },
  {
    name: "promiscuous",
    argument: "ON|OFF",
    group: "Live capture",
    help: "Take packets for other stations too, as on a mirror port",
    fallback: "on",
  },
  {
    name: "threads",
    argument: "N",
    group: "Live capture",
    help: "Share the packets among this many threads, both directions of a conversation to the same one",
    fallback: "1",
  },
  {
    name: "snaplen",
    argument: "OCTETS",
    group: "Live capture",
    help: "Look at this much of each frame: headers are enough",
    fallback: "128, 256 with --decapsulate or --stats",
  },
  {
    name: "buffer",
    argument: "MIB",
    group: "Live capture",
    help: "Capture buffer of each interface and thread: it holds what comes in while the meter does not get a CPU",
    fallback: "64",
  },
  {
    name: "kernel-programs",
    argument: "ON|OFF",
    group: "Live capture",
    help: "Sample, share among threads and count super-packets in the kernel, where it lets us",
    fallback: "on",
  },
];

/** Octets of a frame that are looked at: link layer, IP and transport headers with their usual options. */
const HEADERS = 128;
/** The same behind a tunnel, and where TCP options are measured. */
const DEEP_HEADERS = 256;

/** @throws UsageError when there is no interface for which one of `switches` could mean something */
export function refuseWithoutInterface(args: Arguments, switches: readonly Switch[]): void {
  if (args.flag("interface")) return;
  const stray = switches.find(({ name }) => args.flag(name));
  if (stray !== undefined) throw new UsageError(`--${stray.name} is for live capture: give an interface with -i`);
}

/**
 * Live options from the switches of `LIVE_SWITCHES`.
 *
 * @param deep headers of tunnels or options are looked at, too
 * @throws UsageError naming the switch and what is wrong with its argument
 */
export function liveOptions(args: Arguments, deep: "deep" | "plain"): LiveMeterOptions {
  const interfaces = [...new Set(args.values("interface"))];
  const threads = integer("threads", args.value("threads") ?? "1", 1, 64);
  const snapshotLength = String(deep === "deep" ? DEEP_HEADERS : HEADERS);
  if (interfaces.includes("any") && (interfaces.length > 1 || threads > 1))
    throw new UsageError("-i any is all interfaces already: it goes with no further -i and no --threads");
  return {
    interfaces,
    promiscuous: switched(args, "promiscuous"),
    snapshotLength: integer("snaplen", args.value("snaplen") ?? snapshotLength, 64, 4096),
    bufferOctets: integer("buffer", args.value("buffer") ?? "64", 1, 2047) * 1024 * 1024,
    kernelPrograms: switched(args, "kernel-programs") ? kernelPrograms() : "",
    threads,
    fanoutGroup: randomInt(0xff00),
  };
}

/** A switch with the argument on or off; on where it is not given. */
function switched(args: Arguments, name: string): boolean {
  const value = args.value(name) ?? "on";
  if (value === "on" || value === "off") return value === "on";
  throw new UsageError(`--${name}: '${value}' is neither on nor off`);
}

/** Path of the kernel-side programs; where they were not built the meter says so once, and does without. */
function kernelPrograms(): string {
  return join(addonFolder(), "..", "bpf", "capture.bpf.o");
}
