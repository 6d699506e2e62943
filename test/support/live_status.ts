/** What a live sensor counts, as its status (SIGUSR1) tells it. */
import { until } from "./program.js";
import type { RunningSensor } from "./sensor.js";

/** Counters of one interface; `MeterStats.live` has the same names. */
export interface InterfaceStatus {
  readonly received: number;
  readonly droppedByKernel: number;
  readonly droppedByInterface: number;
  readonly sampledOut: number;
  readonly superPackets: number;
  readonly reopenings: number;
}

export interface Status {
  readonly packets: number;
  readonly octets: number;
  readonly metered: number;
  /** Packets by reason. */
  readonly ignored: Readonly<Record<string, number>>;
  readonly activeFlows: number;
  readonly peakFlows: number;
  /** By interface. */
  readonly interfaces: Readonly<Record<string, InterfaceStatus>>;
  readonly text: string;
}

const INTERFACE =
  /^(\S+): received (\d+), dropped by kernel (\d+), by interface (\d+), sampled out (\d+), super-packets (\d+), opened again (\d+)$/gm;

/** Asks a sensor for its status. */
export async function statusOf(sensor: RunningSensor): Promise<Status> {
  const before = sensor.stderr.length;
  sensor.signal("SIGUSR1");
  const page = /^flowtap [\s\S]*?^Export: .*$/m;
  await until(() => page.test(sensor.stderr.slice(before)), `status; it said: ${sensor.stderr}`);
  const text = page.exec(sensor.stderr.slice(before))![0];
  const [, packets, octets, metered] = /^Packets: (\d+) pkt, (\d+) bytes; metered (\d+) pkt/m.exec(text)!;
  const [, active, peak] = /^Flows: active (\d+) \(peak (\d+)\)/m.exec(text)!;
  const reasons = /^Ignored: (.*)$/m.exec(text)![1]!;
  return {
    packets: Number(packets),
    octets: Number(octets),
    metered: Number(metered),
    ignored: reasons === "none" ? {} : Object.fromEntries(reasons.split(", ").map(reasonOf)),
    activeFlows: Number(active),
    peakFlows: Number(peak),
    interfaces: Object.fromEntries([...text.matchAll(INTERFACE)].map(interfaceOf)),
    text,
  };
}

/** Resolves when the sensor captures: it has answered after its start. */
export async function listening(sensor: RunningSensor): Promise<void> {
  await sensor.meters();
  await statusOf(sensor);
}

/** Asks until `enough` holds for the status. */
export async function untilStatus(
  sensor: RunningSensor,
  enough: (status: Status) => boolean,
  what: string,
): Promise<Status> {
  let status = await statusOf(sensor);
  const asked = async (): Promise<boolean> => {
    status = await statusOf(sensor);
    return enough(status);
  };
  if (!enough(status))
    await until(asked, what).catch((error: Error) => {
      throw new Error(`${error.message}; its status is:\n${status.text}`);
    });
  return status;
}

/** Asks until the sensor has counted so many packets, those left out or ignored among them. */
export function counted(sensor: RunningSensor, packets: number): Promise<Status> {
  return untilStatus(sensor, (status) => status.packets >= packets, `${packets} packets`);
}

/** All packets ignored, whatever the reason. */
export function ignoredPackets({ ignored }: Status): number {
  return Object.values(ignored).reduce((sum, packets) => sum + packets, 0);
}

function reasonOf(part: string): [string, number] {
  const [, reason = "", packets] = /^(.*) (\d+)$/.exec(part)!;
  return [reason, Number(packets)];
}

function interfaceOf([, name = "", ...numbers]: RegExpExecArray): [string, InterfaceStatus] {
  const [received = 0, droppedByKernel = 0, droppedByInterface = 0, sampledOut = 0, superPackets = 0, reopenings = 0] =
    numbers.map(Number);
  return [name, { received, droppedByKernel, droppedByInterface, sampledOut, superPackets, reopenings }];
}
