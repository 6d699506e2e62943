/** Whether the sensor lives, and whether it does what it was asked to do. */
import { mergedInterfaces } from "../meter/merged_interfaces.js";
import type { MetricsSource } from "./source.js";

/** Milliseconds after which a metering thread that says nothing counts as hung; it speaks every 200 ms. */
export const HEARTBEAT_LIMIT = 5_000;

/** One thing that has to be so. */
export interface Condition {
  readonly ok: boolean;
  /** What is wrong, in one line; only where `ok` is false. */
  readonly reason?: string;
}

export interface Readiness {
  readonly ready: boolean;
  /** `meter`, `interfaces`, `store` and `outputs` of a sensor; `listeners` and `store` of a collector. */
  readonly conditions: Readonly<Record<string, Condition>>;
}

const FINE: Condition = { ok: true };

/**
 * Why the sensor should be started again, or undefined. Before the meter has started nothing is wrong with it.
 *
 * @param now milliseconds since 1970
 */
export function deadReason(source: MetricsSource, now: number): string | undefined {
  for (const { deadReason: reasonOf } of source.collector?.listeners ?? []) {
    const reason = reasonOf(now);
    if (reason !== undefined) return reason;
  }
  for (const { thread, stats } of source.meters) {
    // A thread that has finished, or has not published yet, has no heart that could stop.
    if (stats.finished || stats.heartbeat === 0) continue;
    const silent = now - stats.heartbeat / 1000;
    if (silent > HEARTBEAT_LIMIT) return `metering thread ${thread} has stood still for ${Math.floor(silent / 1000)} s`;
  }
  return undefined;
}

/**
 * Whether everything that the user named works: the threads run, every interface is captured, the store is written, and
 * collectors can be reached, where there are any. One of several collectors is enough, because outputs may stand in for
 * each other.
 *
 * @param now milliseconds since 1970
 */
export function readiness(source: MetricsSource, now: number): Readiness {
  const conditions = source.collector === undefined ? sensorConditions(source, now) : collectorConditions(source, now);
  return { ready: Object.values(conditions).every(({ ok }) => ok), conditions };
}

/** A collector listens before anybody can ask. */
function collectorConditions(source: MetricsSource, now: number): Readiness["conditions"] {
  const dead = deadReason(source, now);
  return { listeners: dead === undefined ? FINE : failed(dead), store: storeCondition(source) };
}

function sensorConditions(source: MetricsSource, now: number): Readiness["conditions"] {
  return {
    meter: meterCondition(source, now),
    interfaces: interfacesCondition(source),
    store: storeCondition(source),
    outputs: outputsCondition(source),
  };
}

function storeCondition({ store }: MetricsSource): Condition {
  return store?.writing === false ? failed("the store cannot be written") : FINE;
}

function meterCondition(source: MetricsSource, now: number): Condition {
  const meters = source.meters;
  if (meters.length === 0 || meters.some(({ stats }) => stats.heartbeat === 0))
    return failed("the meter has not started");
  const dead = deadReason(source, now);
  return dead === undefined ? FINE : failed(dead);
}

function interfacesCondition({ meters }: MetricsSource): Condition {
  const missing = mergedInterfaces(meters.map(({ stats }) => stats)).filter(({ state }) => state !== "capturing");
  return missing.length === 0 ? FINE : failed(missing.map(({ name, state }) => `${name} is ${state}`).join(", "));
}

function outputsCondition({ outputs }: MetricsSource): Condition {
  // Only outputs over the network are named by a URL (src/export/destination.ts); files and the store are not away.
  const collectors = outputs.filter(({ name }) => name.includes("://"));
  if (collectors.length === 0 || collectors.some(({ connected }) => connected)) return FINE;
  const troubles = collectors.map(({ name, trouble }) => (trouble === undefined ? name : `${name}: ${trouble}`));
  return failed(`no collector can be reached (${troubles.join("; ")})`);
}

function failed(reason: string): Condition {
  return { ok: false, reason };
}
