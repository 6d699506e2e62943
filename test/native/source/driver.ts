/** Runs packets.cc, which prints what the packet sources read. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { crc32 } from "node:zlib";

/** The program: the plain build, or the one that FLOWTAP_PACKETS names (one with sanitizers). */
export const DRIVER = resolve(process.env.FLOWTAP_PACKETS ?? "build/native/packets");

/** A packet as the sources give it out. */
export interface ReadPacket {
  /** Microseconds since 1970-01-01 UTC. */
  readonly time: bigint;
  readonly capturedLength: number;
  readonly wireLength: number;
  readonly linkType: number;
  readonly interface: number;
  /** CRC-32 of the captured octets, as `checksum` makes it. */
  readonly checksum: string;
}

export interface Reading {
  /** 0, 1 after a fatal notice, 2 for a filter that does not compile. */
  readonly status: number;
  readonly packets: readonly ReadPacket[];
  /** One for all files, or with --each one per file. */
  readonly counts: readonly Counts[];
  /** "notice FILE:OFFSET: TEXT" or "fatal FILE:OFFSET: TEXT", and what else was on standard error. */
  readonly notices: readonly string[];
  /** "interface SLOT link type N name 'NAME'". */
  readonly interfaces: readonly string[];
}

export interface Counts {
  readonly packets: number;
  readonly undescribed: number;
  readonly consumed: number;
  readonly size: number;
}

/** Reads captures with the native sources. Throws when the program crashes: no input may make it do so. */
export function read(args: readonly string[], input?: Uint8Array, environment: Record<string, string> = {}): Reading {
  if (!existsSync(DRIVER)) throw new Error(`${DRIVER} is not built`);
  const run = spawnSync(DRIVER, args, {
    input: input ?? new Uint8Array(0),
    maxBuffer: 1 << 28,
    env: { ...process.env, ...environment },
  });
  const errors = lines(run.stderr.toString());
  if (run.status === null || run.status > 2) {
    throw new Error(`packets ended with ${run.signal ?? run.status}:\n${errors.join("\n")}`);
  }
  const output = lines(run.stdout.toString());
  return {
    status: run.status,
    packets: output.filter((line) => !line.startsWith("count ")).map(parsePacket),
    counts: output.filter((line) => line.startsWith("count ")).map(parseCounts),
    notices: errors.filter((line) => !line.startsWith("interface ")),
    interfaces: errors.filter((line) => line.startsWith("interface ")),
  };
}

/** The checksum by which packets' octets are compared. */
export function checksum(octets: Uint8Array): string {
  return crc32(octets).toString(16).padStart(8, "0");
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function parsePacket(line: string): ReadPacket {
  const [time, captured, wire, linkType, slot, sum] = line.split(" ");
  return {
    time: BigInt(time!),
    capturedLength: Number(captured),
    wireLength: Number(wire),
    linkType: Number(linkType),
    interface: Number(slot),
    checksum: sum!,
  };
}

function parseCounts(line: string): Counts {
  const [, packets, , undescribed, , consumed, , size] = line.split(" ").map(Number);
  return { packets: packets!, undescribed: undescribed!, consumed: consumed!, size: size! };
}
