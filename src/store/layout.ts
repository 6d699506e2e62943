/**
 * Where things lie in a store:
 *
 *    DIR/silk.conf
 *    DIR/journal/ID.ipfix      flows not yet sealed, with ID.json beside it: sensor and classification
 *    DIR/journal/PID.lock      held by a writer
 *    DIR/sensor=S0/type=in/date=2026-11-21/hour=08/ID.parquet
 */
import { join } from "node:path";

export const HOUR = 3_600_000_000;

export function journalFolder(store: string): string {
  return join(store, "journal");
}

/** Sortable by time: `20261121T081502.123456Z-PID-N`. */
export function journalId(milliseconds: number, pid: number, count: number): string {
  const time = new Date(milliseconds).toISOString().replaceAll(/[-:]/g, "").replace("Z", "000Z");
  return `${time}-${pid}-${count}`;
}

const ID = /^\d{8}T\d{6}\.\d{6}Z-(\d+)-\d+$/;

/** Process that wrote a journal; undefined when the name is none of a journal's. */
export function journalWriter(id: string): number | undefined {
  const found = ID.exec(id);
  return found === null ? undefined : Number(found[1]);
}

export function journalPath(store: string, id: string): string {
  return join(journalFolder(store), `${id}.ipfix`);
}

export function rulesPath(store: string, id: string): string {
  return join(journalFolder(store), `${id}.json`);
}

/** What a folder of sealed files holds. */
export interface PartitionKey {
  readonly sensor: string;
  readonly type: string;
  /** Hours since 1970-01-01 UTC. */
  readonly hour: number;
}

/** Path of a partition's folder below the store, hive style. */
export function partitionFolder({ sensor, type, hour }: PartitionKey): string {
  const time = new Date(hour * 3_600_000).toISOString();
  return join(
    `sensor=${hiveValue(sensor)}`,
    `type=${hiveValue(type)}`,
    `date=${time.slice(0, 10)}`,
    `hour=${time.slice(11, 13)}`,
  );
}

const PARTITION = /(?:^|\/)sensor=([^/]+)\/type=([^/]+)\/date=(\d{4}-\d{2}-\d{2})\/hour=(\d{2})\/[^/]+$/;

/** What the path of a sealed file says; undefined for other files. */
export function partitionOf(path: string): PartitionKey | undefined {
  const found = PARTITION.exec(path);
  if (found === null) return undefined;
  const [, sensor, type, date, hour] = found as unknown as [string, string, string, string, string];
  const milliseconds = Date.parse(`${date}T${hour}:00:00Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  return { sensor: plainValue(sensor), type: plainValue(type), hour: milliseconds / 3_600_000 };
}

/** Journal that a sealed file came from: its name, less the number of a further piece. */
export function sealedFrom(fileName: string): string | undefined {
  return /^(.+?)(?:\.\d+)?\.parquet$/.exec(fileName)?.[1];
}

/** A value in a hive path: what could be taken for syntax is escaped as in URLs. */
export function hiveValue(value: string): string {
  return encodeURIComponent(value);
}

function plainValue(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
