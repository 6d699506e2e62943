/** Runs build/native/summaries, which prints what the native decoder makes of each packet of a capture. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { TestFn } from "ava";

const PROGRAM = resolve("build", "native", "summaries");

/** A metered packet: line 0 of native/decode/packet.h, and the tunnel where decapsulation was asked for. */
export interface Summary {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly flags: number;
  readonly vlanId: number;
  readonly serviceVlanId: number;
  readonly time: number;
  readonly ipOctets: number;
  readonly linkOctets: number;
  readonly tcpSequence: number;
  readonly tcpFlags: number;
  readonly ipClassOfService: number;
  readonly ttl: number;
  readonly tunnel?: number;
}

/** Why a packet was not metered, a name of Ignored in native/decode/packet.h. */
export interface IgnoredPacket {
  readonly ignored: string;
}

export interface DecodedCapture {
  readonly packets: readonly (Summary | IgnoredPacket)[];
  /** Frames without IP by EtherType in hexadecimal. */
  readonly nonIp: Readonly<Record<string, number>>;
  readonly orphanFragments: number;
}

/** Bits of Summary.flags. */
export const packetFlag = { ipv6: 0x01, fragment: 0x02, laterFragment: 0x04, tcpHeader: 0x08, icmp: 0x10 } as const;

export function isMetered(packet: Summary | IgnoredPacket): packet is Summary {
  return !("ignored" in packet);
}

/** `test` where the driver was built; elsewhere a test that skips, after saying so on standard error. */
export function testWithSummaries(test: TestFn | TestFn["skip"]): TestFn | TestFn["skip"] {
  if (existsSync(PROGRAM) || !("skip" in test)) return test;
  process.stderr.write(`\n*** SKIPPED: ${PROGRAM} is not built, so the decoder is compared with nothing ***\n\n`);
  return test.skip;
}

/** Decodes a capture; options are those of test/native/decode/summaries.cc. */
export async function decodeCapture(path: string, ...options: readonly string[]): Promise<DecodedCapture> {
  const { stdout } = await promisify(execFile)(PROGRAM, [...options, path], { maxBuffer: 1 << 28 });
  const lines = stdout.trimEnd().split("\n");
  const counters = JSON.parse(lines.pop()!) as Omit<DecodedCapture, "packets">;
  return { packets: lines.map((line) => JSON.parse(line) as Summary | IgnoredPacket), ...counters };
}
