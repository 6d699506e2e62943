import { Meter } from "../../src/meter/meter.js";
import type { MeterStats, NativeMeterOptions, SourceNotice } from "../../src/meter/native.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { BASE } from "../../src/record/layout.js";
import { nativeOptions } from "./meter_options.js";

/** A flow as tests look at it; pairs are [forward, reverse], times microseconds, addresses hexadecimal. */
export interface MeteredFlow {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly ipVersion: number;
  readonly vlan: number;
  readonly start: number;
  readonly end: number;
  readonly reverseDelta: number;
  readonly reason: number;
  readonly attributes: readonly [number, number];
  readonly packets: readonly [number, number];
  readonly octets: readonly [number, number];
  readonly sequence: readonly [number, number];
  readonly initialFlags: readonly [number, number];
  readonly unionFlags: readonly [number, number];
}

export interface MeterResult {
  readonly flows: MeteredFlow[];
  readonly stats: MeterStats;
  readonly notices: SourceNotice[];
}

/**
 * Runs the native meter over captures with the defaults of the command line, changed by `options`.
 *
 * @param take sees each batch, too
 */
export async function meterFlows(
  captures: readonly string[],
  options: Partial<NativeMeterOptions> & { idleTimeout?: number } = {},
  take: (batch: FlowBatch) => void = () => {},
): Promise<MeterResult> {
  const { idleTimeout = 15, ...native } = options;
  const idleTimeouts = new Array<number>(256).fill(idleTimeout * 1e6);
  const meter = new Meter(nativeOptions({ captures, idleTimeouts, ...native }));
  const flows: MeteredFlow[] = [];
  const notices: SourceNotice[] = [];
  const sink = {
    write: (batch: FlowBatch) => {
      flows.push(...flowsOf(batch));
      take(batch);
    },
    ready: () => undefined,
    flush: () => {},
  };
  const stats = await meter.run(sink, (heard) => notices.push(...heard));
  meter.close();
  return { flows, stats, notices };
}

/** The flows of a batch. */
export function* flowsOf(batch: FlowBatch): Generator<MeteredFlow> {
  const view = new DataView(batch.buffer);
  for (let row = 0; row < batch.count; row++) {
    const at = (batch.first + row) * batch.stride;
    const pair = (read: (offset: number) => number, offsets: readonly [number, number]): [number, number] => [
      read(at + offsets[0]),
      read(at + offsets[1]),
    ];
    const u8 = (offset: number) => view.getUint8(offset);
    const u32 = (offset: number) => view.getUint32(offset, true);
    const u64 = (offset: number) => Number(view.getBigUint64(offset, true));
    const hex = (offset: number) => Buffer.from(batch.buffer as ArrayBuffer, at + offset, 16).toString("hex");
    yield {
      source: hex(BASE.sourceAddress),
      destination: hex(BASE.destinationAddress),
      sourcePort: view.getUint16(at + BASE.sourceTransportPort, true),
      destinationPort: view.getUint16(at + BASE.destinationTransportPort, true),
      protocol: u8(at + BASE.protocolIdentifier),
      ipVersion: u8(at + BASE.ipVersion),
      vlan: view.getUint16(at + BASE.vlanId, true),
      start: u64(at + BASE.flowStart),
      end: u64(at + BASE.flowEnd),
      reverseDelta: u32(at + BASE.reverseFlowDelta),
      reason: u8(at + BASE.flowEndReason),
      attributes: pair(u8, BASE.attributes),
      packets: pair(u64, BASE.packets),
      octets: pair(u64, BASE.octets),
      sequence: pair(u32, BASE.tcpSequence),
      initialFlags: pair(u8, BASE.initialTcpFlags),
      unionFlags: pair(u8, BASE.unionTcpFlags),
    };
  }
}
