/** Columns of the one-way records of NetFlow v5 and v9: a direction of a flow record as pieces for the generated writer. */
import { numeric, words } from "../../record/expression.js";
import { type Direction, reverseName } from "../../record/field.js";
import { field } from "../../record/fields.js";
import type { Piece, Preludes } from "../wire.js";
import { pieces } from "../wire.js";

/** Reads the fields of one direction of the flow. */
export class OneWay {
  readonly preludes: Preludes = new Map();
  readonly #groups: number;
  readonly #direction: Direction;

  constructor(groups: number, direction: Direction) {
    this.#groups = groups;
    this.#direction = direction;
  }

  /** The low and high 32 bits of a counted field. */
  words(name: string) {
    return words(field(this.#direction === 0 ? name : reverseName(name)), this.#groups);
  }

  /** A number of up to four octets. */
  number(octets: 1 | 2 | 4, name: string): Piece {
    const { low } = this.words(name);
    return { octets, expression: `(${low}${octets === 1 ? "&255" : octets === 2 ? "&65535" : ""})`, order: "number" };
  }

  /** A field that is the same for both directions. */
  shared(octets: 1 | 2, name: string): Piece {
    return { octets, expression: words(field(name), this.#groups).low, order: "number" };
  }

  address(end: "source" | "destination", version: 4 | 6): Piece[] {
    const name = (end === "source") === (this.#direction === 0) ? "sourceAddress" : "destinationAddress";
    const of = field(name);
    const element = of.elements[version === 4 ? 0 : 1]!;
    return pieces({ field: of, element, length: element.length }, this.#groups, this.preludes);
  }

  /** ICMP keeps port 0 and type and code in their places in both directions. */
  port(end: "source" | "destination", icmp: "icmp" | "ports"): Piece {
    if (icmp === "icmp" && this.#direction === 1) {
      return end === "source" ? constant(2) : this.number(2, "icmpTypeCode");
    }
    const name = (end === "source") === (this.#direction === 0) ? "sourceTransportPort" : "destinationTransportPort";
    return this.shared(2, name);
  }

  /** Milliseconds of uptime of the direction's first packet; a parameter `boot` is the boot time. */
  first(): Piece {
    const start = numeric(field("flowStart"), this.#groups);
    const delta = this.#direction === 0 ? "" : `+${numeric(field("reverseFlowDelta"), this.#groups)}`;
    return { octets: 4, expression: `Math.max(0,Math.floor((${start}${delta})/1000)-boot)`, order: "number" };
  }

  last(): Piece {
    const end = numeric(field("flowEnd"), this.#groups);
    return { octets: 4, expression: `Math.max(0,Math.floor(${end}/1000)-boot)`, order: "number" };
  }
}

/** Zero octets. */
export function constant(octets: 1 | 2 | 4): Piece {
  return { octets, expression: "0", order: "number" };
}
