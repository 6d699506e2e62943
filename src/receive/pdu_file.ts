/**
 * Files of NetFlow 5 messages as NetFlow collectors of old wrote them: blocks of 1464 octets, each a message of up to 30
 * records behind its header (Cisco, NetFlow export datagram format).
 */
import type { ReceivedMessage } from "../collect/message.js";
import { InputError } from "../errors.js";
import type { OctetSource } from "../files/octet_source.js";
import { NETFLOW5_HEADER, readNetFlow5Header } from "../formats/netflow/v5_reader.js";

const RECORD = 48;
const MOST_RECORDS = 30;
const BLOCK = NETFLOW5_HEADER + MOST_RECORDS * RECORD;

/** Whether the file begins like one. */
export function isPduFile(source: OctetSource): boolean {
  if (!source.need(NETFLOW5_HEADER)) return false;
  const { view, start } = source;
  const records = view.getUint16(start + 2);
  return view.getUint16(start) === 5 && records > 0 && records <= MOST_RECORDS;
}

/**
 * The messages of a file, each received when it was exported. Their octets are valid until the next one.
 *
 * @throws InputError naming file and place, after what stands before it
 */
export function* pduMessages(source: OctetSource): Generator<ReceivedMessage, void> {
  const peer = { transport: "file", address: source.name, port: 0 } as const;
  while (source.need(1)) {
    if (!isPduFile(source)) throw new InputError(`${source.name}: no NetFlow 5 message at octet ${source.taken}`);
    // The last block of some writers ends with its records.
    const size = source.need(BLOCK) ? BLOCK : source.available;
    const octets = new DataView(source.buffer.buffer, source.start, size);
    const { count, exported } = readNetFlow5Header(octets);
    if (size < NETFLOW5_HEADER + count * RECORD)
      throw new InputError(`${source.name}: cut off within the message at octet ${source.taken}`);
    yield { peer, received: exported, octets };
    source.take(size);
  }
}
