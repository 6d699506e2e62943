/** What is remembered of the data sources of an agent between its datagrams, within bounds: numbers and drops. */
import type { SampleCounts } from "./counts.js";

/** A jump of numbers beyond this is a new start, not a loss. */
const LONGEST_GAP = 65_536;

/** Numbers as far behind as this came late; others mean a new start. */
const LONGEST_DELAY = 1024;

/** An interface, a VLAN or an entity of an agent (sflow_version_5.txt, sflow_data_source). */
interface DataSource {
  /** Number of the next sample. */
  next: number;
  /** The agent's counter of packets it should have sampled and dropped. */
  drops: number;
}

/** Sources that there is room for, of all agents together. */
export interface SourceRoom {
  left: number;
}

export class DataSources {
  readonly #sources = new Map<number, DataSource>();
  readonly #room: SourceRoom;

  /** @param room shared with other agents; sources beyond it are not followed */
  constructor(room: SourceRoom) {
    this.#room = room;
  }

  /**
   * Notes a sample, and what is missing before it.
   *
   * @param id source type * 2^32 + index
   * @param number of the sample, counted up by one modulo 2^32
   * @param drops the agent's counter
   */
  note(id: number, number: number, drops: number, counts: SampleCounts): void {
    const source = this.#sources.get(id);
    if (source === undefined) {
      this.#begin(id, number, drops);
      return;
    }
    const ahead = (number - source.next) >>> 0;
    if (ahead >= 2 ** 32 - LONGEST_DELAY) {
      counts.missedSamples -= 1;
      return;
    }
    source.next = (number + 1) >>> 0;
    if (ahead <= LONGEST_GAP) counts.missedSamples += ahead;
    const more = (drops - source.drops) >>> 0;
    // A counter that went back began anew.
    if (more < 2 ** 31) counts.droppedByAgent += more;
    source.drops = drops;
  }

  /** Forgets them: the agent began anew, or is not heard any more. */
  clear(): void {
    this.#room.left += this.#sources.size;
    this.#sources.clear();
  }

  #begin(id: number, number: number, drops: number): void {
    if (this.#room.left <= 0) return;
    this.#room.left -= 1;
    this.#sources.set(id, { next: (number + 1) >>> 0, drops });
  }
}
