/**
 * A message of sets while it is built: IPFIX messages (RFC 7011 section 3.1) and NetFlow v9 packets (RFC 3954 section 5)
 * are a header and sets, each of which begins with an identifier and its length.
 */
export class SetBuffer {
  readonly octets: Uint8Array;
  readonly view: DataView;
  /** Where the next octet goes; writers of records move it. */
  position: number;
  /** Identifier of the open set; undefined when none is. */
  setId: number | undefined;
  readonly #header: number;
  readonly #alignment: 1 | 4;
  #setStart = 0;

  /**
   * @param size octets of the largest message
   * @param header octets of the message header, which is left to the writer
   * @param alignment octets to a multiple of which sets are padded
   */
  constructor(size: number, header: number, alignment: 1 | 4) {
    this.octets = new Uint8Array(size);
    this.view = new DataView(this.octets.buffer);
    this.#header = header;
    this.#alignment = alignment;
    this.position = header;
  }

  /** Whether nothing but the header is in it. */
  get isEmpty(): boolean {
    return this.position === this.#header;
  }

  /** Octets behind the position. */
  get room(): number {
    return this.octets.length - this.position;
  }

  /** Begins a set, unless one of that identifier is open. */
  openSet(id: number): void {
    if (this.setId === id) return;
    this.closeSet();
    this.setId = id;
    this.#setStart = this.position;
    this.view.setUint16(this.position, id);
    this.position += 4;
  }

  /** Writes the length of the open set. */
  closeSet(): void {
    if (this.setId === undefined) return;
    while (this.position % this.#alignment !== 0) {
      this.octets[this.position] = 0;
      this.position += 1;
    }
    this.view.setUint16(this.#setStart + 2, this.position - this.#setStart);
    this.setId = undefined;
  }

  /** The octets of the message; they stay until the next one is written. */
  take(): Uint8Array {
    const message = this.octets.subarray(0, this.position);
    this.restart();
    return message;
  }

  /** Drops what is in it. */
  restart(): void {
    this.position = this.#header;
    this.setId = undefined;
  }
}
