/** Files of nfdump: written by hand in both layouts, and what nfdump itself prints of a file. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { concat } from "./capture_writer.js";

export function little(...fields: readonly (readonly [8 | 16 | 32 | 64, number | bigint])[]): Uint8Array {
  const octets = Buffer.alloc(fields.reduce((sum, [bits]) => sum + bits / 8, 0));
  let at = 0;
  for (const [bits, value] of fields) {
    if (bits === 64) octets.writeBigUInt64LE(BigInt(value), at);
    else octets.writeUIntLE(Number(value), at, bits / 8);
    at += bits / 8;
  }
  return octets;
}

export interface Block {
  readonly type: number;
  readonly records: readonly Uint8Array[];
}

function blockOctets({ type, records }: Block): Uint8Array {
  const octets = concat(records);
  return concat([little([32, records.length], [32, octets.length], [16, type], [16, 0]), octets]);
}

export interface SecondLayout {
  readonly compression?: number;
  readonly encryption?: number;
  /** 0 in a file that is still written. */
  readonly blocks?: number;
}

/** A file of nfdump 1.7. */
export function elementFile(blocks: readonly Block[], given: SecondLayout = {}): Uint8Array {
  const body = concat(blocks.map(blockOctets));
  const count = given.blocks ?? blocks.length;
  const header = little(
    ...([
      [16, 0xa50c],
      [16, 2],
      [32, 0x01070100],
      [64, 1_700_000_000],
      [8, given.compression ?? 0],
    ] as const),
    ...([
      [8, given.encryption ?? 0],
      [16, 0],
      [32, 0],
      [64, count === 0 ? 0 : 40 + body.length],
      [32, 0],
    ] as const),
    [32, count],
  );
  return concat([header, body]);
}

export function element(type: number, ...values: readonly Uint8Array[]): Uint8Array {
  const value = concat(values);
  return concat([little([16, type], [16, 4 + value.length]), value]);
}

export function elementRecord(...elements: readonly Uint8Array[]): Uint8Array {
  const body = concat(elements);
  const header = little([16, 11], [16, 12 + body.length], [16, elements.length], [16, 0], [16, 0], [8, 0], [8, 9]);
  return concat([header, body]);
}

export interface Generic {
  readonly packets: number | bigint;
  readonly octets: number | bigint;
  readonly protocol?: number;
  readonly ports?: readonly [number, number];
}

/** Element 1; the flow lasts from 1700000000.123 to 1700000001.456. */
export function generic({ packets, octets, protocol = 6, ports = [1111, 2222] }: Generic): Uint8Array {
  return element(
    1,
    little([64, 1_700_000_000_123], [64, 1_700_000_001_456], [64, 0], [64, packets], [64, octets]),
    little([16, ports[0]], [16, ports[1]], [8, protocol], [8, 0x12], [8, 0x40], [8, 0x28]),
  );
}

/** 192.0.2.1 and 198.51.100.2. */
export const ENDS4 = little([32, 0xc0000201], [32, 0xc6336402]);

/** 2001:db8::1 and 2001:db8::2. */
export const ENDS6 = little([64, 0x20010db800000000n], [64, 1], [64, 0x20010db800000000n], [64, 2]);

/** A file of nfdump 1.6. `flags` says the compression. */
export function mappedFile(records: readonly Uint8Array[], flags = 0): Uint8Array {
  const header = concat([little([16, 0xa50c], [16, 1], [32, flags], [32, 1]), new Uint8Array(128 + 136)]);
  return concat([header, blockOctets({ type: 2, records })]);
}

/** Octets of extensions, which nfdump checks the map's sum with. */
const EXTENSIONS: Readonly<Record<number, number>> = { 4: 4, 5: 8, 9: 4, 13: 4, 15: 8, 16: 4 };

export function extensionMap(id: number, extensions: readonly number[]): Uint8Array {
  const size = extensions.reduce((sum, each) => sum + (EXTENSIONS[each] ?? 0), 0);
  const list = [...extensions, 0, ...(extensions.length % 2 === 0 ? [0] : [])];
  const body = little([16, id], [16, size], ...list.map((each) => [16, each] as const));
  return concat([little([16, 2], [16, 4 + body.length]), body]);
}

/** The same flow as `generic` describes; `flags` say how wide addresses and counters are. */
export function mappedRecord(flags: number, map: number, ...rest: readonly Uint8Array[]): Uint8Array {
  const fixed = little(
    ...([
      [16, flags],
      [16, map],
      [16, 123],
      [16, 456],
      [32, 1_700_000_000],
      [32, 1_700_000_001],
      [8, 0x40],
    ] as const),
    ...([
      [8, 0x12],
      [8, 6],
      [8, 0x28],
      [16, 1111],
      [16, 2222],
      [16, 5],
      [8, 0],
      [8, 2],
    ] as const),
  );
  const body = concat([fixed, ...rest]);
  return concat([little([16, 10], [16, 4 + body.length]), body]);
}

export type PrintedFlow = Record<string, string | number>;

/** What nfdump prints of a file. */
export function printedByNfdump(path: string): PrintedFlow[] {
  const run = spawnSync("nfdump", ["-r", path, "-q", "-N", "-o", "json"], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
    maxBuffer: 1 << 28,
  });
  return (run.stdout.match(/\{[^}]*\}/g) ?? []).map((text) => {
    // nfdump 1.7.1 leaves a comma behind some last members.
    return JSON.parse(text.replace(/,\s*\}$/, "}")) as PrintedFlow;
  });
}

/** Has nfpcapd make a file of a capture, in a folder of its own; returns its path. */
export function meteredByNfpcapd(capture: string, folder: string, options: readonly string[] = []): string {
  mkdirSync(folder);
  spawnSync("nfpcapd", ["-r", capture, "-w", folder, ...options], { env: { ...process.env, TZ: "UTC" } });
  return join(folder, readdirSync(folder).find((name) => name.startsWith("nfcapd."))!);
}

/** Has nfdump copy a file with another compression: z, y or j. */
export function copiedByNfdump(path: string, compression: string, to: string): string {
  spawnSync("nfdump", ["-r", path, `-${compression}`, "-w", to]);
  return to;
}
