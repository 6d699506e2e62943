/** The file that rwappend appends to, or the one that it makes. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { InputError, OutputError, systemReason } from "../errors.js";
import { type OctetSink, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { readSilkHeader, type SilkHeader } from "../formats/silk/header.js";

/** Octets copied at once. */
const PIECE = 1 << 20;

/**
 * The header of an existing target.
 *
 * @throws InputError when it is not a file, is compressed as a whole, holds no flows, or ends within a record
 */
export function readTargetHeader(path: string): SilkHeader {
  if (!statSync(path).isFile()) throw new InputError(`${path}: can only append to a file`);
  const source = new OctetSource(path);
  try {
    if (source.isCompressed) throw new InputError(`${path}: cannot append to a file that is compressed as a whole`);
    const header = readSilkHeader(source);
    if (!endsWhole(path, header)) throw new InputError(`${path}: cannot append to a file that ends within a record`);
    return header;
  } finally {
    source.close();
  }
}

/** Whether the body consists of whole records, or of whole compressed blocks without one that marks the end. */
function endsWhole(path: string, { compression, headerLength, recordLength }: SilkHeader): boolean {
  const { size } = statSync(path);
  if (compression === "none") return recordLength === 0 || (size - headerLength) % recordLength === 0;
  const fd = openSync(path, "r");
  const sizes = new DataView(new ArrayBuffer(8));
  try {
    let at = headerLength;
    while (at + 8 <= size && readSync(fd, sizes, 0, 8, at) === 8 && sizes.getUint32(0) > 0)
      at += 8 + sizes.getUint32(0);
    return at === size;
  } finally {
    closeSync(fd);
  }
}

/**
 * Takes all that shall be appended into a file beside the target, and appends it when it is closed: a source that
 * cannot be read, a full disk or a signal leaves the target as it was.
 */
export class AppendedOctets implements OctetSink {
  readonly name: string;
  readonly #spoolPath: string;
  readonly #spool: OctetSink;
  readonly #size: number;

  constructor(target: string) {
    this.name = target;
    this.#size = statSync(target).size;
    this.#spoolPath = `${target}.append.${process.pid}`;
    rmSync(this.#spoolPath, { force: true });
    this.#spool = openSink(this.#spoolPath, "binary");
  }

  write(octets: Uint8Array): void {
    this.#spool.write(octets);
  }

  /** @throws OutputError when the target has changed in the meantime, or cannot be written */
  close(): void {
    this.#spool.close();
    // A signal waits until the event loop turns: the target is whole then.
    const later = () => {};
    for (const signal of SIGNALS) process.on(signal, later);
    try {
      this.#append();
    } finally {
      rmSync(this.#spoolPath, { force: true });
      for (const signal of SIGNALS) process.off(signal, later);
    }
  }

  abort(): void {
    this.#spool.abort();
  }

  #append(): void {
    const from = openSync(this.#spoolPath, "r");
    try {
      const to = openSync(this.name, "r+");
      try {
        if (fstatSync(to).size !== this.#size) throw new OutputError(`${this.name} was changed by another program`);
        this.#copy(from, to);
      } finally {
        closeSync(to);
      }
    } catch (error) {
      if (error instanceof OutputError) throw error;
      throw new OutputError(`cannot append to ${this.name}: ${systemReason(error)}`);
    } finally {
      closeSync(from);
    }
  }

  #copy(from: number, to: number): void {
    const piece = new Uint8Array(PIECE);
    let at = this.#size;
    try {
      for (;;) {
        const octets = readSync(from, piece, 0, PIECE, null);
        if (octets === 0) break;
        for (let written = 0; written < octets; )
          written += writeSync(to, piece, written, octets - written, at + written);
        at += octets;
      }
      fsyncSync(to);
    } catch (error) {
      ftruncateSync(to, this.#size);
      throw error;
    }
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
