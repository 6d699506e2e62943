/** Messages of IPFIX. */
import { MESSAGE_HEADER, SET } from "../formats/ipfix/message.js";
import { readTemplateSet } from "../formats/ipfix/template_sets.js";
import type { MessageOutcome } from "./counters.js";
import type { DataSets } from "./data_sets.js";
import type { ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import type { Session, SessionIdentity } from "./session.js";
import { walkSets } from "./set_walk.js";

/** Octets of the message, seconds of the export time, sequence number and observation domain in the header. */
const LENGTH = 2;
const EXPORT_TIME = 4;
const SEQUENCE = 8;
const DOMAIN = 12;

export class IpfixMessageDecoder implements MessageDecoder {
  readonly #sets: DataSets;

  constructor(sets: DataSets) {
    this.#sets = sets;
  }

  identify(octets: DataView): SessionIdentity | undefined {
    if (octets.byteLength < MESSAGE_HEADER) return undefined;
    return { protocol: "ipfix", domain: octets.getUint32(DOMAIN), agent: "" };
  }

  decode({ octets, received }: ReceivedMessage, session: Session): MessageOutcome {
    const length = octets.getUint16(LENGTH);
    if (length < MESSAGE_HEADER) return "badSet";
    const exported = octets.getUint32(EXPORT_TIME) * 1e6;
    const { clock, templates } = session;
    const { domain } = session.identity;
    clock.note(exported, received);
    templates.at(received);
    const cut = length > octets.byteLength;
    const end = cut ? octets.byteLength : length;
    const { outcome, records, flows } = walkSets(
      octets,
      MESSAGE_HEADER,
      end,
      cut ? "cutOff" : "decoded",
      (id, start, stop) => {
        if (id >= SET.firstData) {
          // Options in the same message may just have told when the exporter started.
          const moment = { exported, uptime: clock.uptimeAt(exported), received };
          return this.#sets.take(session, id, octets, start, stop, moment) ?? "waiting";
        }
        if (id !== SET.template && id !== SET.optionsTemplate) return "unknown set";
        readTemplateSet(octets, domain, id, start, stop, templates);
        return "template";
      },
    );
    const others = { messages: 1, flows: cut ? undefined : flows };
    session.sequence.note(octets.getUint32(SEQUENCE), cut ? undefined : records, others);
    return outcome;
  }
}
