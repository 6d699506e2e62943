/** A collecting process for tests: what arrived, decoded, in sums. */

import { IpfixDecoder } from "../../src/formats/ipfix/decoder.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { BASE } from "../../src/record/layout.js";

const HEADER = 16;

/** Records, and packets and octets of both directions. */
export interface FlowSums {
  readonly records: number;
  readonly packets: number;
  readonly octets: number;
}

/** Sums up IPFIX messages of one transport session. */
export class IpfixSession {
  readonly #decoder = new IpfixDecoder();
  readonly #sums = { records: 0, packets: 0, octets: 0 };
  #rest = Buffer.alloc(0);

  /** One whole message. Throws when it is malformed or its templates have not come. */
  message(bytes: Uint8Array): void {
    this.#decoder.decode(bytes, (batch) => this.#add(batch));
    if (this.#decoder.counters.unknownTemplateSets > 0) throw new Error("data before its template");
  }

  /** The next piece of a stream of messages. */
  stream(piece: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, piece]);
    while (this.#rest.length >= HEADER && this.#rest.length >= this.#rest.readUInt16BE(2)) {
      const length = this.#rest.readUInt16BE(2);
      this.message(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
  }

  get sums(): FlowSums {
    return { ...this.#sums };
  }

  /** Records that the sequence numbers say are missing. */
  get missing(): number {
    return this.#decoder.counters.lostRecords;
  }

  /** Octets of a message that has not come to its end. */
  get torn(): number {
    return this.#rest.length;
  }

  #add(batch: FlowBatch): void {
    const view = new DataView(batch.buffer);
    this.#sums.records += batch.count;
    for (let row = batch.first; row < batch.first + batch.count; row++) {
      const at = row * batch.stride;
      for (const direction of [0, 1] as const) {
        this.#sums.packets += Number(view.getBigUint64(at + BASE.packets[direction], true));
        this.#sums.octets += Number(view.getBigUint64(at + BASE.octets[direction], true));
      }
    }
  }
}

/** The sums of an IPFIX file. Throws when it does not end with a message. */
export function decodeFile(octets: Uint8Array): FlowSums {
  const session = new IpfixSession();
  session.stream(octets);
  if (session.torn > 0) throw new Error(`${session.torn} octets behind the last message`);
  return session.sums;
}
