/**
 * Messages in which nfpcapd sends its records to nfcapd (`-H`, "netflow version 240" in its manual), one a datagram. The
 * header is in network byte order, the records are as in files of layout 2, in that of the host. Found by comparing what
 * nfpcapd 1.7.1 sends with what it writes into files, and by what nfcapd says of messages whose numbers were changed.
 *
 *   | version 240, 2 | octets 2, the header included | always 0, 4 | messages before 4 | records 4 | record … |
 *
 * nfpcapd fills a message up to some 1200 octets; a record with payload may make it longer. At the end of a capture file
 * it does not send the message that is not yet full.
 */

export const NFDUMP_VERSION = 240;

/** Octets of the header. */
export const NFDUMP_MESSAGE_HEADER = 16;

export interface NfdumpMessageHeader {
  /** Octets of the message, those of the header included. */
  readonly length: number;
  /** Messages that were sent before. */
  readonly sequence: number;
  /** Records in the message. */
  readonly records: number;
}

/** Reads the header, which is whole. */
export function readNfdumpMessageHeader(octets: DataView): NfdumpMessageHeader {
  return { length: octets.getUint16(2), sequence: octets.getUint32(8), records: octets.getUint32(12) };
}
