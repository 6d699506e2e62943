/** The native receivers as native/addon_udp_receiver.cc and native/addon_capture_datagrams.cc export them. */
import type { SourceNotice } from "../meter/source_notice.js";

/** A ring of datagrams: what is polled lies in one piece of the memory behind what was released. */
export interface DatagramRing {
  /** Octets of whole datagrams that are ready. */
  poll(): number;
  /** Gives the first octets back. */
  release(octets: number): void;
}

export interface UdpReceiverOptions {
  /** Numeric. `::` takes IPv4, too. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Whether several receivers of this process share the port. */
  readonly shared: boolean;
  /** Receive buffer to ask the system for. */
  readonly bufferOctets: number;
}

/** Counters of a receiver, at most 200 ms old. */
export interface UdpReceiverStats {
  readonly port: number;
  /** Receive buffer that the system granted. */
  readonly bufferOctets: number;
  readonly datagrams: number;
  readonly octets: number;
  /** Dropped by the kernel while the ring was full, because JavaScript was slow. */
  readonly droppedRing: number;
  /** Dropped by the kernel at other times. */
  readonly droppedKernel: number;
  readonly errors: number;
  /** Octets that wait in the ring. */
  readonly ringUsed: number;
  /** Microseconds since 1970 of the thread's latest sign of life; 0 before the first. */
  readonly heartbeat: number;
  /** The thread has ended and every datagram is in the ring. */
  readonly finished: boolean;
}

/** After `close` every method but `poll` and `release` throws. */
export interface NativeUdpReceiver extends DatagramRing {
  /** Binds the socket. Throws an error with the system's `code`. */
  open(): void;
  start(): void;
  /** Asks the thread to take what has come in and end. */
  stop(): void;
  stats(): UdpReceiverStats;
  close(): void;
}

export type UdpReceiverConstructor = new (
  options: UdpReceiverOptions,
  memory: ArrayBuffer,
  wake: () => void,
) => NativeUdpReceiver;

/** `packets` is `datagramPackets`, `notUdp`, `truncated`, `incomplete` and `undecodable` together. */
export interface CaptureDatagramCounters {
  readonly packets: number;
  /** Packets that became datagrams, fragments among them. */
  readonly datagramPackets: number;
  readonly notUdp: number;
  /** The capture cut the datagram off. */
  readonly truncated: number;
  /** Fragments of which others are missing. */
  readonly incomplete: number;
  readonly undecodable: number;
  readonly datagrams: number;
  readonly octets: number;
}

export interface NativeCaptureDatagrams extends DatagramRing {
  /** Fills the ring with what fits; false at the end of the capture. */
  read(): boolean;
  counters(): CaptureDatagramCounters;
  notices(): SourceNotice[];
}

export type CaptureDatagramsConstructor = new (path: string, memory: ArrayBuffer) => NativeCaptureDatagrams;
