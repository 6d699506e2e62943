/** A session: what one process of an exporter sends over one transport (RFC 7011 section 2, transport session). */
import type { FindTemplate } from "../formats/ipfix/listed_flags.js";
import type { OptionsValues } from "../formats/ipfix/options_reader.js";
import { SessionCounters } from "./counters.js";
import { ExporterClock } from "./exporter_clock.js";
import type { Peer, RowTarget } from "./message.js";
import type { CollectingProcessOptions, ExporterHabits } from "./options.js";
import { DEFAULT_HABITS, DEFAULT_LIMITS } from "./options.js";
import { SamplingTable } from "./sampling_table.js";
import { MessageSequence } from "./sequence.js";
import { SessionTemplates, type TemplateKeeper } from "./session_templates.js";

/** `unknown` gathers the messages of a peer that are of no protocol. */
export const PROTOCOLS = ["netflow5", "netflow7", "netflow9", "ipfix", "sflow5", "nfdump", "unknown"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Protocols whose sequence numbers count messages, not records. */
const COUNTS_MESSAGES: ReadonlySet<Protocol> = new Set(["netflow9", "sflow5", "nfdump"]);

/** What tells sessions apart beside the peer. */
export interface SessionIdentity {
  readonly protocol: Protocol;
  /** Observation domain, source id of NetFlow 9, engine type * 256 + engine id of NetFlow 5, sub-agent of sFlow. */
  readonly domain: number;
  /** Agent address of sFlow; empty otherwise. */
  readonly agent: string;
}

/** systemInitTimeMilliseconds. */
const SYSTEM_INIT_TIME = "0/160";

export class Session {
  readonly peer: Peer;
  readonly identity: SessionIdentity;
  readonly counters = new SessionCounters();
  readonly clock = new ExporterClock();
  readonly sampling = new SamplingTable();
  readonly sequence: MessageSequence;
  readonly habits: ExporterHabits;
  readonly templates: SessionTemplates;
  /** Templates of the session, by number. */
  readonly findTemplate: FindTemplate = (id) => this.templates.find(id);
  /** Microseconds since 1970 of the first and the last message. */
  readonly firstHeard: number;
  lastHeard: number;
  /** Given up: what comes from its peer now begins another one. */
  isOver = false;
  readonly #options: CollectingProcessOptions;
  #target: RowTarget | undefined;

  constructor(
    peer: Peer,
    identity: SessionIdentity,
    heard: number,
    options: CollectingProcessOptions,
    keeperOf: (session: Session) => TemplateKeeper,
  ) {
    this.peer = peer;
    this.identity = identity;
    this.firstHeard = heard;
    this.lastHeard = heard;
    this.#options = options;
    const { protocol } = identity;
    this.sequence = new MessageSequence(this.counters, COUNTS_MESSAGES.has(protocol) ? "lostMessages" : "lostRecords");
    const { templatesPerExporter, templateSeconds } = { ...DEFAULT_LIMITS, ...options.limits };
    const lifeTime = peer.transport === "udp" ? templateSeconds * 1e6 : Number.POSITIVE_INFINITY;
    this.templates = new SessionTemplates(this.counters, { templates: templatesPerExporter, lifeTime }, keeperOf(this));
    this.habits = options.habits?.(this) ?? DEFAULT_HABITS;
    this.sampling.configure(this.habits.samplingInterval);
  }

  /** Takes what an options record says about the exporter. */
  takeOptions(values: OptionsValues): void {
    this.sampling.take(values);
    const started = values.get(SYSTEM_INIT_TIME);
    if (typeof started === "number") this.clock.started(started);
  }

  /** Where rows of the session go. */
  get target(): RowTarget {
    this.#target ??= this.#options.target(this);
    return this.#target;
  }

  /** How log lines and errors call the session: `192.0.2.1:2055 netflow9 domain 0`. */
  get name(): string {
    const { address, port, transport } = this.peer;
    const place = transport === "file" ? address : `${address.includes(":") ? `[${address}]` : address}:${port}`;
    const { protocol, domain, agent } = this.identity;
    return `${place} ${protocol} domain ${domain}${agent === "" ? "" : ` agent ${agent}`}`;
  }
}
