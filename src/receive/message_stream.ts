/** Cuts a stream into IPFIX messages (RFC 7011 section 10.4.2): each says its length in its header. */
import { MESSAGE_HEADER, VERSION } from "../formats/ipfix/message.js";

/** Octets of the longest message. */
const LONGEST = 65_535;

/** Takes one message; its octets are valid during the call only. */
export type TakeOctets = (octets: DataView) => void;

export class MessageStream {
  readonly #take: TakeOctets;
  /** The beginning of a message whose rest has not come; made at the first one that comes in pieces. */
  #held: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;

  constructor(take: TakeOctets) {
    this.#take = take;
  }

  /** Octets of a message that has not come to its end. */
  get unfinished(): number {
    return this.#length;
  }

  /**
   * Takes the next octets of the stream.
   *
   * @returns what is wrong with it, after which it cannot be followed any more; undefined while all is well
   */
  add(piece: Uint8Array): string | undefined {
    let at = 0;
    while (at < piece.length) {
      if (this.#length === 0) {
        const view = new DataView(piece.buffer, piece.byteOffset + at, piece.length - at);
        if (view.byteLength >= MESSAGE_HEADER) {
          const size = view.getUint16(2);
          const fault = faultOf(view);
          if (fault !== undefined) return fault;
          if (size <= view.byteLength) {
            this.#take(new DataView(piece.buffer, piece.byteOffset + at, size));
            at += size;
            continue;
          }
        }
      }
      this.#held ??= new Uint8Array(LONGEST);
      const view = new DataView(this.#held.buffer);
      const wanted = this.#length < MESSAGE_HEADER ? MESSAGE_HEADER : view.getUint16(2);
      const part = piece.subarray(at, at + wanted - this.#length);
      this.#held.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length < MESSAGE_HEADER) continue;
      const fault = faultOf(view);
      if (fault !== undefined) return fault;
      if (this.#length < view.getUint16(2)) continue;
      this.#take(new DataView(this.#held.buffer, 0, this.#length));
      this.#length = 0;
    }
    return undefined;
  }
}

/** @param view at a message, of which the header is there */
function faultOf(view: DataView): string | undefined {
  if (view.getUint16(0) !== VERSION) return `not IPFIX: version ${view.getUint16(0)}`;
  if (view.getUint16(2) < MESSAGE_HEADER) return `a message of ${view.getUint16(2)} octets`;
  return undefined;
}
