/** Source text of protocol and ports. ICMP has type and code in the place of the destination port. */
import { bitsOf, type Half, type RowElements } from "./row_elements.js";

/** Of any protocol, of TCP, of UDP. */
const SOURCE_PORT = [7, 182, 180] as const;
const DESTINATION_PORT = [11, 183, 181] as const;
const PROTOCOL = 4;

/** icmpTypeCodeIPv4 and icmpTypeCodeIPv6; the same apart, of either version. */
const TYPE_CODE = [32, 139] as const;
const TYPE = [176, 178] as const;
const CODE = [177, 179] as const;

export class RowPorts {
  readonly protocol: string;
  readonly #elements: RowElements;
  readonly #icmp: string;
  readonly #source: string;
  readonly #destination: string;

  constructor(elements: RowElements) {
    this.#elements = elements;
    this.protocol = bitsOf(elements.place(PROTOCOL), 8) ?? "0";
    this.#icmp = `(${this.protocol}===1||${this.protocol}===58)`;
    this.#source = bitsOf(elements.first(SOURCE_PORT), 16) ?? "0";
    this.#destination = bitsOf(elements.first(DESTINATION_PORT), 16) ?? "0";
  }

  source(half: Half): string {
    return half === "forward" ? this.#source : `${this.#icmp}?0:${this.#destination}`;
  }

  destination(half: Half): string {
    const forward = this.#typeCode("forward");
    const port = this.#destination;
    if (half === "forward") return forward === undefined ? port : `${this.#icmp}&&${forward}!==0?${forward}:${port}`;
    const other = forward === undefined ? port : `(${forward}||${port})`;
    return `${this.#icmp}?${this.#typeCode("reverse") ?? other}:${this.#source}`;
  }

  /** Type * 256 + code, whichever elements they come in. */
  #typeCode(half: Half): string | undefined {
    const both = TYPE_CODE.map((key) => bitsOf(this.#elements.place(key, half), 16)).filter(
      (each) => each !== undefined,
    );
    if (both.length > 0) return `(${both.join("||")})`;
    const type = bitsOf(this.#elements.first(TYPE, half), 8);
    const code = bitsOf(this.#elements.first(CODE, half), 8);
    return type === undefined || code === undefined ? undefined : `(${type}<<8|${code})`;
  }
}
