/** What collectors hand to each other: messages as they come in, and rows as they come out. */
import type { FlowColumns } from "../record/columns.js";

export type Transport = "udp" | "tcp" | "tls" | "file";

/** Who sent a message. Exporting processes are told apart by all of these (RFC 7011 section 3.1 adds the domain). */
export interface Peer {
  readonly transport: Transport;
  /** IPv4 dotted, IPv6 as RFC 5952; of files their name. */
  readonly address: string;
  readonly port: number;
}

/** One datagram, or one message of a stream or file. */
export interface ReceivedMessage {
  readonly peer: Peer;
  /** Microseconds since 1970 UTC; of captures and files the time that they tell. */
  readonly received: number;
  /** The octets are valid only during the call that gets them. */
  readonly octets: DataView;
}

/** Takes rows that a decoder writes. */
export interface RowTarget {
  /**
   * Columns with room for `rows` more behind `count`, which the decoder advances by what it has written. What was in
   * them may be handed on first; what the call before gave must not be used any more.
   *
   * @param rows at most 4096
   */
  room(rows: number): FlowColumns;
}
