/** Where packets came in and left: interfaces and VLANs of a row. */
import { bitsOf, type Half, type Place, type RowElements } from "./row_elements.js";

const INGRESS = [10, 252] as const;
const EGRESS = [14, 253] as const;
/** vlanId, dot1qCustomerVlanId, dot1qVlanId: the innermost first; and the same behind the observation point. */
const VLAN = [58, 245, 243] as const;
const POST_VLAN = [59, 255, 254] as const;

export class RowInterfaces {
  readonly #elements: RowElements;

  constructor(elements: RowElements) {
    this.#elements = elements;
  }

  input(half: Half): Place | undefined {
    return half === "forward" ? this.#elements.first(INGRESS) : this.#reverse(INGRESS, EGRESS);
  }

  output(half: Half): Place | undefined {
    return half === "forward" ? this.#elements.first(EGRESS) : this.#reverse(EGRESS, INGRESS);
  }

  /** The first tag that is not 0. Of the reverse direction it is what the forward one leaves with, where that is told. */
  vlan(half: Half): string | undefined {
    if (half === "reverse") {
      const own = this.#reverse(VLAN, POST_VLAN);
      if (own !== undefined) return bitsOf(own, 16);
    }
    const tags = VLAN.map((key) => bitsOf(this.#elements.place(key), 16)).filter((each) => each !== undefined);
    return tags.length === 0 ? undefined : `(${tags.join("||")})`;
  }

  /** The tag that packets leave with; undefined where only the one that they came in with is told. */
  postVlan(half: Half): string | undefined {
    const own = bitsOf(this.#elements.first(POST_VLAN, half), 16);
    if (half === "forward" || own !== undefined) return own;
    return this.#reverse(VLAN, POST_VLAN) === undefined ? undefined : this.vlan("forward");
  }

  /** The reverse element, or what the forward direction has under another number. */
  #reverse(keys: readonly number[], swapped: readonly number[]): Place | undefined {
    return this.#elements.first(keys, "reverse") ?? this.#elements.first(swapped);
  }
}
