/** The blocks of an nfdump file that hold flows, one after the other, uncompressed. */
import { InputError, reasonOf } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import type { NfdumpHeader } from "./header.js";
import { UNPACK, type Unpack } from "./unpack.js";

const BLOCK_HEADER = 12;

/** Octets of the largest block, as it stands in the file and unpacked: nfdump's own are below 6 MiB. */
const LARGEST = 16 * 1024 * 1024;

/** Types of blocks. */
export const BLOCK = { mappedRecords: 2, elementRecords: 3 } as const;

export interface NfdumpBlock {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  readonly type: number;
  /** Where the block begins in the file. */
  readonly offset: number;
}

export class NfdumpBlocks {
  readonly #source: OctetSource;
  readonly #unpack: Unpack | undefined;
  /** Blocks to come; undefined while the file is still written. */
  #left: number | undefined;
  /** Octets of the current block in the source. */
  #held = 0;
  #room: Uint8Array | undefined;

  constructor(source: OctetSource, { compression, blocks }: NfdumpHeader) {
    this.#source = source;
    this.#unpack = compression === "none" ? undefined : UNPACK[compression];
    this.#left = blocks;
  }

  /**
   * The next block, valid until the call after; undefined behind the last one.
   *
   * @throws InputError naming the file and the block
   */
  next(): NfdumpBlock | undefined {
    const source = this.#source;
    source.take(this.#held);
    this.#held = 0;
    if (this.#left === 0) return undefined;
    const offset = source.taken;
    if (!source.need(BLOCK_HEADER)) return this.#cutOff(offset);
    const size = source.view.getUint32(source.start + 4, true);
    const type = source.view.getUint16(source.start + 8, true);
    if (size > LARGEST) throw this.#error(offset, `is longer than ${LARGEST} octets`);
    if (!source.need(BLOCK_HEADER + size)) return this.#cutOff(offset);
    this.#held = BLOCK_HEADER + size;
    if (this.#left !== undefined) this.#left -= 1;
    const start = source.start + BLOCK_HEADER;
    if (this.#unpack === undefined) return { view: source.view, start, end: start + size, type, offset };
    return this.#unpacked(this.#unpack, source.buffer.subarray(start, start + size), type, offset);
  }

  #unpacked(unpack: Unpack, packed: Uint8Array, type: number, offset: number): NfdumpBlock {
    this.#room ??= new Uint8Array(LARGEST);
    try {
      const end = unpack(packed, this.#room);
      return { view: new DataView(this.#room.buffer), start: 0, end, type, offset };
    } catch (error) {
      throw this.#error(offset, `cannot be unpacked: ${reasonOf(error)}`);
    }
  }

  /** The end of a file that is still written is where its writer has come to. */
  #cutOff(offset: number): undefined {
    if (this.#left !== undefined) throw this.#error(offset, "is cut off");
  }

  #error(offset: number, what: string): InputError {
    return new InputError(`${this.#source.name}: block at octet ${offset}: ${what}`);
  }
}
