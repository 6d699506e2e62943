/** Source text that writes the addresses of a row. */
import { type ColumnName, MAPPED_IPV4 } from "../../record/columns.js";
import type { Half, Place, RowElements } from "./row_elements.js";

/** Elements of an address, the preferred ones first: host, then the network of aggregated flows. */
const SOURCE = { six: [27, 170], four: [8, 44] } as const;
const DESTINATION = { six: [28, 169], four: [12, 45] } as const;
/** The next hop of the routing table, then that of BGP. */
const NEXT_HOP = { six: [62, 63], four: [15, 18] } as const;

type AddressElements = typeof SOURCE | typeof DESTINATION | typeof NEXT_HOP;

export class RowAddresses {
  readonly #elements: RowElements;
  readonly #wanted: ReadonlySet<ColumnName>;

  constructor(elements: RowElements, wanted: ReadonlySet<ColumnName>) {
    this.#elements = elements;
    this.#wanted = wanted;
  }

  /** Whether records can have an address at all. */
  get any(): boolean {
    return [SOURCE, DESTINATION].some((of) => this.#six(of) !== undefined || this.#four(of) !== undefined);
  }

  endpoint(name: "sip" | "dip", half: Half): string {
    const of = (name === "sip") === (half === "forward") ? SOURCE : DESTINATION;
    const six = this.#six(of);
    const four = this.#four(of);
    const text4 = this.#words(name, mapped(four));
    if (six === undefined) return text4;
    const all = words(six);
    const text6 = this.#words(name, all);
    // One template for both versions: the address that is not there is zero.
    return four === undefined ? text6 : `if((${all.join("|")})!==0){${text6}}else{${text4}}`;
  }

  nextHop(): string {
    const six = this.#six(NEXT_HOP);
    const four = this.#four(NEXT_HOP);
    if (six !== undefined && four !== undefined) {
      const all = words(six);
      const text4 = `if(${words(four)[0]}!==0){${this.#words("nhip", mapped(four))}}else{${this.#noNextHop()}}`;
      return `if((${all.join("|")})!==0){${this.#words("nhip", all)}}else ${text4}`;
    }
    if (six !== undefined) return this.#words("nhip", words(six));
    if (four !== undefined) return this.#words("nhip", mapped(four));
    return this.#noNextHop();
  }

  /** No next hop is 0.0.0.0 in a flow of IPv4 and :: in one of IPv6. */
  #noNextHop(): string {
    const source = this.#six(SOURCE);
    if (source === undefined) return this.#words("nhip", mapped(undefined));
    const [a, b, c] = words(source) as [string, string, string, string];
    const prefix =
      this.#four(SOURCE) === undefined
        ? `((${a}|${b})===0&&${c}===${MAPPED_IPV4}?${MAPPED_IPV4}:0)`
        : `((${a}|${b})===0&&(${c}===${MAPPED_IPV4}||(${words(source).join("|")})===0)?${MAPPED_IPV4}:0)`;
    return this.#words("nhip", ["0", "0", prefix, "0"]);
  }

  #six({ six }: AddressElements): Place | undefined {
    return this.#sized(six, 16);
  }

  #four({ four }: AddressElements): Place | undefined {
    return this.#sized(four, 4);
  }

  #sized(keys: readonly number[], length: 4 | 16): Place | undefined {
    for (const key of keys) {
      const found = this.#elements.place(key);
      if (found?.length === length) return found;
    }
    return undefined;
  }

  /** @param all four words of an address, the first one first */
  #words(name: "sip" | "dip" | "nhip", [a, b, c, d]: readonly string[]): string {
    const [hi, lo] = [`${name}_hi`, `${name}_lo`] as [ColumnName, ColumnName];
    return (
      (this.#wanted.has(hi) ? `c_${hi}[2*row]=${b};c_${hi}[2*row+1]=${a};` : "") +
      (this.#wanted.has(lo) ? `c_${lo}[2*row]=${d};c_${lo}[2*row+1]=${c};` : "")
    );
  }
}

function words({ at, length }: Place): string[] {
  return Array.from({ length: length / 4 }, (_, word) => `view.getUint32(${at}+${4 * word})`);
}

/** The words of an IPv4 address, 0.0.0.0 without one. */
function mapped(four: Place | undefined): string[] {
  return ["0", "0", String(MAPPED_IPV4), four === undefined ? "0" : words(four)[0]!];
}
