/** Messages of NetFlow 5 and 7. */

import { minimumSize } from "../formats/ipfix/reader.js";
import {
  NETFLOW5_HEADER,
  NETFLOW5_TEMPLATE,
  NETFLOW7_TEMPLATE,
  readNetFlow5Header,
} from "../formats/netflow/v5_reader.js";
import type { MessageOutcome } from "./counters.js";
import type { ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import type { DataTemplate, RowDecoder } from "./row_decoder.js";
import type { Session, SessionIdentity } from "./session.js";

export class NetFlow5Decoder implements MessageDecoder {
  readonly #rows: RowDecoder;
  readonly #protocol: "netflow5" | "netflow7";
  readonly #size: number;
  readonly #templates = new WeakMap<Session, DataTemplate>();

  constructor(rows: RowDecoder, protocol: "netflow5" | "netflow7") {
    this.#rows = rows;
    this.#protocol = protocol;
    this.#size = minimumSize(this.#layout.specifiers);
  }

  identify(octets: DataView): SessionIdentity | undefined {
    if (octets.byteLength < NETFLOW5_HEADER) return undefined;
    return { protocol: this.#protocol, domain: readNetFlow5Header(octets).engine, agent: "" };
  }

  decode({ octets, received }: ReceivedMessage, session: Session): MessageOutcome {
    const { count, uptime, exported, sequence, samplingInterval } = readNetFlow5Header(octets);
    session.clock.note(exported, received);
    if (session.clock.noteUptime(exported, uptime)) session.sequence.restart();
    session.sequence.note(sequence, count);
    session.sampling.noteHeader(samplingInterval);
    const there = Math.min(count, Math.floor((octets.byteLength - NETFLOW5_HEADER) / this.#size));
    const end = NETFLOW5_HEADER + there * this.#size;
    const moment = { exported, uptime, received };
    this.#rows.decode(session, this.#templateOf(session), octets, NETFLOW5_HEADER, end, moment);
    if (there < count) return "cutOff";
    return count === 0 ? "badSet" : "decoded";
  }

  get #layout() {
    return this.#protocol === "netflow5" ? NETFLOW5_TEMPLATE : NETFLOW7_TEMPLATE;
  }

  #templateOf(session: Session): DataTemplate {
    let found = this.#templates.get(session);
    if (found === undefined) {
      found = { ...this.#layout };
      this.#templates.set(session, found);
    }
    return found;
  }
}
