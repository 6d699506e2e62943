/** A collecting process for tests: rows as plain objects, datagrams of captures, and whether counters add up. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { CollectingProcess } from "../../src/collect/collecting_process.js";
import type { Peer, ReceivedMessage } from "../../src/collect/message.js";
import type { CollectingProcessOptions } from "../../src/collect/options.js";
import { FlowColumns } from "../../src/record/columns.js";
import { FIXTURES } from "./fixtures.js";
import { type PlainRow, rowAt } from "./rows.js";

export const PEER: Peer = { transport: "udp", address: "192.0.2.1", port: 2055 };

/** 2023-11-14 22:13:20 UTC. */
export const NOW = 1_700_000_000_000_000;

export class Collection {
  readonly process: CollectingProcess;
  readonly #columns = new FlowColumns(4096);
  readonly #rows: PlainRow[] = [];

  constructor(options: Partial<CollectingProcessOptions> = {}) {
    const room = (rows: number) => {
      if (this.#columns.capacity - this.#columns.count < rows) this.#drain();
      return this.#columns;
    };
    this.process = new CollectingProcess({ target: () => ({ room }), ...options });
  }

  take(octets: Uint8Array, { peer = PEER, received = NOW }: Partial<ReceivedMessage> = {}): this {
    // A view within a larger buffer, as receivers have them.
    const buffer = new Uint8Array(octets.length + 7);
    buffer.set(octets, 3);
    this.process.take({ peer, received, octets: new DataView(buffer.buffer, 3, octets.length) });
    return this;
  }

  /** All rows so far. */
  get rows(): readonly PlainRow[] {
    this.#drain();
    return this.#rows;
  }

  sum(name: "packets" | "bytes"): number {
    return this.rows.reduce((total, row) => total + Number(row[name]), 0);
  }

  #drain(): void {
    for (let at = 0; at < this.#columns.count; at++) this.#rows.push(rowAt(this.#columns, at) as PlainRow);
    this.#columns.count = 0;
  }
}

/** A datagram of a capture. */
export interface Datagram {
  readonly peer: Peer;
  /** Microseconds since 1970. */
  readonly received: number;
  readonly octets: Uint8Array;
}

/** The UDP datagrams over IPv4 of a capture of link type Ethernet or raw IP, little-endian, microseconds. */
export function datagramsOf(path: string): Datagram[] {
  const capture = readFileSync(path);
  const link = capture.readUInt32LE(20) === 1 ? 14 : 0;
  const datagrams: Datagram[] = [];
  for (let at = 24; at < capture.length; ) {
    const length = capture.readUInt32LE(at + 8);
    const received = capture.readUInt32LE(at) * 1e6 + capture.readUInt32LE(at + 4);
    const ip = capture.subarray(at + 16 + link, at + 16 + length);
    const udp = ip.subarray((ip[0]! & 15) * 4);
    const peer: Peer = { transport: "udp", address: ip.subarray(12, 16).join("."), port: udp.readUInt16BE(0) };
    datagrams.push({ peer, received, octets: udp.subarray(8, udp.readUInt16BE(4)) });
    at += 16 + length;
  }
  return datagrams;
}

/** That every message, data set and record that came is in exactly one counter. */
export function assertAddsUp(t: ExecutionContext, collection: Collection, messages: number): void {
  const { totals } = collection.process;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  t.is(sum(totals.messages), messages);
  t.is(sum(totals.dataSets) + collection.process.waitingDataSets, totals.dataSetsReceived);
  t.is(totals.rows.written, collection.rows.length);
  t.true(totals.rows.written >= totals.records.flows && totals.rows.written <= 2 * totals.records.flows);
  for (const counts of [
    totals.messages,
    totals.dataSets,
    totals.records,
    totals.templates,
    totals.sequence,
    totals.rows,
  ])
    for (const [name, count] of Object.entries(counts)) t.true(Number.isInteger(count) && count >= 0, name);
}

/** Datagrams of the captures of those names in the fixtures, in that order. */
export function exported(...names: readonly string[]): Datagram[] {
  return names.flatMap((name) => datagramsOf(join(FIXTURES, "export", `${name}.pcap`)));
}

/** What a collecting process makes of them. */
export function collected(datagrams: readonly Datagram[], options: Partial<CollectingProcessOptions> = {}): Collection {
  const collection = new Collection(options);
  for (const { octets, ...from } of datagrams) collection.take(octets, from);
  return collection;
}
