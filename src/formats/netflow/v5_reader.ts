/**
 * NetFlow versions 5 and 7 (Cisco, NetFlow export datagram format): records of one layout behind a header of 24 octets,
 * read as if a template had told the layout. Version 7 has no sampling in its header, and the router that was by-passed
 * in its records.
 */
import type { Specifier, Template } from "../ipfix/template.js";

export const NETFLOW5_HEADER = 24;

export interface NetFlow5Header {
  /** Records in the message. */
  readonly count: number;
  /** Milliseconds since the exporter's start, modulo 2^32. */
  readonly uptime: number;
  /** Microseconds since 1970. */
  readonly exported: number;
  /** Records sent before this message, modulo 2^32. */
  readonly sequence: number;
  /** Engine type * 256 + engine id; 0 in version 7. */
  readonly engine: number;
  /** One packet in so many was metered; 0 not sampled, or not told. */
  readonly samplingInterval: number;
}

/** Reads the header of version 5 or 7, whose octets must be there. */
export function readNetFlow5Header(view: DataView): NetFlow5Header {
  const five = view.getUint16(0) === 5;
  return {
    count: view.getUint16(2),
    uptime: view.getUint32(4),
    exported: view.getUint32(8) * 1e6 + Math.min(999_999, Math.floor(view.getUint32(12) / 1000)),
    sequence: view.getUint32(16),
    engine: five ? view.getUint16(20) : 0,
    // The two high bits are the mode.
    samplingInterval: five ? view.getUint16(22) & 0x3fff : 0,
  };
}

const PADDING = 210;

/** Elements as IPFIX numbers them, with their octets. */
const COMMON: readonly (readonly [id: number, length: number])[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [PADDING, 1],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
];

function template(id: number, ...last: readonly (readonly [id: number, length: number])[]): Template {
  const specifiers: Specifier[] = [...COMMON, ...last].map(([element, length]) => ({ pen: 0, id: element, length }));
  return { id, scopeCount: 0, specifiers };
}

/** What a record of 48 octets consists of. */
export const NETFLOW5_TEMPLATE = template(5, [PADDING, 2]);

/** What a record of 52 octets consists of: flags, and the address of the router (130, exporterIPv4Address). */
export const NETFLOW7_TEMPLATE = template(7, [PADDING, 2], [130, 4]);
