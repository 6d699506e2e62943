/** Random flow rows whose values collide and lie on boundaries, and the files that the commands read them from. */
import { join } from "node:path";
import { parseArguments } from "../../src/cli/parse.js";
import type { Command } from "../../src/cli/switches.js";
import { openSink } from "../../src/files/octet_sink.js";
import { OctetSource } from "../../src/files/octet_source.js";
import { IpfixRowWriter } from "../../src/formats/ipfix/row_writer.js";
import { openIpfixRows } from "../../src/formats/ipfix/rows.js";
import { COLUMN_NAMES } from "../../src/record/columns.js";
import { TWO_WAY_SITE } from "../../src/site/site.js";
import { allRows, columnsOf, type PlainRow } from "./rows.js";
import type { Scratch } from "./scratch.js";

/** A small generator of pseudo-random numbers: the same rows in every run (xorshift, Marsaglia 2003). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** From 0 to below `end`, which is at most 2^31. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 1) % end;
  }

  one<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }
}

/** 2026-11-21T00:00:00 UTC in milliseconds. */
export const DAY = Date.UTC(2026, 10, 21);

const MAPPED = 0xffffn << 32n;
const HALF = (1n << 64n) - 1n;

function address(dice: Dice, version: 4 | 6): bigint {
  if (version === 4) {
    const octets = [dice.one([10, 192, 172]), dice.one([0, 168, 255]), dice.below(3), dice.one([0, 1, 127, 128, 255])];
    return MAPPED | octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  }
  const upper = (0x20010db8n << 32n) | BigInt(dice.one([0, 1, 0xffff, 0x10000]));
  return (upper << 64n) | BigInt(dice.one([0, 1, 0xffff, 0x7fffffff]));
}

/** The 128 bits of an address of a row. */
export function addressOf(row: PlainRow, column: "sip" | "dip" | "nhip"): bigint {
  return ((row[`${column}_hi`] as bigint) << 64n) | (row[`${column}_lo`] as bigint);
}

/** Whether a row is IPv4: both addresses are mapped ones. */
export function isIpv4Row(row: PlainRow): boolean {
  return [addressOf(row, "sip"), addressOf(row, "dip")].every((each) => each >> 32n === 0xffffn);
}

function oneRow(dice: Dice, at: number, versions: readonly (4 | 6)[]): PlainRow {
  const version = dice.one(versions);
  const proto = dice.one([1, 6, 6, 6, 17, 17, 58, 0, 255]);
  const icmp = proto === 1 || proto === 58;
  const start = DAY + dice.below(4 * 3600) * 1000 + dice.one([0, 0, 1, 500, 999]);
  const lasts = dice.one([0, 0, 1, 999, 1000, 1001, 29_999, 30_000, 59_999, 1_800_000, dice.below(100_000)]);
  const packets = dice.one([1, 1, 2, 3, 10, 4294967295, 1 + dice.below(1000)]);
  const flags = proto === 6 ? dice.below(256) : 0;
  const separate = proto === 6 && dice.below(2) === 0;
  const [sip, dip, nhip] = [address(dice, version), address(dice, version), address(dice, version)];
  const bits = dice.one([0, 0x04, 0x08, 0x10, 0x20, 0x30, 0x3c]);
  return {
    stime: BigInt(start) * 1000n,
    etime: BigInt(start + lasts) * 1000n,
    sip_hi: sip >> 64n,
    sip_lo: sip & HALF,
    dip_hi: dip >> 64n,
    dip_lo: dip & HALF,
    sport: icmp ? 0 : dice.one([0, 53, 80, 1023, 1024, 65535]),
    dport: icmp ? dice.one([0, 8, 3, 255]) * 256 + dice.one([0, 1, 13, 255]) : dice.one([0, 53, 443, 1023, 65535]),
    proto,
    packets: BigInt(packets),
    bytes: BigInt(packets) * BigInt(dice.one([40, 40, 60, 1500])) + BigInt(dice.below(3)),
    flags,
    initial_flags: separate ? dice.below(256) & flags : 0,
    session_flags: separate ? dice.below(256) & flags : 0,
    attributes: bits | (separate ? 0x80 : 0),
    application: dice.one([0, 53, 80, 443, 65535]),
    sensor: dice.below(4),
    flowtype: dice.below(11),
    input: BigInt(dice.one([0, 1, 2, 65535])),
    output: BigInt(dice.one([0, 1, 3, 65535])),
    nhip_hi: nhip >> 64n,
    nhip_lo: nhip & HALF,
    vlan: 0,
    tos: 0,
    min_ttl: 0,
    max_ttl: 0,
    end_reason: 0,
    flow_id: BigInt(at + 1),
  };
}

/** So many rows; `flow_id` numbers them from 1. */
export function randomRows(count: number, seed: number, versions: readonly (4 | 6)[] = [4, 6]): PlainRow[] {
  const dice = new Dice(seed);
  return Array.from({ length: count }, (_, at) => oneRow(dice, at, versions));
}

/** Sensors of SITE_TEXT. */
export const SENSOR_NAMES = ["S0", "S1", "S2", "S3"] as const;

/** Types of the two-way site, by number. */
export const TYPE_NAMES = TWO_WAY_SITE.flowtypes.map(({ type }) => type);

/** A silk.conf with these sensors and types. */
export const SITE_TEXT = `version 2
${SENSOR_NAMES.map((name, id) => `sensor ${id} ${name}`).join("\n")}
class all
  sensors ${SENSOR_NAMES.join(" ")}
${TYPE_NAMES.map((name, id) => `  type ${id} ${name} ${name}`).join("\n")}
  default-types in inweb
end class
default-class all
`;

/** Writes rows as IPFIX and returns the path. */
export function writeRows(scratch: Scratch, name: string, rows: readonly PlainRow[]): string {
  const path = join(scratch.path, name);
  const sink = openSink(path, "binary");
  const writer = new IpfixRowWriter(sink);
  // In pieces, as a file from elsewhere has them.
  for (let at = 0; at < rows.length; at += 1000) writer.write(columnsOf(rows.slice(at, at + 1000)));
  if (rows.length === 0) writer.write(columnsOf([]));
  writer.end();
  sink.close();
  return path;
}

/** Numbers of the flows in an IPFIX file, in its order. */
export function flowNumbers(path: string): number[] {
  const source = openIpfixRows(new OctetSource(path));
  source.readNames();
  try {
    return allRows(source, 2048, COLUMN_NAMES).map((row) => Number(row.flow_id));
  } finally {
    source.close();
  }
}

/** Runs a command within this process; what it writes goes to files that the arguments name. */
export async function runInProcess(command: Command, argv: readonly string[]): Promise<void> {
  const switches = [...command.switches, ...((await command.furtherSwitches?.(argv)) ?? [])];
  const status = await command.run(parseArguments(switches, argv), command.silk ?? command.name);
  if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}`);
}
