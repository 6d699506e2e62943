/**
 * IPFIX messages, RFC 7011 section 3.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |       Version Number (10)     |            Length             |
 *    +-------------------------------+-------------------------------+
 *    |                           Export Time                         |
 *    +---------------------------------------------------------------+
 *    |                       Sequence Number                         |
 *    +---------------------------------------------------------------+
 *    |                    Observation Domain ID                      |
 *    +-------------------------------+-------------------------------+
 *    |          Set ID               |          Length               |
 *    +-------------------------------+-------------------------------+
 */
export const VERSION = 10;
export const MESSAGE_HEADER = 16;
export const SET_HEADER = 4;

/** Octet of the sequence number in the header. */
export const SEQUENCE = 8;

/** Set identifiers (RFC 7011 section 3.3.2); data sets carry the identifier of their template. */
export const SET = { template: 2, optionsTemplate: 3, firstData: 256 } as const;

/** Length that stands for a variable-length element (RFC 7011 section 7). */
export const VARIABLE_LENGTH = 65535;

export interface MessageHeader {
  /** Octets of the message, header included. */
  readonly length: number;
  /** Seconds since 1970-01-01 UTC. */
  readonly exportTime: number;
  /** Data records sent before this message, modulo 2^32. */
  readonly sequence: number;
  readonly domain: number;
}

/** Reads the header at `offset`, where at least MESSAGE_HEADER octets must remain; undefined when it is none of IPFIX. */
export function readMessageHeader(view: DataView, offset: number): MessageHeader | undefined {
  if (view.getUint16(offset) !== VERSION) return undefined;
  const length = view.getUint16(offset + 2);
  if (length < MESSAGE_HEADER) return undefined;
  return {
    length,
    exportTime: view.getUint32(offset + 4),
    sequence: view.getUint32(offset + 8),
    domain: view.getUint32(offset + 12),
  };
}

/** Writes the header at the start of a message. */
export function writeMessageHeader(view: DataView, { length, exportTime, sequence, domain }: MessageHeader): void {
  view.setUint16(0, VERSION);
  view.setUint16(2, length);
  view.setUint32(4, exportTime);
  view.setUint32(SEQUENCE, sequence);
  view.setUint32(12, domain);
}
