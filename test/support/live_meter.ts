/**
 * A program: the live meter in a process whose JavaScript is busy. Meters an interface until SIGTERM and prints what
 * came out as one line of JSON. Run with `node --expose-gc live_meter.js INTERFACE`.
 */
import { Meter } from "../../src/meter/meter.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { BASE } from "../../src/record/layout.js";
import { liveInterfaces, nativeOptions } from "./meter_options.js";

/** Milliseconds of a turn, and how much of it JavaScript does nothing else. */
const TURN = 480;
const BLOCKED = 300;

/** What the program prints at its end. */
export interface BusyOutcome {
  readonly received: number;
  readonly droppedByKernel: number;
  readonly packets: number;
  readonly meteredPackets: number;
  readonly flows: number;
  readonly records: number;
  /** Of both directions of all records. */
  readonly packetsInRecords: number;
  readonly turns: number;
  readonly collections: number;
}

async function main(name: string): Promise<void> {
  const idleTimeouts = new Array<number>(256).fill(0.5e6);
  const meter = new Meter(nativeOptions({ live: liveInterfaces([name]), activeTimeout: 1e6, idleTimeouts }));
  let [records, packetsInRecords, turns, collections] = [0, 0, 0, 0];
  const sink = {
    write: (batch: FlowBatch) => {
      records += batch.count;
      packetsInRecords += packetsOf(batch);
    },
    ready: () => undefined,
    flush: () => {},
  };
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("run with --expose-gc");
  // Something to collect: a heap of small objects, as a long-lived process has.
  const heap = Array.from({ length: 200_000 }, (_, at) => ({ at, text: `${at}` }));
  const busy = setInterval(() => {
    const end = performance.now() + BLOCKED;
    heap[turns % heap.length] = { at: turns, text: "again" };
    collect();
    collections++;
    while (performance.now() < end);
    turns++;
  }, TURN);
  process.on("SIGTERM", () => meter.stop());
  const running = meter.run(sink, (notices) => {
    for (const { text } of notices) process.stderr.write(`${text}\n`);
  });
  process.stderr.write("metering\n");
  const stats = await running;
  clearInterval(busy);
  const live = stats.live[0]!;
  const outcome: BusyOutcome = {
    received: live.received,
    droppedByKernel: live.droppedByKernel,
    packets: stats.packets,
    meteredPackets: stats.meteredPackets,
    flows: stats.table.flows,
    records,
    packetsInRecords,
    turns,
    collections,
  };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

function packetsOf(batch: FlowBatch): number {
  let sum = 0;
  const words = new Uint32Array(batch.buffer);
  for (let row = batch.first; row < batch.first + batch.count; row++)
    for (const offset of BASE.packets) sum += words[(row * batch.stride + offset) >> 2]!;
  return sum;
}

if (process.argv[1]?.endsWith("live_meter.js")) await main(process.argv[2] ?? "");
