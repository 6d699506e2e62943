/** A place where messages come in. */
import type { GateCounters } from "./gate.js";

/** What a listener counts; metrics and the status read it. */
export interface ListenerCounters {
  /** Messages that came in: datagrams, or messages of streams. Those that wait in the ring are not in `gate` yet. */
  readonly messages: number;
  /** Octets of these. */
  readonly octets: number;
  readonly gate: Readonly<GateCounters>;
  /** Datagrams dropped because JavaScript was slow and ring and socket were full. */
  readonly droppedRing: number;
  /** Datagrams dropped by the kernel for other reasons. */
  readonly droppedKernel: number;
  /** Octets that wait in the ring. */
  readonly waitingOctets: number;
  /** Failed system calls, and connections that broke. */
  readonly errors: number;
  readonly connections: ConnectionCounters;
}

/** Connections of streams; all 0 where datagrams come in. */
export interface ConnectionCounters {
  /** Open now. */
  open: number;
  accepted: number;
  /** From addresses that are not accepted. */
  refusedAddress: number;
  /** Beyond the limit. */
  refusedLimit: number;
  /** Without the certificate that is asked for, or not TLS at all. */
  refusedTls: number;
  /** Closed because nothing came for long. */
  idle: number;
  /** Closed because what came was no IPFIX. */
  malformed: number;
}

export function noConnections(): ConnectionCounters {
  return { open: 0, accepted: 0, refusedAddress: 0, refusedLimit: 0, refusedTls: 0, idle: 0, malformed: 0 };
}

export interface Listener {
  /** As the user wrote it. */
  readonly name: string;
  /** Where it listens, the port that was found where 0 was asked for; once it is open. */
  readonly place: string;
  /** Binds, which may need privileges. @throws InputError naming the listener */
  open(): Promise<void>;
  /** Hands messages on from now on. */
  start(): void;
  counters(): ListenerCounters;
  /** Why it does not live; undefined while it does. @param now milliseconds since 1970 */
  deadReason(now: number): string | undefined;
  /** Takes what has come in, and ends. */
  stop(): Promise<void>;
  /** Ends at once. */
  close(): void;
}

/** Hears what people should know. */
export interface ListenerLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}
