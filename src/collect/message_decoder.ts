/** What the collecting process needs of a protocol. */
import type { MessageOutcome } from "./counters.js";
import type { ReceivedMessage } from "./message.js";
import type { Session, SessionIdentity } from "./session.js";

export interface MessageDecoder {
  /** Whose message it is; undefined when its header is cut off. */
  identify(octets: DataView): SessionIdentity | undefined;

  /** Decodes a message whose header is whole. What is wrong with it is the outcome, never an exception. */
  decode(message: ReceivedMessage, session: Session): MessageOutcome;
}
