/** Messages of NetFlow 9. */
import {
  FLOWSET,
  NETFLOW9_HEADER,
  readNetFlow9Header,
  readOptionsTemplateFlowSet,
  readTemplateFlowSet,
} from "../formats/netflow/v9_reader.js";
import type { MessageOutcome } from "./counters.js";
import type { DataSets } from "./data_sets.js";
import type { ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import type { Session, SessionIdentity } from "./session.js";
import { walkSets } from "./set_walk.js";

/** Modulus of sysUpTime. */
const WRAP = 4_294_967_296;

export class NetFlow9Decoder implements MessageDecoder {
  readonly #sets: DataSets;

  constructor(sets: DataSets) {
    this.#sets = sets;
  }

  identify(octets: DataView): SessionIdentity | undefined {
    if (octets.byteLength < NETFLOW9_HEADER) return undefined;
    return { protocol: "netflow9", domain: readNetFlow9Header(octets).sourceId, agent: "" };
  }

  decode({ octets, received }: ReceivedMessage, session: Session): MessageOutcome {
    const header = readNetFlow9Header(octets);
    const { exported, sequence, sourceId } = header;
    const uptime = session.habits.uptime === "seconds" ? (header.uptime * 1000) % WRAP : header.uptime;
    const { clock, templates } = session;
    clock.note(exported, received);
    templates.at(received);
    if (clock.noteUptime(exported, uptime)) {
      session.sequence.restart();
      // Identifiers may mean something else then (RFC 3954 section 8).
      templates.clear();
    }
    const moment = { exported, uptime, received };
    const walked = walkSets(octets, NETFLOW9_HEADER, octets.byteLength, "decoded", (id, start, end) => {
      if (id >= FLOWSET.firstData) return this.#sets.take(session, id, octets, start, end, moment) ?? "waiting";
      if (id === FLOWSET.template) readTemplateFlowSet(octets, sourceId, start, end, templates);
      else if (id === FLOWSET.optionsTemplate) readOptionsTemplateFlowSet(octets, sourceId, start, end, templates);
      else return "unknown set";
      return "template";
    });
    // Some exporters count flows, or records, instead of messages.
    session.sequence.note(sequence, 1, walked);
    return walked.outcome;
  }
}
