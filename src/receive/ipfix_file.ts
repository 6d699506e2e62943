/** The messages of an IPFIX file (RFC 5655). */

import type { ReceivedMessage } from "../collect/message.js";
import { InputError } from "../errors.js";
import type { OctetSource } from "../files/octet_source.js";
import { MESSAGE_HEADER, readMessageHeader } from "../formats/ipfix/message.js";

/**
 * The messages of a file, each received when it was exported. Their octets are valid until the next one.
 *
 * @throws InputError naming file and place, after what stands before it
 */
export function* ipfixMessages(source: OctetSource): Generator<ReceivedMessage, void> {
  const peer = { transport: "file", address: source.name, port: 0 } as const;
  for (;;) {
    if (!source.need(MESSAGE_HEADER)) {
      if (source.available === 0) return;
      throw new InputError(`${source.name}: cut off within the message at octet ${source.taken}`);
    }
    const header = readMessageHeader(source.view, source.start);
    if (header === undefined) throw new InputError(`${source.name}: no IPFIX message at octet ${source.taken}`);
    if (!source.need(header.length))
      throw new InputError(`${source.name}: cut off within the message at octet ${source.taken}`);
    const octets = new DataView(source.buffer.buffer, source.start, header.length);
    yield { peer, received: header.exportTime * 1e6, octets };
    source.take(header.length);
  }
}
