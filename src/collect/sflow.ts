/** Messages of sFlow: an agent and its sub-agents are sessions, samples are records. */
import { MALFORMED_SAMPLE, type SampleCounts } from "../formats/sflow/counts.js";
import { DataSources, type SourceRoom } from "../formats/sflow/data_sources.js";
import { SflowDecoder } from "../formats/sflow/decoder.js";
import { agentText, readSflowHeader } from "../formats/sflow/header.js";
import type { Scale } from "../record/scale.js";
import type { MessageOutcome, SessionCounters } from "./counters.js";
import type { ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import type { Session, SessionIdentity } from "./session.js";
import { VlanInterfaces } from "./vlan_interfaces.js";

/** Data sources that are followed, of all agents together. */
const MOST_SOURCES = 65_536;

/** Texts of agents that are kept; beyond, all are made anew. */
const MOST_TEXTS = 4096;

export class SflowMessageDecoder implements MessageDecoder {
  readonly #scale: Scale;
  readonly #room: SourceRoom = { left: MOST_SOURCES };
  readonly #sources = new Map<Session, DataSources>();
  readonly #texts = new Map<number, string>();
  /** Made for the first datagram: it loads the decoder of packets. */
  #decoder: SflowDecoder | undefined;

  constructor(scale: Scale) {
    this.#scale = scale;
  }

  identify(octets: DataView): SessionIdentity | undefined {
    const header = readSflowHeader(octets);
    if (typeof header === "string") return undefined;
    return { protocol: "sflow5", domain: header.subAgent, agent: this.#agentOf(octets) };
  }

  decode({ octets, received }: ReceivedMessage, session: Session): MessageOutcome {
    const header = readSflowHeader(octets);
    if (typeof header === "string") return "cutOff";
    this.#decoder ??= new SflowDecoder();
    const sources = this.#sourcesOf(session);
    if (session.clock.noteUptime(received, header.uptime)) {
      session.sequence.restart();
      sources.clear();
    }
    session.sequence.note(header.sequence, 1);
    const vlans = session.habits.interfaces === "vlan" ? new VlanInterfaces(session.target) : undefined;
    const end = this.#decoder.decode(octets, header, received, sources, vlans ?? session.target, this.#scale);
    vlans?.finish();
    addCounts(session.counters, this.#decoder.counts, this.#scale);
    return end === "whole" ? "decoded" : "badRecord";
  }

  /** Forgets what is kept of a session that is over. */
  forget(session: Session): void {
    this.#sources.get(session)?.clear();
    this.#sources.delete(session);
  }

  #sourcesOf(session: Session): DataSources {
    let sources = this.#sources.get(session);
    if (sources === undefined) {
      sources = new DataSources(this.#room);
      this.#sources.set(session, sources);
    }
    return sources;
  }

  /** The same text for the same agent, so that comparing them costs nothing. */
  #agentOf(octets: DataView): string {
    if (octets.getUint32(4) !== 1) return agentText(octets);
    const address = octets.getUint32(8);
    let text = this.#texts.get(address);
    if (text === undefined) {
      text = agentText(octets);
      if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
      this.#texts.set(address, text);
    }
    return text;
  }
}

/** Samples of counters and of discarded packets tell about the exporter. */
function addCounts({ records, rows, sequence }: SessionCounters, counts: SampleCounts, scale: Scale): void {
  const malformed = counts.ignoredSamples === 0 ? 0 : counts.ignored[MALFORMED_SAMPLE]!;
  records.flows += counts.rows;
  records.options += counts.counterSamples + counts.discardedPackets + counts.otherSamples;
  records.cutOff += malformed;
  records.noAddresses += counts.ignoredSamples - malformed;
  rows.written += counts.rows;
  if (scale === "scaled") rows.scaled += counts.rows;
  // A sample that comes late is not lost any more.
  sequence.lostSamples = Math.max(0, sequence.lostSamples + counts.missedSamples);
  sequence.unsampledPackets += counts.droppedByAgent;
}
