/**
 * The octets behind a SiLK file's header. Uncompressed they are the file's own; else they come in blocks of compressed
 * size, size and octets, both sizes big-endian, until the file's end or a size of zero.
 */
import { InputError } from "../../errors.js";
import type { OctetSink } from "../../files/octet_sink.js";
import type { OctetSource } from "../../files/octet_source.js";
import { type BlockCodec, blockCodec, type Compression } from "./compression.js";

/** What of an `OctetSource` reads a body. */
export type Octets = Pick<
  OctetSource,
  "name" | "buffer" | "view" | "start" | "end" | "available" | "taken" | "need" | "take" | "close"
>;

/** Largest block that is accepted; SiLK writes 64 KiB. */
const LARGEST_BLOCK = 1 << 20;
const USUAL_BLOCK = 1 << 16;
/** What a compressor may add to a block that does not compress. */
const GROWTH = 1 << 16;

/** The body of a file whose header has been taken from `source`. */
export function openBody(source: OctetSource, compression: Compression): Octets {
  return compression === "none" ? source : new BlockOctets(source, blockCodec(compression));
}

/** Octets out of compressed blocks. */
class BlockOctets implements Octets {
  readonly name: string;
  buffer = new Uint8Array(2 * USUAL_BLOCK);
  view = new DataView(this.buffer.buffer);
  start = 0;
  end = 0;
  taken = 0;
  #ended = false;
  readonly #source: OctetSource;
  readonly #codec: BlockCodec;

  constructor(source: OctetSource, codec: BlockCodec) {
    this.name = source.name;
    this.#source = source;
    this.#codec = codec;
  }

  get available(): number {
    return this.end - this.start;
  }

  need(octets: number): boolean {
    while (this.available < octets) if (!this.#block()) return false;
    return true;
  }

  take(octets: number): void {
    this.start += octets;
    this.taken += octets;
  }

  close(): void {
    this.#source.close();
  }

  /** Appends a block; false at the end. */
  #block(): boolean {
    const source = this.#source;
    if (this.#ended || !source.need(8)) {
      if (!this.#ended && source.available > 0) throw this.#broken("ends within the sizes of a block");
      this.#ended = true;
      return false;
    }
    const compressed = source.view.getUint32(source.start);
    const octets = source.view.getUint32(source.start + 4);
    if (compressed === 0) {
      this.#ended = true;
      return false;
    }
    if (octets > LARGEST_BLOCK || compressed > LARGEST_BLOCK + GROWTH)
      throw this.#broken(`block of ${octets} octets in ${compressed} is too large`);
    if (!source.need(8 + compressed)) throw this.#broken("ends within a compressed block");
    this.#makeRoom(octets);
    const block = source.buffer.subarray(source.start + 8, source.start + 8 + compressed);
    try {
      const written = this.#codec.decompress(block, this.buffer.subarray(this.end, this.end + octets));
      if (written !== octets) throw new RangeError(`block holds ${written} octets instead of ${octets}`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.#broken(error.message);
    }
    this.end += octets;
    source.take(8 + compressed);
    return true;
  }

  #makeRoom(octets: number): void {
    this.buffer.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    if (this.end + octets <= this.buffer.length) return;
    const larger = new Uint8Array(this.end + octets + USUAL_BLOCK);
    larger.set(this.buffer.subarray(0, this.end));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }

  #broken(what: string): InputError {
    return new InputError(`${this.name}: compressed data at octet ${this.#source.taken}: ${what}`);
  }
}

/**
 * Writes a body. Records are put into `buffer` at `at` by the caller, who calls `flush` when there is no room for
 * another one; octets without records go through `write`.
 */
export class BodyWriter {
  readonly buffer: Uint8Array;
  readonly view: DataView;
  /** Octets of `buffer` in use. */
  at = 0;
  readonly #sink: OctetSink;
  readonly #codec: BlockCodec | undefined;

  /** @param recordLength blocks hold whole records */
  constructor(sink: OctetSink, compression: Compression, recordLength: number) {
    this.#sink = sink;
    this.#codec = compression === "none" ? undefined : blockCodec(compression);
    // Uncompressed pieces are as large as suits the file system.
    const most = this.#codec === undefined ? 4 * USUAL_BLOCK : USUAL_BLOCK;
    this.buffer = new Uint8Array(most - (most % recordLength));
    this.view = new DataView(this.buffer.buffer);
  }

  /** Adds octets, which may span blocks. */
  write(octets: Uint8Array): void {
    for (let from = 0; from < octets.length; ) {
      const piece = octets.subarray(from, from + this.buffer.length - this.at);
      this.buffer.set(piece, this.at);
      this.at += piece.length;
      from += piece.length;
      if (this.at === this.buffer.length) this.flush();
    }
  }

  /** Hands on what is in the buffer; also the last call of a body. */
  flush(): void {
    if (this.at === 0) return;
    const octets = this.buffer.subarray(0, this.at);
    if (this.#codec === undefined) this.#sink.write(octets);
    else {
      const block = this.#codec.compress(octets);
      const sizes = new DataView(new ArrayBuffer(8));
      sizes.setUint32(0, block.length);
      sizes.setUint32(4, octets.length);
      this.#sink.write(new Uint8Array(sizes.buffer));
      this.#sink.write(block);
    }
    this.at = 0;
  }
}
