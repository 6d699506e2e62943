/** Where packets and octets of a record are counted, per direction. */
import { read } from "./expressions.js";
import type { ElementKey, Half, Place, RowElements } from "./row_elements.js";

/** Elements that count the same, the preferred ones first. Initiator and responder are other words for the directions. */
const PACKETS: readonly ElementKey[] = [2, 86];
const OCTETS: readonly ElementKey[] = [1, 85];
const PACKETS_OF = { forward: 298, reverse: 299 } as const;
const OCTETS_OF = { forward: 231, reverse: 232 } as const;
const LAYER2_OCTETS: readonly ElementKey[] = [352, 353];
/** Counters behind the observation point, which some devices send in place of the others. */
const POST_PACKETS: readonly ElementKey[] = [24, 172];
const POST_OCTETS: readonly ElementKey[] = [23, 171];

export class RowCounters {
  readonly #elements: RowElements;
  readonly #post: Half;

  /** @param post direction of the counters behind the observation point */
  constructor(elements: RowElements, post: Half) {
    this.#elements = elements;
    this.#post = post;
  }

  packets(half: Half): Place | undefined {
    return (
      this.#elements.first(PACKETS, half) ?? this.#elements.place(PACKETS_OF[half]) ?? this.#behind(POST_PACKETS, half)
    );
  }

  octets(half: Half): Place | undefined {
    return (
      this.#elements.first(OCTETS, half) ??
      this.#elements.place(OCTETS_OF[half]) ??
      this.#behind(POST_OCTETS, half) ??
      this.#elements.first(LAYER2_OCTETS, half)
    );
  }

  /** Expressions of which one is not 0 when something was counted in that direction; none when nothing can be. */
  counts(half: Half): string[] {
    const counters = [this.packets(half), this.octets(half)].filter((each) => each !== undefined);
    return counters.flatMap(({ length, at }) => {
      if (length > 8) return [];
      const { low, high } = read(length, at);
      return high === "0" ? [low] : [low, high];
    });
  }

  #behind(keys: readonly ElementKey[], half: Half): Place | undefined {
    return half === this.#post ? this.#elements.first(keys) : undefined;
  }
}
