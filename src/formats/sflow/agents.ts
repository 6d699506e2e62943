/** What is remembered of agents and their data sources between datagrams, within bounds. */
import { SequenceNumbers } from "./sequence.js";

/** One data source of an agent: an interface, a VLAN, an entity (sflow_version_5.txt, sflow_data_source). */
export interface DataSource {
  readonly sequence: SequenceNumbers;
  /** The agent's counter of packets it should have sampled and dropped; undefined before the first sample. */
  drops: number | undefined;
}

/** One sub-agent: datagrams are numbered for each. */
export class Agent {
  readonly sequence = new SequenceNumbers();
  readonly sources = new Map<number, DataSource>();
  /** Milliseconds since the agent started. */
  uptime = 0;

  /** Begins anew when the agent has: its clock jumped back, and not by a datagram that was overtaken. */
  heard(uptime: number): void {
    const back = this.uptime - uptime;
    if (back > LONGEST_OVERTAKING && back < WRAP) {
      this.sequence.restart();
      this.sources.clear();
    }
    if (back <= 0 || back > LONGEST_OVERTAKING) this.uptime = uptime;
  }
}

/** Milliseconds of uptime that overtaken datagrams may lie back. */
const LONGEST_OVERTAKING = 2_000;

/** Uptime begins at zero again after 2^32 ms: a jump of nearly that is no restart. */
const WRAP = 2 ** 32 - 3_600_000;

export interface AgentLimits {
  readonly agents: number;
  /** Of all agents together. */
  readonly sources: number;
}

/** Those heard last are kept. */
export class Agents {
  /** Agents that were forgotten to make room. */
  forgotten = 0;
  readonly #agents = new Map<string, Agent>();
  readonly #limits: AgentLimits;
  #sources = 0;

  constructor(limits: AgentLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#agents.size;
  }

  find(key: string): Agent {
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      while (this.#agents.size >= this.#limits.agents) this.#forgetOldest();
      agent = new Agent();
    } else this.#agents.delete(key);
    this.#agents.set(key, agent);
    return agent;
  }

  sourceOf(agent: Agent, id: number): DataSource {
    let source = agent.sources.get(id);
    if (source === undefined) {
      if (this.#sources >= this.#limits.sources) this.#makeRoom(agent);
      source = { sequence: new SequenceNumbers(), drops: undefined };
      agent.sources.set(id, source);
      this.#sources += 1;
    }
    return source;
  }

  /** Sources of restarted agents are only counted here. */
  #makeRoom(current: Agent): void {
    this.#sources = 0;
    for (const { sources } of this.#agents.values()) this.#sources += sources.size;
    while (this.#sources >= this.#limits.sources && this.#agents.size > 1) this.#forgetOldest();
    if (this.#sources < this.#limits.sources) return;
    current.sources.clear();
    this.#sources = 0;
  }

  #forgetOldest(): void {
    const [first] = this.#agents;
    if (first === undefined) return;
    const [key, agent] = first;
    this.#sources -= agent.sources.size;
    this.#agents.delete(key);
    this.forgotten += 1;
  }
}
