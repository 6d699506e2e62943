import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError, systemCode, systemReason } from "../errors.js";
import { GzipOctets } from "./gzip_octets.js";

/** Octets read at once. */
const PIECE = 256 * 1024;

/** Names that mean standard input. */
export function isStdin(path: string): boolean {
  return path === "-" || path === "stdin";
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Waits a moment in place: a descriptor that another process made non-blocking has nothing for us yet. */
export function pauseMilliseconds(milliseconds: number): void {
  Atomics.wait(sleeper, 0, 0, milliseconds);
}

/** The first two octets of a gzip file (RFC 1952 section 2.3.1), the first one low. */
const GZIP_MAGIC = 0x8b1f;

/** A file begins with gzip's magic; a FIFO cannot be looked at beforehand and has a name that ends in `.gz`. */
function isGzip(path: string, fd: number): boolean {
  if (isStdin(path)) return false;
  if (!fstatSync(fd).isFile()) return path.endsWith(".gz");
  const magic = Buffer.alloc(2);
  return readSync(fd, magic, 0, 2, 0) === 2 && magic.readUInt16LE() === GZIP_MAGIC;
}

/**
 * A file, FIFO or standard input, read forward and synchronously through one buffer. What gzip has compressed is
 * uncompressed.
 */
export class OctetSource {
  /** What messages call it: the path, or `stdin`. */
  readonly name: string;
  /** Octets that were read and not yet taken: from `start` to `end` of `buffer`. */
  buffer = new Uint8Array(PIECE);
  view = new DataView(this.buffer.buffer);
  start = 0;
  end = 0;
  /** Offset in the file of `buffer[start]` is `taken`. */
  taken = 0;
  readonly #fd: number;
  readonly #gzip: GzipOctets | undefined;
  #fileOctets = 0;
  #ended = false;

  /** @throws InputError naming the path */
  constructor(path: string) {
    this.name = isStdin(path) ? "stdin" : path;
    try {
      this.#fd = isStdin(path) ? 0 : openSync(path, "r");
      if (fstatSync(this.#fd).isDirectory()) throw new InputError(`${this.name}: is a directory`);
      this.#gzip = isGzip(path, this.#fd) ? new GzipOctets(this.#fd) : undefined;
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(openingFailed(this.name, error));
    }
  }

  /** Octets held. */
  get available(): number {
    return this.end - this.start;
  }

  /** Whether the octets are uncompressed as they are read: there are more of them than in the file. */
  get isCompressed(): boolean {
    return this.#gzip !== undefined;
  }

  /** Octets of the file that have been read. */
  get fileOctets(): number {
    return this.#gzip?.fileOctets ?? this.#fileOctets;
  }

  /** Octets of the file, when it is a regular one. */
  get size(): number | undefined {
    const stats = fstatSync(this.#fd);
    return stats.isFile() ? stats.size : undefined;
  }

  /**
   * Reads until at least `octets` are held. Returns false when the input ends before. The buffer may move: `buffer` and
   * `view` must be read again after the call.
   */
  need(octets: number): boolean {
    while (this.available < octets) if (!this.#more(octets)) return false;
    return true;
  }

  /** Takes octets that are held. */
  take(octets: number): void {
    this.start += octets;
    this.taken += octets;
  }

  #more(octets: number): boolean {
    if (this.#ended) return false;
    if (this.start > 0) {
      this.buffer.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    if (octets > this.buffer.length || this.end === this.buffer.length) this.#grow(octets);
    const read = this.#gzip === undefined ? this.#read() : this.#uncompress(this.#gzip);
    this.#fileOctets += read;
    this.end += read;
    this.#ended = read === 0;
    return read > 0;
  }

  #grow(octets: number): void {
    const larger = new Uint8Array(Math.max(2 * this.buffer.length, octets + PIECE));
    larger.set(this.buffer.subarray(0, this.end));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }

  #read(): number {
    for (;;) {
      try {
        return readSync(this.#fd, this.buffer, this.end, this.buffer.length - this.end, null);
      } catch (error) {
        const code = systemCode(error);
        if (code === "EOF") return 0;
        if (code !== "EAGAIN") throw new InputError(`${this.name}: ${systemReason(error)}`);
        pauseMilliseconds(2);
      }
    }
  }

  #uncompress(gzip: GzipOctets): number {
    try {
      return gzip.read(this.buffer.subarray(this.end));
    } catch (error) {
      throw new InputError(`${this.name}: cannot be uncompressed: ${systemReason(error)}`);
    }
  }

  close(): void {
    if (this.#gzip !== undefined) this.#gzip.close();
    else if (this.#fd !== 0) closeSync(this.#fd);
  }
}

/** SiLK's sentence, with the system's reason as C libraries print it. */
function openingFailed(name: string, error: unknown): string {
  const reason = systemReason(error);
  return `Error opening file '${name}': ${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
}
