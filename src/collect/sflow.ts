/** What the collecting process needs of a decoder of sFlow version 5. */
import type { MessageOutcome } from "./counters.js";
import type { ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import type { Scale } from "./options.js";
import type { Session, SessionIdentity } from "./session.js";

/** Who sent a datagram: agents are told apart from the hosts that forward for them. */
export interface SflowSource {
  /** Address of the agent: IPv4 dotted, IPv6 as RFC 5952. */
  readonly agent: string;
  /** Number of the process within the agent. */
  readonly subAgent: number;
}

export interface SflowDecoder {
  /** The source that the header names; undefined when the header is cut off. */
  source(octets: DataView): SflowSource | undefined;

  /**
   * Decodes a datagram whose source was found: rows to `session.target`, their number and that of records to
   * `session.counters`, the datagram's number to `session.sequence`. Never throws; the caller counts the outcome.
   */
  decode(message: ReceivedMessage, session: Session, scale: Scale): MessageOutcome;
}

/** Messages of sFlow, for a decoder of it. */
export class SflowMessageDecoder implements MessageDecoder {
  readonly #decoder: SflowDecoder;
  readonly #scale: Scale;

  constructor(decoder: SflowDecoder, scale: Scale) {
    this.#decoder = decoder;
    this.#scale = scale;
  }

  identify(octets: DataView): SessionIdentity | undefined {
    const source = this.#decoder.source(octets);
    return source === undefined ? undefined : { protocol: "sflow5", domain: source.subAgent, agent: source.agent };
  }

  decode(message: ReceivedMessage, session: Session): MessageOutcome {
    return this.#decoder.decode(message, session, this.#scale);
  }
}
